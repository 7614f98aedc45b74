import type { Command } from 'commander'
import { type AgglomerativeOptions, agglomerative, cutTree, dendrogramSvg, LloydError, type Matrix } from 'lloyd'
import {
  AGGLOMERATIVE_HELP,
  CONNECTIVITY_HELP,
  CUT_TREE_HELP,
  DENDROGRAM_SVG_HELP,
} from '../../options/help/hierarchy.js'
import { AGGLOMERATIVE, CONNECTIVITY, CUT_TREE, DENDROGRAM_SVG } from '../../options/hierarchy.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatQuantity } from '../numbers.js'
import { type Cut, cutByGap, type Gap } from '../tables/cut.js'
import * as density from '../tables/density.js'
import * as job from '../tables/table-job.js'
import { formatCsv } from '../views/csv.js'
import { formatValue } from '../views/summary.js'
import { print, remark } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

/** Heights of last merges that the summary tells. */
const MAX_HEIGHTS = 6

interface Options extends density.DensityOptions {
  linkage: NonNullable<AgglomerativeOptions['linkage']>
  leafOrder: NonNullable<AgglomerativeOptions['leafOrder']>
  neighbors?: number
  clusters?: number
  height?: number
  merges?: string
  truncate?: number
  horizontal?: boolean
}

export function addTreeCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(AGGLOMERATIVE, AGGLOMERATIVE_HELP)
  const cutFlag = flagsOf(CUT_TREE, CUT_TREE_HELP)
  const command = program
    .command('tree')
    .summary('merge the rows of a table to a hierarchy of clusters, and draw it')
    .description(
      'Merge the rows of a table (CSV, TSV or text, also gzipped, NumPy, Parquet, Arrow, Feather), the nearest clusters\n' +
        'first, until one is left, and cut this hierarchy into clusters: by --clusters, by --height or, without these,\n' +
        'where the heights of the merges rise most.\n' +
        'A remark on standard error tells which columns were clustered, and which were left out and why.\n' +
        'In the JSON, labels and leaves count all rows of the table, from 0. The ids of merges count the clustered rows,\n' +
        'as SciPy needs them: where rows with missing cells were left out, clusteredRows has the row of each id.',
    )
    .argument('<table>', 'the file to read; - is standard input')
    .addOption(flag('--linkage <name>', 'linkage'))
    .addOption(flag('--metric <name>', 'metric'))
    .addOption(
      flagsOf(CONNECTIVITY, CONNECTIVITY_HELP)('--neighbors <k>', 'neighbors', {
        help: 'merge only clusters that an edge connects, from each row to its k nearest others',
      }),
    )
    .addOption(cutFlag('--clusters <n>', 'clusters'))
    .addOption(cutFlag('--height <h>', 'height'))
    .option('-o, --output <file>', 'the CSV to write: the number and the label of every row')
    .option(
      '--merges <file>',
      "the CSV to write: the merges, as SciPy's linkage has them: ids a and b of two clusters, height and size of their union; ids are those of the clustered rows, counted from 0, and then those of the merges",
    )
    .option('--svg <file>', 'the SVG file for a dendrogram, with the clusters in colour and with names by --id')
    .addOption(flagsOf(DENDROGRAM_SVG, DENDROGRAM_SVG_HELP)('--truncate <n>', 'truncate'))
    .option('--horizontal', 'draw heights to the right, with the rows from top to bottom')
    .addOption(flag('--leaf-order <name>', 'leafOrder'))
  density
    .addDensityOptions(command, false)
    .action((table: string, options: Options) => clusterTable(table, options, signal))
}

async function clusterTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  checkOptions(path, options)
  const prepared = await density.prepareDensity(path, options, signal)
  checkCounts(options, prepared)
  const { linkage, metric, leafOrder, neighbors } = options
  const connectivity = neighbors === undefined ? undefined : { neighbors }
  const { merges, leaves, components, ...engine } = await job.withEngine(options.backend, signal, async (engine) => {
    for (const text of prepared.remarks) remark(text)
    const control = { signal, onProgress: job.progressOf(path) }
    const tree = await agglomerative(engine, prepared.points, { linkage, metric, connectivity, leafOrder, ...control })
    return { ...tree, ...density.descriptionOf(engine) }
  })
  const gap = options.clusters === undefined && options.height === undefined ? cutByGap(merges) : null
  const cut = gap ? { clusters: gap.clusters } : cutOf(options)
  if (components !== undefined && components > 1) remark(describeComponents(components))
  if (gap) remark(describeGap(gap))
  const labels = Int32Array.from(cutTree(merges, cut))
  const count = labels.reduce((most, label) => Math.max(most, label + 1), 0)
  const clustered = density.describeClusters(path, prepared, { labels, clusters: count }, engine)
  writeOutputs(clustered, options, { merges, leaves, cut })
  if (options.json) {
    const choices = { linkage, metric, neighbors, components, leafOrder, cut, gap }
    const { rows, dropped } = prepared.rows
    const { noise: _, ...json } = density.jsonOf(clustered, options, choices, {
      leaves: Array.from(leaves, (id) => rows[id]),
      merges: listOf(merges),
      clusteredRows: dropped > 0 ? [...rows] : undefined,
      mergesFile: options.merges,
    })
    print(job.formatJson(json))
    return
  }
  for (const line of density.linesOf(clustered, options, began, wordingOf(merges, options, gap, prepared.rows.dropped)))
    print(line)
}

/** Throws an `InputError` for options that exclude or need one another, and for outputs that cannot be written. */
function checkOptions(path: string, options: Options): void {
  const { linkage, metric, clusters, height, output, svg, merges, force, truncate, horizontal } = options
  if ((linkage === 'ward' || linkage === 'centroid') && metric !== 'euclidean') {
    throw new LloydError('InputError', `--linkage ${linkage} takes --metric euclidean only; choose another of them`)
  }
  if (clusters !== undefined && height !== undefined) {
    throw new LloydError('InputError', '--clusters and --height are two ways to cut; give one of them')
  }
  if (svg === undefined && (truncate !== undefined || horizontal)) {
    throw new LloydError(
      'InputError',
      `${truncate === undefined ? '--horizontal' : '--truncate'} draws; give --svg a file`,
    )
  }
  job.checkOutputs([path], { '-o': output, '--svg': svg, '--merges': merges }, force)
}

/** Throws an `InputError` for more clusters than rows. */
function checkCounts({ clusters, truncate }: Options, { points, rows }: job.Prepared): void {
  for (const [option, count] of [
    ['--clusters', clusters],
    ['--truncate', truncate],
  ] as const) {
    if (count === undefined || count <= points.rows) continue
    const dropped = rows.dropped > 0 ? ' after dropping' : ''
    throw new LloydError(
      'InputError',
      `${option} must be at most the number of rows, ${formatCount(points.rows)}${dropped}, got ${count}`,
    )
  }
}

const cutOf = ({ clusters, height }: Options): Cut => (clusters === undefined ? { height } : { clusters })

const listOf = ({ data, rows }: Matrix<Float64Array>) =>
  Array.from({ length: rows }, (_, merge) => [...data.subarray(4 * merge, 4 * merge + 4)])

const describeComponents = (count: number) =>
  `the nearest neighbours connect the rows to ${count} components, which merge last; more --neighbors connect them`

function describeGap({ clusters, from, to }: Gap): string {
  const others = '--clusters and --height take others'
  if (from === to) return `1 cluster, since all merges have the same height; ${others}`
  return `${formatQuantity(clusters, 'cluster')}, at the largest gap between the heights of merges, ${formatValue(from)} to ${formatValue(to)}; ${others}`
}

function writeOutputs(
  clustered: density.Clustered,
  options: Options,
  { merges, leaves, cut }: { merges: Matrix<Float64Array>; leaves: Uint32Array; cut: Cut },
): void {
  const { labels, prepared } = clustered
  const { ids, rows } = prepared
  density.writeOutputs(clustered, options, {
    results: { label: labels },
    draw: (subtitle) =>
      dendrogramSvg(merges, {
        ...{ leaves, cut, truncate: options.truncate },
        labels: Array.from(rows.rows, (row) => ids.map(({ values }) => values[row]).join(' ') || String(row + 1)),
        orientation: options.horizontal ? 'horizontal' : 'vertical',
        title: `Dendrogram, ${options.linkage} linkage`,
        subtitle: `${subtitle}; ${options.metric} distance`,
      }),
  })
  if (options.merges === undefined) return
  const text = formatCsv(['a', 'b', 'height', 'size'], listOf(merges))
  writeWhole(options.merges, new TextEncoder().encode(text), options.force === true)
}

function wordingOf({ data, rows: count }: Matrix<Float64Array>, options: Options, gap: Gap | null, dropped: number) {
  const { linkage, metric, standardize, neighbors, height, merges } = options
  const from = Math.max(0, count - MAX_HEIGHTS)
  const heights = Array.from({ length: count - from }, (_, at) => formatValue(data[4 * (from + at) + 2]))
  const ids = dropped > 0 ? `; ids count the ${formatQuantity(count + 1, 'clustered row')}` : ''
  return {
    choices: [
      `linkage   ${linkage}, ${metric} distance${standardize ? ' in standardized units' : ''}${neighbors === undefined ? '' : `, along edges to ${neighbors === 1 ? 'the nearest' : `the ${neighbors} nearest`}`}`,
      `heights   ${from > 0 ? '… ' : ''}${heights.join(' ') || 'none: one row has no merge'}`,
    ],
    found: gap
      ? ' at the largest gap between heights'
      : height === undefined
        ? ''
        : ` at height ${formatValue(height)}`,
    output: 'the label of every row',
    chart: 'the dendrogram',
    files: merges === undefined ? [] : [`merges    ${merges}, in SciPy's layout${ids}`],
    noiseless: true as const,
  }
}
