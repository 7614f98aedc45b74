import { basename } from 'node:path'
import { type Command, Option } from 'commander'
import { type Dbscan, type DbscanOptions, dbscan, describeRow, type Engine, LloydError, neighborDistances } from 'lloyd'
import { DBSCAN } from '../../options/density.js'
import { DBSCAN_HELP } from '../../options/help/density.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity, formatTime } from '../numbers.js'
import { chooseEpsilon, requireNeighbors } from '../tables/epsilon.js'
import * as job from '../tables/table-job.js'
import { drawDistances } from '../views/distances-svg.js'
import { type ClusterSummary, formatSummary, formatValue, summarize } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

const DEFAULT_MIN_POINTS = '2 × columns, at least 4'

interface Options extends job.ReadOptions {
  epsilon: number | 'auto'
  minPoints?: number
  metric: NonNullable<DbscanOptions['metric']>
  backend: job.TableOptions['backend']
  output?: string
  svg?: string
  force?: boolean
  json?: boolean
}

export function addDbscanCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(DBSCAN, DBSCAN_HELP)
  const command = program
    .command('dbscan')
    .summary('group the rows of a table by density')
    .description(
      'Group the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather) into clusters of any\n' +
        'shape, where rows lie densely; rows that no cluster reaches are noise, with the label -1.\n' +
        'A remark on standard error tells which columns were clustered, and which were left out and why.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(
      new Option(
        '--epsilon <distance>',
        `${DBSCAN_HELP.epsilon}, or auto: the knee of the distances of all rows to their k-th nearest, with k of --min-points, which single rows far from all others raise (--svg shows it)`,
      )
        .argParser(parseEpsilon)
        .default('auto'),
    )
    .addOption(flag('--min-points <n>', 'minPoints', { told: DEFAULT_MIN_POINTS }))
    .addOption(flag('--metric <name>', 'metric'))
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option(
      '--svg <file>',
      'the SVG file for a chart of the distances to the k-th nearest, ascending, with k of --min-points',
    )
  job
    .addColumnOptions(command)
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => clusterTable(table, options, signal))
}

function parseEpsilon(text: string): number | 'auto' {
  if (text === 'auto') return text
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= 0 && value <= Number.MAX_VALUE) return value
  throw new LloydError('InputError', `--epsilon must be a number of at least 0, or auto, got '${text}'`)
}

/** A clustered table. */
interface Clustered {
  path: string
  prepared: job.Prepared
  epsilon: number
  minPoints: number
  result: Dbscan
  clusters: ClusterSummary[]
  noise: ClusterSummary
  backend: Engine['backend']
  adapter: Engine['adapter']
  /** The adapter in words. */
  description: string
}

async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  job.checkOutputs([path], { '-o': options.output, '--svg': options.svg }, options.force)
  // Moved points have other directions.
  const unmoved = options.metric === 'cosine' && !options.standardize
  const prepared = await job.prepareTable(path, { ...options, unmoved }, signal)
  const minPoints = options.minPoints ?? Math.max(4, 2 * prepared.points.columns)
  checkChoices(path, options, prepared, minPoints)
  const { curve, ...found } = await job.withEngine(options.backend, signal, (engine) =>
    cluster(engine, path, prepared, { ...options, minPoints, signal }),
  )
  const clustered = { path, prepared, minPoints, ...found, ...summariesOf(prepared, found.result) }
  if (options.output !== undefined) {
    const text = job.formatLabels(found.result.labels, prepared.rows.rows, prepared.table.rows, prepared.ids)
    writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.svg !== undefined) {
    const { rows, columns } = prepared.points
    const subtitle =
      `${basename(path)}: ${formatQuantity(rows, 'row')}, ${formatQuantity(columns, 'column')}` +
      (options.standardize ? ', standardized' : '')
    const svg = drawDistances({ distances: curve!, k: minPoints, epsilon: found.epsilon }, subtitle)
    writeWhole(options.svg, new TextEncoder().encode(svg), options.force === true)
  }
  if (options.json) print(job.formatJson(jsonOf(clustered, options)))
  else for (const line of linesOf(clustered, options, began)) print(line)
}

/** Throws an `InputError` where epsilon cannot be chosen, or a row has no direction for the cosine distance. */
function checkChoices(path: string, options: Options, { table, rows, points }: job.Prepared, minPoints: number): void {
  const isAuto = options.epsilon === 'auto'
  if (isAuto && rows.weights) {
    throw new LloydError('InputError', '--epsilon auto counts rows and not their --weights; give --epsilon a distance')
  }
  if (isAuto || options.svg !== undefined) {
    requireNeighbors(path, points.rows, minPoints, isAuto ? '--epsilon auto' : '--svg')
  }
  if (options.metric !== 'cosine') return
  for (let row = 0; row < points.rows; row++) {
    const cells = points.data.subarray(row * points.columns, (row + 1) * points.columns)
    if (cells.some((value) => value !== 0)) continue
    throw new LloydError(
      'InputError',
      `${describeRow(table, rows.rows[row])} of ${path} is all zero, which has no direction for --metric cosine; leave it out or choose another --metric`,
    )
  }
}

async function cluster(
  engine: Engine,
  path: string,
  { points, rows, remarks }: job.Prepared,
  options: Options & { minPoints: number; signal: AbortSignal },
) {
  const { minPoints, metric, signal } = options
  const control = { metric, signal, onProgress: job.progressOf(path) }
  const needsCurve = options.epsilon === 'auto' || options.svg !== undefined
  const curve = needsCurve ? await neighborDistances(engine, points, { k: minPoints, ...control }) : null
  curve?.sort()
  const epsilon = options.epsilon === 'auto' ? chooseEpsilon(path, curve!, minPoints) : options.epsilon
  for (const text of remarks) remark(text)
  if (options.epsilon === 'auto') {
    remark(
      `epsilon ${epsilon}, the knee of the distances of the rows to their k-th nearest, k = ${minPoints}; --svg draws them, --epsilon takes another`,
    )
  }
  const weights = rows.weights ? { weights: rows.weights } : {}
  return {
    curve,
    epsilon,
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    result: await dbscan(engine, points, { epsilon, minPoints, ...weights, ...control }),
  }
}

function summariesOf({ rows }: job.Prepared, { labels, clusters }: Dbscan) {
  const named = Uint32Array.from(labels, (label) => (label < 0 ? clusters : label))
  const all = summarize(rows.points, named, clusters + 1, rows.weights)
  return { clusters: all.slice(0, clusters), noise: { ...all[clusters], cluster: -1 } }
}

function jsonOf({ path, prepared, epsilon, minPoints, result, ...clustered }: Clustered, options: Options) {
  const { table, ids, rows, scaling, points } = prepared
  const { size, mean, spread } = clustered.noise
  return {
    ...job.tableFields(path, prepared),
    ids: job.listIds(ids),
    weights: options.weights,
    standardized: options.standardize === true,
    scaling,
    epsilon,
    autoEpsilon: options.epsilon === 'auto',
    minPoints,
    metric: options.metric,
    corePoints: result.corePoints.length,
    backend: clustered.backend,
    adapter: clustered.adapter,
    clusters: clustered.clusters,
    noise: { size, share: size / points.rows, mean, spread },
    labels: job.listLabels(result.labels, rows.rows, table.rows),
    output: options.output,
    svg: options.svg,
  }
}

/** The lines for a person; `began` is when the work did. */
function linesOf(clustered: Clustered, options: Options, began: number): string[] {
  const { path, prepared, epsilon, minPoints, result, clusters, noise, description } = clustered
  const { rows, columns } = prepared.points
  const { standardize, metric, output, svg } = options
  const share = `${((100 * noise.size) / rows).toFixed(1)} %`
  const remedy = clusters.length > 0 ? '' : '; a larger --epsilon or a smaller --min-points makes clusters'
  return [
    `table     ${path}, ${formatQuantity(rows, 'row')} by ${formatQuantity(columns, 'column')}`,
    `adapter   ${description}`,
    `epsilon   ${formatValue(epsilon)}${options.epsilon === 'auto' ? ' (the knee)' : ''}, ${metric} distance` +
      (standardize ? ' in standardized units' : ''),
    `density   at least ${formatCount(minPoints)} points${options.minPoints === undefined ? ` (${DEFAULT_MIN_POINTS})` : ''}`,
    `clusters  ${formatCount(clusters.length)} with ${formatQuantity(result.corePoints.length, 'core point')}${remedy}`,
    `noise     ${formatQuantity(noise.size, 'row')}, ${share}`,
    `time      ${formatTime(performance.now() - began)} in all`,
    ...(output === undefined ? [] : [`output    ${output}, the label of every row`]),
    ...(svg === undefined ? [] : [`chart     ${svg}, the distances`]),
    `\nmean ± standard deviation${standardize ? ', in the units of the table' : ''}\n`,
    formatSummary(noise.size > 0 ? [noise, ...clusters] : clusters, prepared.names),
  ]
}
