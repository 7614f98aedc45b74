import { readFile } from 'node:fs/promises'
import { type Autoencoder, type Engine, LloydError, loadAutoencoder } from 'lloyd'
import { isReading, type Reading } from './read-options.js'

const KEY = 'table'
const REMEDY = 'give a file that lloyd autoencoder train --save wrote'
/** Number of intervals between the stored quantiles of the training errors. */
const QUANTILES = 1000

/** The metadata that `lloyd autoencoder train` adds to a model: its input columns and its training errors. */
export interface TableDescription {
  /** The version of lloyd that wrote the model. */
  lloyd: string
  columns: string[]
  /** The options by which the table was read; absent in older models. */
  reading?: Reading
  /** The mean of each column, for missing cells. */
  means: number[]
  /** Shift of each column: input of the network = value − shift; 0 unless float32 would lose the column's variation. */
  shift: number[]
  /** Quantiles 0, 0.001, …, 1 of the reconstruction errors of the training rows, without those held out. */
  errorQuantiles: number[]
}

export function attachDescription(autoencoder: Autoencoder, description: TableDescription): void {
  autoencoder.metadata[KEY] = JSON.stringify(description)
}

/** Reads a model and its description of the table; throws a `FormatError` for files that `train` did not write. */
export async function readTrained(
  engine: Engine,
  path: string,
  signal: AbortSignal,
): Promise<{ autoencoder: Autoencoder; description: TableDescription }> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path, { signal })
  } catch (error) {
    signal.throwIfAborted()
    const { code } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? `there is no model ${path}` : `the model ${path} cannot be read (${code})`
    throw new LloydError('InputError', `${what}; ${REMEDY}`, { cause: error })
  }
  let autoencoder: Autoencoder
  try {
    autoencoder = await loadAutoencoder(engine, bytes)
  } catch (error) {
    if (!(error instanceof LloydError)) throw error
    throw new LloydError(error.code, `${path}: ${error.message}`, { cause: error })
  }
  const { inputs } = autoencoder.architecture
  const description = parseDescription(path, autoencoder.metadata[KEY])
  const fault = findFault(description, typeof inputs === 'number' ? inputs : inputs[0] * inputs[1] * inputs[2])
  if (fault) throw new LloydError('FormatError', `the model ${path} is damaged: ${fault}; ${REMEDY}`)
  return { autoencoder, description: description as TableDescription }
}

function parseDescription(path: string, text: string | undefined): Partial<TableDescription> | null {
  if (text === undefined) {
    throw new LloydError('FormatError', `the model ${path} does not say which columns of a table it takes; ${REMEDY}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function findFault(description: Partial<TableDescription> | null, features: number): string | null {
  const { columns, reading, means, shift, errorQuantiles } = description ?? {}
  const isText = (value: unknown) => typeof value === 'string'
  if (!Array.isArray(columns) || columns.length !== features || !columns.every(isText)) {
    return `columns is not ${features} names`
  }
  if (!isReading(reading)) return 'reading does not say how a table is read'
  const areNumbers = (values: unknown, count: number) =>
    Array.isArray(values) && values.length === count && values.every(Number.isFinite)
  if (!areNumbers(means, features)) return `means is not ${features} numbers`
  if (!areNumbers(shift, features)) return `shift is not ${features} numbers`
  if (!areNumbers(errorQuantiles, QUANTILES + 1)) return `errorQuantiles is not ${QUANTILES + 1} numbers`
  return null
}

export function quantilesOf(errors: Float32Array): number[] {
  const sorted = [...errors].sort((a, b) => a - b)
  return Array.from({ length: QUANTILES + 1 }, (_, index) => quantileOf(sorted, index / QUANTILES))
}

/** The quantile of numbers in ascending order, interpolated linearly between the nearest two. */
export function quantileOf(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}
