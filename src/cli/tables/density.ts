/** What the commands share that cluster the rows of a table by their distances. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import { type DbscanOptions, describeRow, type Engine, LloydError } from 'lloyd'
import { backendOption, describeAdapter } from '../adapter.js'
import { formatCount, formatQuantity, formatTime } from '../numbers.js'
import { type ClusterSummary, formatSummary, summarize } from '../views/summary.js'
import { writeWhole } from '../write-file.js'
import { formatModel, type Model } from './model.js'
import { tableModelOf } from './model-table.js'
import * as job from './table-job.js'

export interface DensityOptions extends job.ReadOptions {
  metric: NonNullable<DbscanOptions['metric']>
  backend: job.TableOptions['backend']
  output?: string
  svg?: string
  save?: string
  force?: boolean
  json?: boolean
}

/** A table clustered by density. */
export interface Clustered {
  path: string
  prepared: job.Prepared
  /** −1 for noise. */
  labels: Int32Array
  clusters: ClusterSummary[]
  noise: ClusterSummary
  backend: Engine['backend']
  adapter: Engine['adapter']
  /** The adapter in words. */
  description: string
}

/** The options that end the help of each command; `weighted` where rows may have weights. */
export function addDensityOptions(command: Command, weighted: boolean): Command {
  return job
    .addColumnOptions(command, weighted)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
}

/** Reads a table, all of whose rows have a distance from one another. */
export async function prepareDensity(path: string, options: DensityOptions, signal: AbortSignal) {
  job.checkOutputs([path], { '-o': options.output, '--svg': options.svg, '--save': options.save }, options.force)
  // Moved points have other directions.
  const unmoved = options.metric === 'cosine' && !options.standardize
  const prepared = await job.prepareTable(path, { ...options, unmoved }, signal)
  if (options.metric === 'cosine') requireDirections(path, prepared)
  return prepared
}

/** Throws an `InputError` for a row that is all zero. */
export function requireDirections(
  path: string,
  { table, rows, points }: Pick<job.Prepared, 'table' | 'rows' | 'points'>,
): void {
  for (let row = 0; row < points.rows; row++) {
    const cells = points.data.subarray(row * points.columns, (row + 1) * points.columns)
    if (cells.some((value) => value !== 0)) continue
    throw new LloydError(
      'InputError',
      `${describeRow(table, rows.rows[row])} of ${path} is all zero, which has no direction for --metric cosine; leave it out or choose another --metric`,
    )
  }
}

/** Describes the clusters that an engine found. */
export function describeClusters(
  path: string,
  prepared: job.Prepared,
  { labels, clusters }: { labels: Int32Array; clusters: number },
  engine: Pick<Engine, 'backend' | 'adapter'> & { description: string },
): Clustered {
  const named = Uint32Array.from(labels, (label) => (label < 0 ? clusters : label))
  const all = summarize(prepared.rows.points, named, clusters + 1, prepared.rows.weights)
  const noise = { ...all[clusters], cluster: -1 }
  return { path, prepared, labels, clusters: all.slice(0, clusters), noise, ...engine }
}

/** What is told of an engine once it is gone. */
export const descriptionOf = (engine: Engine) => ({
  backend: engine.backend,
  adapter: engine.adapter,
  description: describeAdapter(engine),
})

interface Outputs {
  /** The results of every row, by name. */
  results: Record<string, ArrayLike<number>>
  draw: (subtitle: string) => string
  /** The model but for what it says of its table; absent where the command has none. */
  model?: () => { schema: Model['schema'] }
}

/** Writes results, a chart and a model, where they are asked for. */
export function writeOutputs(
  { path, prepared }: Clustered,
  options: DensityOptions,
  { results, draw, model }: Outputs,
): void {
  const { rows, columns } = prepared.points
  const write = (file: string, text: string) => writeWhole(file, new TextEncoder().encode(text), options.force === true)
  if (options.output !== undefined) {
    write(options.output, job.formatResults(results, prepared.rows.rows, prepared.table.rows, prepared.ids))
  }
  if (options.svg !== undefined) {
    const size = `${formatQuantity(rows, 'row')}, ${formatQuantity(columns, 'column')}`
    write(options.svg, draw(`${basename(path)}: ${size}${options.standardize ? ', standardized' : ''}`))
  }
  if (options.save !== undefined && model) write(options.save, formatModel(model(), tableModelOf(prepared, options)))
}

/** The JSON; `choices` are those of the method, `results` further lists of every row. */
export function jsonOf(clustered: Clustered, options: DensityOptions, choices: object, results: object = {}) {
  const { path, prepared, clusters, labels, backend, adapter } = clustered
  const { table, ids, rows, scaling, points } = prepared
  const { cluster: _, size, ...noise } = clustered.noise
  return {
    ...job.tableFields(path, prepared),
    ids: job.listIds(ids),
    weights: options.weights,
    standardized: options.standardize === true,
    scaling,
    ...choices,
    backend,
    adapter,
    clusters,
    noise: { size, share: size / points.rows, ...noise },
    labels: job.listLabels(labels, rows.rows, table.rows),
    ...results,
    output: options.output,
    svg: options.svg,
    model: options.save,
  }
}

interface Wording {
  choices: string[]
  /** What is said after the number of clusters. */
  found: string
  output: string
  chart: string
  /** Lines on further files. */
  files?: string[]
  /** For methods without noise. */
  noiseless?: true
}

/** The lines for a person; `began` is when the work did. */
export function linesOf(
  { path, prepared, clusters, noise, description }: Clustered,
  options: DensityOptions,
  began: number,
  own: Wording,
): string[] {
  const { rows, columns } = prepared.points
  const { standardize, output, svg, save } = options
  const share = `${((100 * noise.size) / rows).toFixed(1)} %`
  return [
    `table     ${path}, ${formatQuantity(rows, 'row')} by ${formatQuantity(columns, 'column')}`,
    `adapter   ${description}`,
    ...own.choices,
    `clusters  ${formatCount(clusters.length)}${own.found}`,
    ...(own.noiseless ? [] : [`noise     ${formatQuantity(noise.size, 'row')}, ${share}`]),
    `time      ${formatTime(performance.now() - began)} in all`,
    ...(output === undefined ? [] : [`output    ${output}, ${own.output}`]),
    ...(svg === undefined ? [] : [`chart     ${svg}, ${own.chart}`]),
    ...(own.files ?? []),
    ...(save === undefined ? [] : [`model     ${save}, for lloyd predict`]),
    `\nmean ± standard deviation${standardize ? ', in the units of the table' : ''}\n`,
    formatSummary(noise.size > 0 ? [noise, ...clusters] : clusters, prepared.names),
  ]
}
