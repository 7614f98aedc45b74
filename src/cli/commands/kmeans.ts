import type { Command } from 'commander'
import { kmeans, LloydError, undoScaling } from 'lloyd'
import { version } from '../../../package.json'
import { KMEANS_HELP } from '../../options/help/kmeans.js'
import { KMEANS } from '../../options/kmeans.js'
import { describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity, formatTime } from '../numbers.js'
import { createModel } from '../tables/model.js'
import { readingOf } from '../tables/read-options.js'
import {
  addTableOptions,
  checkOutputs,
  clusteringOptions,
  formatJson,
  formatLabels,
  listIds,
  listLabels,
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
  const { table, names, ids, rows, scaling, points, remarks } = prepared
  const { k } = options
  if (k > points.rows) {
    throw new LloydError(
      'InputError',
      `--k must be at most the number of rows, ${formatCount(points.rows)}${rows.dropped > 0 ? ' after dropping' : ''}, got ${k}`,
    )
  }
  const { backend, adapter, description, result } = await withEngine(options.backend, signal, async (engine) => {
    if (options.tuning !== undefined) await useTuning(engine, options.tuning, { columns: points.columns, k })
    for (const text of remarks) remark(text)
    return {
      backend: engine.backend,
      adapter: engine.adapter,
      description: describeAdapter(engine),
      result: await kmeans(engine, points, { ...clusteringOptions(options, rows, path, signal), k }),
    }
  })
  const { labels, inertia, iterations, converged } = result
  const clusters = summarize(rows.points, labels, k, rows.weights)
  const centroids = undoScaling(result.centroids, scaling)

  if (options.output !== undefined) {
    const text = formatLabels(labels, rows.rows, table.rows, ids)
    writeWhole(options.output, new TextEncoder().encode(text), options.force === true)
  }
  if (options.save !== undefined) {
    const { data, columns } = result.centroids
    const model = createModel({
      lloyd: version,
      k,
      columns: names,
      reading: readingOf(options),
      standardized: options.standardize === true,
      scaling,
      means: rows.means,
      centroids,
      clusteredCentroids: Array.from({ length: k }, (_, row) => [...data.subarray(row * columns, (row + 1) * columns)]),
      sizes: [...result.sizes],
      inertia,
      iterations,
      converged,
      seed: options.seed,
    })
    writeWhole(options.save, new TextEncoder().encode(`${formatJson(model)}\n`), options.force === true)
  }

  if (options.json) {
    print(
      formatJson({
        ...tableFields(path, prepared),
        ids: listIds(ids),
        weights: options.weights,
        standardized: options.standardize === true,
        scaling,
        k,
        inertia,
        iterations,
        converged,
        seed: options.seed,
        backend,
        adapter,
        centroids,
        clusters,
        labels: listLabels(labels, rows.rows, table.rows),
        output: options.output,
        model: options.save,
      }),
    )
    return
  }
  const state = converged ? 'converged' : 'not converged: --iterations allows more'
  print(`table     ${path}, ${formatQuantity(points.rows, 'row')} by ${formatQuantity(points.columns, 'column')}`)
  print(`adapter   ${description}`)
  print(
    `clusters  ${formatCount(k)} after ${formatQuantity(iterations, 'iteration')} (${state}), inertia ${formatInertia(inertia)}` +
      (options.standardize ? ' in standardized units' : ''),
  )
  print(`time      ${formatTime(performance.now() - began)} in all`)
  if (options.output !== undefined) print(`output    ${options.output}, the label of every row`)
  if (options.save !== undefined) print(`model     ${options.save}, for lloyd predict`)
  print(`\nmean ± standard deviation${options.standardize ? ', in the units of the table' : ''}\n`)
  print(formatSummary(clusters, names))
}

/** Formats an inertia with six digits, enough to compare runs. */
export function formatInertia(inertia: number): string {
  return inertia !== 0 && inertia < 1e9 ? String(Number(inertia.toPrecision(6))) : formatValue(inertia)
}
