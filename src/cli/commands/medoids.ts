import type { Command } from 'commander'
import { describeRow, type KMedoids, type KMedoidsOptions, kmedoids, LloydError } from 'lloyd'
import { KMEDOIDS_HELP } from '../../options/help/medoids.js'
import { KMEDOIDS } from '../../options/medoids.js'
import { backendOption } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity, formatTime } from '../numbers.js'
import { descriptionOf, requireDirections } from '../tables/density.js'
import { medoidsModel } from '../tables/medoids-model.js'
import { formatModel } from '../tables/model.js'
import { tableModelOf } from '../tables/model-table.js'
import * as job from '../tables/table-job.js'
import { formatSummary, summarize } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'
import { formatInertia } from './kmeans.js'

/** Most medoids that are listed for a person. */
const LISTED = 12

interface Options extends job.ReadOptions {
  k: number
  metric: NonNullable<KMedoidsOptions['metric']>
  init: 'build' | 'random'
  sample?: number
  iterations: number
  seed: number
  backend: job.TableOptions['backend']
  output?: string
  save?: string
  force?: boolean
  json?: boolean
}

export function addMedoidsCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(KMEDOIDS, KMEDOIDS_HELP)
  const command = program
    .command('medoids')
    .summary('group the rows of a table around k of them')
    .description(
      'Group the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather) around k of them, the\n' +
        'medoids, so that the sum of the distances of all rows to the nearest is a local minimum.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('-k, --k <n>', 'k', { range: true, required: true }))
    .addOption(
      flag('--metric <name>', 'metric', {
        help: 'distance between rows; the cosine distance is 1 − cos; precomputed: the columns are the distances to every row',
      }),
    )
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option('--save <file>', 'the model to write, for lloyd predict')
  job
    .addColumnOptions(command)
    .addOption(
      flag('--init <name>', 'init', {
        help: 'the first medoids: those that lower the cost the most, one after another, or random rows',
      }),
    )
    .addOption(
      flag('--sample <n>', 'sampleSize', {
        help: 'number of random rows whose weighted cost is lowered (default: all)',
      }),
    )
    .addOption(flag('--iterations <n>', 'maxIterations'))
    .addOption(flag('--seed <n>', 'seed'))
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', 'print JSON')
    .action((table: string, options: Options) => clusterTable(table, options, signal))
}

async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  job.checkOutputs([path], { '-o': options.output, '--save': options.save }, options.force)
  const prepared = await prepare(path, options, signal)
  const { table, ids, rows, points } = prepared
  const { k, metric, init, sample, iterations: maxIterations, seed } = options
  for (const text of prepared.remarks) remark(text)
  const { result, ...on } = await job.withEngine(options.backend, signal, async (engine) => ({
    ...descriptionOf(engine),
    result: await kmedoids(engine, points, {
      ...{ k, metric, init, maxIterations, seed, signal, onProgress: job.progressOf(path) },
      ...(sample !== undefined && { sampleSize: sample }),
      ...(rows.weights && { weights: rows.weights }),
    }),
  }))
  const write = (file: string, text: string) => writeWhole(file, new TextEncoder().encode(text), options.force === true)
  if (options.output !== undefined) {
    write(options.output, job.formatLabels(result.labels, rows.rows, table.rows, ids))
  }
  if (options.save !== undefined) {
    const needed = metric === 'precomputed' ? result.medoids : undefined
    write(options.save, formatModel(medoidsModel(prepared, options, result), tableModelOf(prepared, options, needed)))
  }
  if (options.json) {
    const { labels, medoids, cost, iterations, converged, method } = result
    const fields = {
      ...job.tableFields(path, prepared),
      ids: job.listIds(ids),
      weights: options.weights,
      standardized: options.standardize === true,
      scaling: prepared.scaling,
      ...{ k, metric, init, sample, seed, cost, iterations, converged, method },
      backend: on.backend,
      adapter: on.adapter,
      medoids: Array.from(medoids, (row) => rows.rows[row]),
      clusters: summarize(rows.points, labels, k, rows.weights),
      labels: job.listLabels(labels, rows.rows, table.rows),
      output: options.output,
      model: options.save,
    }
    print(job.formatJson(fields))
    return
  }
  for (const line of linesOf(path, prepared, result, options)) print(line)
  print(`adapter   ${on.description}`)
  print(`time      ${formatTime(performance.now() - began)} in all`)
  if (options.output !== undefined) print(`output    ${options.output}, the label of every row`)
  if (options.save !== undefined) print(`model     ${options.save}, for lloyd predict`)
  const units = options.standardize ? ', in the units of the table' : ''
  print(`\nmean ± standard deviation${units}\n`)
  print(formatSummary(summarize(rows.points, result.labels, k, rows.weights), prepared.names))
}

/** Reads a table whose rows have distances by the metric. */
async function prepare(path: string, options: Options, signal: AbortSignal): Promise<job.Prepared> {
  const { metric, standardize, k } = options
  if (metric === 'precomputed' && standardize) {
    throw new LloydError('InputError', '--standardize changes distances; leave it out, or --metric precomputed')
  }
  // Moved points have other directions, and moved distances are none.
  const unmoved = metric === 'precomputed' || (metric === 'cosine' && !standardize)
  const prepared = await job.prepareTable(path, { ...options, unmoved }, signal)
  if (metric === 'cosine') requireDirections(path, prepared)
  const { rows, points } = prepared
  if (metric === 'precomputed' && points.rows !== points.columns) {
    throw new LloydError(
      'InputError',
      `${path} has ${formatQuantity(points.rows, 'row')} and ${formatQuantity(points.columns, 'column')} to cluster; ` +
        '--metric precomputed takes as many columns, which --columns names, as rows',
    )
  }
  if (k <= points.rows) return prepared
  const after = rows.dropped > 0 ? ' after dropping' : ''
  throw new LloydError(
    'InputError',
    `--k must be at most the number of rows, ${formatCount(points.rows)}${after}, got ${k}`,
  )
}

/** What was found, for a person. */
function linesOf(path: string, { table, rows, points }: job.Prepared, result: KMedoids, options: Options): string[] {
  const { medoids, iterations, converged, cost, method } = result
  const state = converged ? 'converged' : 'not converged: --iterations allows more'
  const units = options.standardize ? ' in standardized units' : ''
  const named = Array.from(medoids.subarray(0, LISTED), (row) => describeRow(table, rows.rows[row])).join(', ')
  const more = medoids.length > LISTED ? ` and ${formatCount(medoids.length - LISTED)} more, which --json lists` : ''
  const sampled = method === 'onebatchpam' ? `, by ${formatQuantity(options.sample!, 'sampled row')}` : ''
  return [
    `table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`,
    `clusters  ${formatCount(medoids.length)} after ${formatQuantity(iterations, 'iteration')} (${state})${sampled}, ` +
      `cost ${formatInertia(cost)} of ${options.metric} distances${units}`,
    `medoids   ${named}${more}`,
  ]
}
