import type { Command } from 'commander'
import { type Engine, type KMeans, kmeans, LloydError, undoScaling } from 'lloyd'
import { KMEANS_HELP } from '../../options/help/kmeans.js'
import { KMEANS } from '../../options/kmeans.js'
import { describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity, formatTime } from '../numbers.js'
import type { KmeansModel } from '../tables/kmeans-model.js'
import { modelHead } from '../tables/model.js'
import { tableModelOf } from '../tables/model-table.js'
import {
  addTableOptions,
  checkOutputs,
  clusteringOptions,
  formatJson,
  formatLabels,
  listIds,
  listLabels,
  type Prepared,
  prepareTable,
  type TableOptions,
  tableFields,
  withEngine,
} from '../tables/table-job.js'
import { useTuning } from '../tables/tuning-file.js'
import { formatSummary, formatValue, summarize } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

interface Options extends TableOptions {
  k: number
  output?: string
  save?: string
  tuning?: string
}

export function addKmeansCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('kmeans')
    .summary('group the rows of a table by k-means')
    .description(
      'Group the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather) into k clusters.\n' +
        'A remark on standard error tells which columns were clustered, and which were left out and why.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flagsOf(KMEANS, KMEANS_HELP)('--k <n>', 'k', { range: true, required: true }))
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option('--save <file>', 'the model to write, for lloyd predict')
    .option('--tuning <file>', 'file for the fastest tile sizes, which are measured once for this adapter')
  addTableOptions(command).action((table: string, options: Options) => clusterTable(table, options, signal))
}

async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  checkOutputs([path], { '-o': options.output, '--save': options.save }, options.force)
  const prepared = await prepareTable(path, options, signal)
  const { table, ids, rows, scaling, points, remarks } = prepared
  const { k } = options
  if (k > points.rows) {
    throw new LloydError(
      'InputError',
      `--k must be at most the number of rows, ${formatCount(points.rows)}${rows.dropped > 0 ? ' after dropping' : ''}, got ${k}`,
    )
  }
  const { result, ...on } = await withEngine(options.backend, signal, async (engine) => {
    if (options.tuning !== undefined) await useTuning(engine, options.tuning, { columns: points.columns, k })
    for (const text of remarks) remark(text)
    return {
      backend: engine.backend,
      adapter: engine.adapter,
      description: describeAdapter(engine),
      result: await kmeans(engine, points, { ...clusteringOptions(options, rows, path, signal), k }),
    }
  })
  const clustered = { prepared, result, centroids: undoScaling(result.centroids, scaling), ...on }
  if (options.output !== undefined) {
    const text = formatLabels(result.labels, rows.rows, table.rows, ids)
    writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.save !== undefined) {
    const text = `${formatJson(modelOf(clustered, options))}\n`
    writeWhole(options.save, new TextEncoder().encode(text), options.force === true)
  }
  if (options.json) print(formatJson(jsonOf(path, clustered, options)))
  else for (const line of linesOf(path, clustered, options, began)) print(line)
}

/** A clustered table. */
interface Clustered {
  prepared: Prepared
  result: KMeans
  /** In the units of the table. */
  centroids: number[][]
  backend: Engine['backend']
  adapter: Engine['adapter']
  /** The adapter in words. */
  description: string
}

function modelOf({ prepared, result, centroids }: Clustered, options: Options): KmeansModel {
  const { data, rows, columns } = result.centroids
  return {
    ...modelHead('lloyd.kmeans'),
    k: options.k,
    ...tableModelOf(prepared, options),
    centroids,
    clusteredCentroids: Array.from({ length: rows }, (_, row) => [
      ...data.subarray(row * columns, (row + 1) * columns),
    ]),
    sizes: [...result.sizes],
    inertia: result.inertia,
    iterations: result.iterations,
    converged: result.converged,
    seed: options.seed,
  }
}

function jsonOf(path: string, { prepared, result, centroids, backend, adapter }: Clustered, options: Options) {
  const { table, ids, rows, scaling } = prepared
  const { labels, inertia, iterations, converged } = result
  return {
    ...tableFields(path, prepared),
    ids: listIds(ids),
    weights: options.weights,
    standardized: options.standardize === true,
    scaling,
    k: options.k,
    inertia,
    iterations,
    converged,
    seed: options.seed,
    backend,
    adapter,
    centroids,
    clusters: summarize(rows.points, labels, options.k, rows.weights),
    labels: listLabels(labels, rows.rows, table.rows),
    output: options.output,
    model: options.save,
  }
}

/** The lines for a person; `began` is when the work did. */
function linesOf(
  path: string,
  { prepared, result, description }: Clustered,
  options: Options,
  began: number,
): string[] {
  const { names, rows, points } = prepared
  const { k, standardize, output, save } = options
  const { labels, inertia, iterations, converged } = result
  const clusters = summarize(rows.points, labels, k, rows.weights)
  const state = converged ? 'converged' : 'not converged: --iterations allows more'
  return [
    `table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`,
    `adapter   ${description}`,
    `clusters  ${formatCount(k)} after ${formatQuantity(iterations, 'iteration')} (${state}), inertia ${formatInertia(inertia)}` +
      (standardize ? ' in standardized units' : ''),
    `time      ${formatTime(performance.now() - began)} in all`,
    ...(output === undefined ? [] : [`output    ${output}, the label of every row`]),
    ...(save === undefined ? [] : [`model     ${save}, for lloyd predict`]),
    `\nmean ± standard deviation${standardize ? ', in the units of the table' : ''}\n`,
    formatSummary(clusters, names),
  ]
}

/** Formats an inertia with six digits, enough to compare runs. */
export function formatInertia(inertia: number): string {
  return inertia !== 0 && inertia < 1e9 ? String(Number(inertia.toPrecision(6))) : formatValue(inertia)
}
