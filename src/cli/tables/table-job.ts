import type { Command } from 'commander'
import {
  type ColumnScaling,
  createEngine,
  type ElbowOptions,
  type Engine,
  type EngineOptions,
  LloydError,
  type Matrix,
  type Progress,
  type Table,
} from 'lloyd'
import { ELBOW_HELP } from '../../options/help/kmeans.js'
import { ELBOW } from '../../options/kmeans.js'
import { backendOption, remarkOnFallback } from '../adapter.js'
import { checkOutput } from '../check-output.js'
import { flagsOf } from '../flags.js'
import { formatCount } from '../numbers.js'
import { identityOf } from '../same-file.js'
import { STANDARD } from '../standard-io.js'
import { formatRows } from '../views/csv.js'
import { progressLine } from '../views/terminal.js'
import { type ColumnOptions, columnsToCluster, describeChoice, describeReading } from './columns.js'
import type { IdColumn } from './find-columns.js'
import { addFileOptions, type FileOptions, tableReading } from './read-options.js'
import { type Rows, scaleRows, takeRows } from './rows.js'
import { readTableFrom } from './table-source.js'

/** The options for reading and preparing a table. */
export interface ReadOptions extends ColumnOptions, FileOptions {
  standardize?: boolean
  /** Whether columns far from zero may not be moved. */
  unmoved?: boolean
}

/** The options that `lloyd kmeans` and `lloyd elbow` share. */
export interface TableOptions extends ReadOptions {
  init: NonNullable<ElbowOptions['init']>
  restarts: number
  seed: number
  iterations: number
  tolerance: number
  backend: NonNullable<EngineOptions['backend']>
  force?: boolean
  json?: boolean
}

const flag = flagsOf(ELBOW, ELBOW_HELP)

export function addTableOptions(command: Command): Command {
  return addColumnOptions(command)
    .addOption(flag('--init <name>', 'init'))
    .addOption(flag('--restarts <n>', 'restarts'))
    .addOption(flag('--seed <n>', 'seed'))
    .addOption(flag('--iterations <n>', 'maxIterations'))
    .addOption(flag('--tolerance <t>', 'tolerance'))
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
}

/** The options for reading a table and for the roles of its columns; `weighted` where rows may have weights. */
export function addColumnOptions(command: Command, weighted = true): Command {
  command
    .option(
      '--columns <names>',
      'the columns to cluster, by name or position, separated by commas (default: by the rules below)',
    )
    .option('--standardize', 'scale every column to mean 0 and standard deviation 1')
  if (weighted) command.option('--weights <column>', 'the column that holds the weight of each row')
  command.option('--label <column>', 'the column that holds the true class, which is left out')
  return addFileOptions(command)
}

/** The part of the options that the library's functions take. */
export function clusteringOptions(options: TableOptions, rows: Rows, path: string, signal: AbortSignal) {
  return {
    init: options.init,
    restarts: options.restarts,
    seed: options.seed,
    maxIterations: options.iterations,
    tolerance: options.tolerance,
    ...(rows.weights && { weights: rows.weights }),
    signal,
    onProgress: progressOf(path),
  }
}

/** Shows the progress of the work on a table. */
export function progressOf(path: string) {
  return ({ stage, done, total }: Progress): void =>
    progressLine.update(`${path}: ${stage} ${formatCount(done)} of ${formatCount(total)}`)
}

/** Throws an `InputError` where an output of a command cannot be written, before any work is done. */
export function checkOutputs(
  inputs: readonly string[],
  outputs: Record<string, string | undefined>,
  force = false,
): void {
  const taken = new Map(inputs.filter((path) => path !== STANDARD).map((path) => [identityOf(path), 'read']))
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue
    if (path === STANDARD) {
      throw new LloydError(
        'InputError',
        `${option} takes a file, not standard output; for a file of that name, write ./-`,
      )
    }
    const identity = identityOf(path)
    const other = taken.get(identity)
    if (other) throw new LloydError('InputError', `${path} is ${other} and the output of ${option}; name another file`)
    taken.set(identity, `the output of ${option}`)
    checkOutput(path, force, option)
  }
}

/** A prepared table. */
export interface Prepared {
  table: Table
  names: string[]
  leftOut: { name: string; reason: string }[]
  ids: IdColumn[]
  rows: Rows
  scaling: ColumnScaling
  /** The points to cluster or to learn from. */
  points: Matrix
  /** Remarks on what was left out or filled in, to be printed on stderr once the work can begin. */
  remarks: string[]
}

/** The fields that the JSON of all commands has about the table that was clustered or learned from. */
export function tableFields(path: string, { table, rows, names, leftOut }: Prepared) {
  return {
    table: path,
    rows: table.rows,
    dropped: rows.dropped,
    filled: rows.filled,
    columns: names,
    leftOut,
  }
}

/** Reads a table and chooses its columns and rows. `verb` names the work in the remark on them. */
export async function prepareTable(
  path: string,
  options: ReadOptions,
  signal: AbortSignal,
  verb = 'clustering',
): Promise<Prepared> {
  progressLine.update(`${path}: read`)
  const table = await readTableFrom(path, tableReading(options, signal))
  signal.throwIfAborted()
  return prepareRead(path, table, options, verb)
}

/** The same for a table that was read. */
export function prepareRead(path: string, table: Table, options: ReadOptions, verb: string): Prepared {
  const choice = columnsToCluster(path, table, options)
  const { used, leftOut, ids } = choice
  const rows = takeRows(path, table, choice, options.missing)
  requireWeights(path, rows.weights)
  const names = used.map(({ name }) => name)
  const kind = options.unmoved ? 'none' : options.standardize ? 'standardize' : 'shift'
  const { scaling, points } = scaleRows(rows, kind, names)
  const remarks = options.columns === undefined ? [describeChoice(verb, choice)] : []
  remarks.push(...describeReading(path, table, used))
  if (rows.remark) remarks.push(rows.remark)
  return { table, names, leftOut, ids, rows, scaling, points, remarks }
}

function requireWeights(path: string, weights: Float64Array | null): void {
  if (!weights) return
  const at = weights.findIndex((weight) => weight < 0)
  if (at >= 0) throw new LloydError('InputError', `${path} has the weight ${weights[at]}; weights must be at least 0`)
  if (!weights.some((weight) => weight > 0)) {
    throw new LloydError('InputError', `all weights of ${path} are 0; name another column with --weights`)
  }
}

/** Runs `work` with an engine, which is destroyed at its end. */
export async function withEngine<T>(
  backend: TableOptions['backend'],
  signal: AbortSignal,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine({ backend })
  try {
    signal.throwIfAborted()
    remarkOnFallback(backend, engine)
    const result = await work(engine)
    signal.throwIfAborted()
    return result
  } finally {
    engine.destroy()
  }
}

/** CSV with the number of every row of the table, from 1, its identifiers and its label; empty for a row left out. */
export function formatLabels(
  labels: ArrayLike<number>,
  rows: Uint32Array,
  total: number,
  ids: readonly IdColumn[],
): string {
  return formatResults({ label: labels }, rows, total, ids)
}

/** The same with several results of every row, by the names of their columns. */
export function formatResults(
  results: Record<string, ArrayLike<number>>,
  rows: Uint32Array,
  total: number,
  ids: readonly IdColumn[],
): string {
  const lists = Object.values(results)
  const places = listLabels(Uint32Array.from(rows.keys()), rows, total)
  return formatRows(Object.keys(results), ids, total, (row) => {
    const place = places[row]
    return place === null ? null : lists.map((list) => list[place])
  })
}

/** The identifiers for JSON, by the names of their columns; absent without --id. */
export function listIds(ids: readonly IdColumn[]): Record<string, readonly string[]> | undefined {
  return ids.length === 0 ? undefined : Object.fromEntries(ids.map(({ name, values }) => [name, values]))
}

/** The label of every row of the table, null where it was left out. */
export function listLabels(labels: ArrayLike<number>, rows: Uint32Array, total: number): (number | null)[] {
  const list = new Array<number | null>(total).fill(null)
  for (let at = 0; at < rows.length; at++) list[rows[at]] = labels[at]
  return list
}

/** JSON with one line for every entry of the outermost object, so that long lists stay on one line. */
export function formatJson(value: object): string {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  return `{\n${entries.map(([key, entry]) => `  ${JSON.stringify(key)}: ${JSON.stringify(entry)}`).join(',\n')}\n}`
}
