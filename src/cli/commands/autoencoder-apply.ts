import type { Command } from 'commander'
import type { Autoencoder, EngineOptions, Matrix } from 'lloyd'
import { backendOption } from '../adapter.js'
import { formatQuantity, parseNumber } from '../numbers.js'
import { quantileOf, readTrained, type TableDescription } from '../tables/autoencoder-model.js'
import { modelTableFields, readForModel } from '../tables/model-table.js'
import { addFileOptions, type FileOptions } from '../tables/read-options.js'
import { checkOutputs, formatJson, listIds, withEngine } from '../tables/table-job.js'
import { formatRows, shortFloat } from '../views/csv.js'
import { print } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

export interface ApplyOptions extends FileOptions {
  model: string
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  force?: boolean
  json?: boolean
}

interface AnomalyOptions extends ApplyOptions {
  quantile: number
}

/** The results of a command for the rows that are used. */
interface Outcome {
  /** Names of the columns of the CSV that follow the row number. */
  names: string[]
  lines: (string | number)[][]
  /** Name of the list of lines in the JSON, and its entry for a line. */
  list: { name: string; entryOf(line: (string | number)[]): unknown }
  /** Further entries of the JSON. */
  details: Record<string, unknown>
  /** Lines to print when the CSV is written to a file. */
  summary: string[]
}

type Work<O> = (autoencoder: Autoencoder, points: Matrix, known: TableDescription, options: O) => Promise<Outcome>

export function addApplyCommands(parent: Command, signal: AbortSignal): void {
  const add = <O extends ApplyOptions>(name: string, summary: string, description: string, work: Work<O>) => {
    const command = parent
      .command(name)
      .summary(summary)
      .description(
        `${description} Columns are found by name,\nand the table is read with the options of the model's table.\nWithout -o, the CSV is written to standard output.`,
      )
      .argument('<table>', 'the file to read; - is standard input')
      .requiredOption('--model <file>', 'the model that lloyd autoencoder train --save wrote')
      .option('-o, --output <file>', 'the CSV to write, a line for every row')
    return addFileOptions(command)
      .addOption(backendOption())
      .option('--force', 'replace existing outputs')
      .option('--json', 'print JSON')
      .action((table: string, options: O) => applyModel(table, options, work, signal))
  }
  add('encode', 'compute the code of every row', 'Compute the code of every row of a table.', encode)
  add(
    'reconstruct',
    'reconstruct every row from its code',
    'Reconstruct every row of a table from its code: without noise, and closer to what is usual.',
    reconstruct,
  )
  add<AnomalyOptions>(
    'anomalies',
    'find the rows that do not fit',
    'Find rows whose reconstruction error is above a quantile of the errors in training.',
    findAnomalies,
  ).option(
    '--quantile <share>',
    'share of the training rows that are not anomalies, 0 to 1',
    (text) => parseNumber('--quantile', text, 0, 1),
    0.99,
  )
}

async function applyModel<O extends ApplyOptions>(
  path: string,
  options: O,
  work: Work<O>,
  signal: AbortSignal,
): Promise<void> {
  checkOutputs([path, options.model], { '-o': options.output }, options.force)
  const { read, outcome, backend, adapter } = await withEngine(options.backend, signal, async (engine) => {
    const { autoencoder, description } = await readTrained(engine, options.model, signal)
    using _ = autoencoder
    const scaling = { mean: description.shift, scale: description.shift.map(() => 1) }
    const read = await readForModel(path, options, { ...description, path: options.model, scaling }, signal)
    const outcome = await work(autoencoder, read.points, description, options)
    return { read, outcome, backend: engine.backend, adapter: engine.adapter }
  })
  const { table, ids, rows } = read
  const { names, lines, list, details, summary } = outcome
  /** The results of every row of the table, or null where the row was left out. */
  const byRow = new Array<(string | number)[] | null>(table.rows).fill(null)
  rows.rows.forEach((row, index) => {
    byRow[row] = lines[index]
  })
  if (options.output !== undefined || !options.json) {
    const text = formatRows(names, ids, table.rows, (row) => byRow[row])
    if (options.output === undefined) print(text.trimEnd())
    else writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.json) {
    print(
      formatJson({
        ...modelTableFields(path, options.model, read),
        ids: listIds(ids),
        ...details,
        backend,
        adapter,
        [list.name]: byRow.map((line) => line && list.entryOf(line)),
        output: options.output,
      }),
    )
  } else if (options.output !== undefined) {
    const { rows: count, columns } = rows.points
    print(`table     ${path}, ${formatQuantity(count, 'row')} by ${formatQuantity(columns, 'column')}`)
    for (const line of summary) print(line)
    print(`output    ${options.output}, a line for every row`)
  }
}

async function encode(autoencoder: Autoencoder, points: Matrix): Promise<Outcome> {
  const codes = await autoencoder.encode(points)
  return {
    names: Array.from({ length: codes.columns }, (_, index) => `code ${index + 1}`),
    lines: linesOf(codes),
    list: { name: 'codes', entryOf: (line) => line },
    details: { units: codes.columns },
    summary: [`codes     ${formatQuantity(codes.columns, 'number')} a row`],
  }
}

async function reconstruct(autoencoder: Autoencoder, points: Matrix, known: TableDescription): Promise<Outcome> {
  const reconstructed = await autoencoder.reconstruct(points)
  return {
    names: known.columns,
    lines: unshift(linesOf(reconstructed), known),
    list: { name: 'reconstructions', entryOf: (line) => line },
    details: { columns: known.columns },
    summary: [],
  }
}

async function findAnomalies(
  autoencoder: Autoencoder,
  points: Matrix,
  { errorQuantiles }: TableDescription,
  { quantile }: AnomalyOptions,
): Promise<Outcome> {
  const errors = await autoencoder.errors(points)
  const threshold = quantileOf(errorQuantiles, quantile)
  const found = errors.filter((error) => error > threshold).length
  const rows = formatQuantity(points.rows, 'row')
  return {
    names: ['error', 'anomaly'],
    lines: Array.from(errors, (error) => [shortFloat(error), error > threshold ? 1 : 0]),
    list: { name: 'results', entryOf: ([error, anomaly]) => ({ error, anomaly: anomaly === 1 }) },
    details: { quantile, threshold, anomalies: found },
    summary: [
      `anomalies ${found} of ${rows} have errors above ${Number(threshold.toPrecision(4))}, quantile ${quantile} in training`,
    ],
  }
}

export function linesOf({ data, rows, columns }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns), shortFloat),
  )
}

/** Converts lines to the units of the table. */
export function unshift(lines: number[][], { shift }: TableDescription): number[][] {
  return lines.map((line) => line.map((value, column) => value + shift[column]))
}
