import type { Command } from 'commander'
import { type Hdbscan, type HdbscanOptions, hdbscan } from 'lloyd'
import { HDBSCAN } from '../../options/density.js'
import { HDBSCAN_HELP } from '../../options/help/density.js'
import { flagsOf } from '../flags.js'
import { formatCount } from '../numbers.js'
import * as density from '../tables/density.js'
import { hdbscanModel } from '../tables/density-models.js'
import * as job from '../tables/table-job.js'
import { drawCondensed } from '../views/condensed-svg.js'
import { formatPanels, formatValue } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'

/** Rows that the summary calls the most outlying. */
const MAX_OUTLYING = 5
/** Columns of theirs that it shows. */
const MAX_COLUMNS = 8

interface Options extends density.DensityOptions {
  minClusterSize: number
  minSamples?: number
  selection: NonNullable<HdbscanOptions['selection']>
  epsilon: number
}

export function addHdbscanCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(HDBSCAN, HDBSCAN_HELP)
  const command = program
    .command('hdbscan')
    .summary('group the rows of a table by density, without a distance to choose')
    .description(
      'Group the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather) into clusters of any\n' +
        'shape and of varying density; rows that no cluster holds are noise, with the label -1.\n' +
        'A remark on standard error tells which columns were clustered, and which were left out and why.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('--min-cluster-size <n>', 'minClusterSize', { range: true }))
    .addOption(
      flag('--min-samples <n>', 'minSamples', {
        help: HDBSCAN_HELP.minSamples.replace(/;.*/, ''),
        told: '--min-cluster-size',
      }),
    )
    .addOption(flag('--metric <name>', 'metric'))
    .addOption(flag('--selection <name>', 'selection'))
    .addOption(flag('--epsilon <distance>', 'epsilon'))
    .option(
      '-o, --output <file>',
      'the CSV to write: the number of every row, its label, the strength of its membership (0 to 1), and its outlier score (GLOSH, 0 to 1)',
    )
    .option(
      '--save <file>',
      'the model to write, for lloyd predict: JSON with all points, about 10 bytes for each of their numbers and 30 for each row',
    )
    .option('--svg <file>', 'the SVG file for a chart of the condensed tree, with its clusters in colour')
  density
    .addDensityOptions(command, false)
    .action((table: string, options: Options) => clusterTable(table, options, signal))
}

async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const prepared = await density.prepareDensity(path, options, signal)
  const { minClusterSize, metric, selection, epsilon } = options
  const minSamples = options.minSamples ?? minClusterSize
  const choices = { minClusterSize, minSamples, metric, selection, epsilon }
  const { result, ...engine } = await job.withEngine(options.backend, signal, async (engine) => {
    for (const text of prepared.remarks) remark(text)
    const control = { signal, onProgress: job.progressOf(path) }
    const result = await hdbscan(engine, prepared.points, { ...choices, ...control })
    return { result, ...density.descriptionOf(engine) }
  })
  const { labels, probabilities, outlierScores } = result
  const clustered = density.describeClusters(path, prepared, result, engine)
  const means = meanByCluster(result)
  for (const cluster of clustered.clusters) cluster.probability = means[cluster.cluster]
  density.writeOutputs(clustered, options, {
    results: { label: labels, probability: probabilities, outlier_score: outlierScores },
    draw: (subtitle) => drawCondensed(result, subtitle),
    model: () => hdbscanModel(prepared.points, choices, result),
  })
  if (options.json) {
    const listOf = (values: Float64Array) => job.listLabels(values, prepared.rows.rows, prepared.table.rows)
    const lists = { probabilities: listOf(probabilities), outlierScores: listOf(outlierScores) }
    print(job.formatJson(density.jsonOf(clustered, options, choices, lists)))
    return
  }
  for (const line of density.linesOf(clustered, options, began, wordingOf(result, options, minSamples))) print(line)
  const outlying = formatOutlying(prepared, result)
  if (outlying) print(`\nmost outlying rows, by outlier score\n\n${outlying}`)
}

function meanByCluster({ labels, clusters, probabilities }: Hdbscan): Float64Array {
  const means = new Float64Array(clusters)
  const sizes = new Float64Array(clusters)
  for (const [row, label] of labels.entries()) {
    if (label < 0) continue
    means[label] += probabilities[row]
    sizes[label]++
  }
  return means.map((sum, label) => sum / sizes[label])
}

function wordingOf({ clusters }: Hdbscan, options: Options, minSamples: number) {
  const { minClusterSize, metric, selection, epsilon, standardize } = options
  const unit = standardize ? ' in standardized units' : ''
  const apart = epsilon > 0 ? `, apart by more than ${formatValue(epsilon)}` : ''
  const remedy = clusters > 0 ? '' : '; a smaller --min-cluster-size or --min-samples makes clusters'
  return {
    choices: [
      `density   ${formatCount(minSamples)} points within the core distance, ${metric} distance${unit}`,
      `selection ${selection === 'eom' ? 'excess of mass' : 'leaves'} of at least ${formatCount(minClusterSize)} points${apart}`,
    ],
    found: remedy,
    output: 'label, probability and outlier score of every row',
    chart: 'the condensed tree',
  }
}

/** A grid of the rows with the largest outlier scores above 0, with their values; null without one. */
function formatOutlying({ ids, names, rows }: job.Prepared, { labels, outlierScores }: Hdbscan): string | null {
  const { data, columns } = rows.points
  const shown = Math.min(columns, MAX_COLUMNS)
  const ranked = [...outlierScores.keys()]
    .filter((row) => outlierScores[row] > 0)
    .sort((a, b) => outlierScores[b] - outlierScores[a] || a - b)
    .slice(0, MAX_OUTLYING)
  if (ranked.length === 0) return null
  return formatPanels([
    ['row', ...ids.map(({ name }) => name), 'label', 'score', ...names.slice(0, shown)],
    ...ranked.map((row) => [
      String(rows.rows[row] + 1),
      ...ids.map(({ values }) => values[rows.rows[row]]),
      labels[row] < 0 ? 'noise' : String(labels[row]),
      outlierScores[row].toFixed(3),
      ...Array.from(data.subarray(row * columns, row * columns + shown), formatValue),
    ]),
  ])
}
