import { readFile } from 'node:fs/promises'
import { type ColumnScaling, LloydError, type Matrix } from 'lloyd'
import { isReading, type Reading } from './read-options.js'

const SCHEMA = 'lloyd.kmeans'
const VERSION = 1
const REMEDY = 'give a file that lloyd kmeans --save wrote'

/** The model file that `lloyd kmeans --save` writes and `lloyd predict` reads. */
export interface Model {
  schema: typeof SCHEMA
  version: typeof VERSION
  /** The version of lloyd that wrote the model. */
  lloyd: string
  k: number
  columns: string[]
  /** The options by which the table was read, also used for tables to predict; absent in older models. */
  reading?: Reading
  standardized: boolean
  /** Scaling of the columns: clustered value = (value − mean) / scale. */
  scaling: ColumnScaling
  /** The mean of each column, for missing cells. */
  means: number[]
  /** Centroids in the units of the table: k rows. */
  centroids: number[][]
  /** Centroids in the units of clustering, each exactly a float32: k rows. */
  clusteredCentroids: number[][]
  sizes: number[]
  /** Inertia, in the squared units of clustering. */
  inertia: number
  iterations: number
  converged: boolean
  seed: number
}

export function createModel(fields: Omit<Model, 'schema' | 'version'>): Model {
  return { schema: SCHEMA, version: VERSION, ...fields }
}

/** The centroids that points are assigned to. */
export function centroidsOf({ clusteredCentroids, columns, k }: Model): Matrix {
  return { data: Float32Array.from(clusteredCentroids.flat()), rows: k, columns: columns.length }
}

/** Reads and checks a model; throws a `FormatError` for files that `lloyd kmeans` did not write. */
export async function readModel(path: string, signal: AbortSignal): Promise<Model> {
  let text: string
  try {
    text = await readFile(path, { encoding: 'utf8', signal })
  } catch (error) {
    signal.throwIfAborted()
    const { code } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? `there is no model ${path}` : `the model ${path} cannot be read (${code})`
    throw new LloydError('InputError', `${what}; ${REMEDY}`, { cause: error })
  }
  let model: Partial<Record<keyof Model, unknown>>
  try {
    model = JSON.parse(text)
  } catch (error) {
    throw new LloydError('FormatError', `${path} is not JSON, or is damaged; ${REMEDY}`, { cause: error })
  }
  if (model?.schema !== SCHEMA) {
    throw new LloydError('FormatError', `${path} is not a model of lloyd kmeans; ${REMEDY}`)
  }
  if (model.version !== VERSION) {
    const version = JSON.stringify(model.version)
    throw new LloydError(
      'FormatError',
      `${path} is a model of version ${version}, but this version of lloyd reads ${VERSION}; use the version that wrote it`,
    )
  }
  const fault = findFault(model as Partial<Model>)
  if (fault) throw new LloydError('FormatError', `the model ${path} is damaged: ${fault}; ${REMEDY}`)
  return model as Model
}

/** The first fault in the parts of a model that prediction needs, or null. */
function findFault({ k, columns, reading, scaling, means, clusteredCentroids }: Partial<Model>): string | null {
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every((name) => typeof name === 'string')) {
    return 'columns is not a list of names'
  }
  if (new Set(columns).size < columns.length) return 'columns has a name twice'
  if (!isReading(reading)) return 'reading does not say how a table is read'
  const isRow = (row: unknown) => Array.isArray(row) && row.length === columns.length && row.every(Number.isFinite)
  if (!isRow(scaling?.mean)) return `scaling.mean is not ${columns.length} numbers`
  if (!isRow(scaling?.scale) || !scaling!.scale.every((scale) => scale > 0))
    return `scaling.scale is not ${columns.length} numbers above 0`
  if (!isRow(means)) return `means is not ${columns.length} numbers`
  if (!Number.isInteger(k) || k! < 1) return 'k is not a number of clusters'
  if (!Array.isArray(clusteredCentroids) || clusteredCentroids.length !== k || !clusteredCentroids.every(isRow)) {
    return `clusteredCentroids is not ${k} rows of ${columns.length} numbers`
  }
  return null
}
