import { basename } from 'node:path'
import { type ClusterDescription, silhouette } from 'lloyd'
import { formatCount, formatQuantity } from '../../numbers.js'
import { type TableOptions, withEngine } from '../../tables/table-job.js'
import { nameOf } from '../describe.js'
import { clusterSection, glossary } from './cluster-section.js'
import { drawComponents } from './component-plot.js'
import type { Described, Nouns } from './described.js'
import { drawDifferences } from './difference-plot.js'
import { binColumn, drawHistograms } from './histogram-plot.js'
import { htmlFigure, paragraph } from './html.js'
import { htmlPage, type Page, type PageSection } from './html-page.js'
import { type PageSample, samplePoints, scaledRows } from './page-sample.js'
import { drawParallel } from './parallel-plot.js'
import { type ClusterMark, clusterMarks, htmlKey } from './plot.js'
import { principalComponents } from './principal-components.js'
import { drawSilhouettes } from './silhouette-plot.js'
import { drawSizes } from './size-plot.js'

interface Options {
  standardize?: boolean
  backend: TableOptions['backend']
}

/** Most columns of plots: those with the largest differences. */
const MOST_COLUMNS = 16
const MOST_HISTOGRAMS = 10
/** Most clusters of plots with a panel for each. */
const MOST_PANELS = 12
/** Rows drawn of a cluster in parallel coordinates. */
const PARALLEL_ROWS = 25

interface Drawing extends Described {
  sample: PageSample
  marks: ClusterMark[]
  /** Columns, those with the largest difference of any cluster first. */
  order: number[]
}

/** The page of `lloyd describe`: plots of all clusters, then a section for each; after the sections of `own`, if given. */
export async function describedPage(
  described: Described,
  options: Options,
  signal: AbortSignal,
  own?: Page,
): Promise<string> {
  const { path, table, labels, clusters, nouns } = described
  const noise = clusters.findIndex((cluster) => cluster.noise)
  const drawing: Drawing = {
    ...described,
    sample: samplePoints(table.points, table.labels, clusters),
    marks: clusterMarks(clusters.map(nameOf), noise),
    order: orderColumns(clusters, table.names.length),
  }
  const found = clusters.length - (noise < 0 ? 0 : 1)
  const summary =
    `${formatQuantity(table.points.rows, nouns.row)} in ${formatQuantity(found, nouns.cluster)}` +
    `${noise < 0 ? '' : ` and ${formatQuantity(clusters[noise].size, nouns.row)} of noise`}, by ${labels}.`
  return htmlPage({
    title: own?.title ?? `Clusters of ${basename(path)}`,
    summary: own?.summary ?? summary,
    sections: [
      ...(own?.sections ?? []),
      sizeSection(drawing),
      ...(table.names.length > 0 && clusters.length > 1 ? [differenceSection(drawing)] : []),
      ...(table.names.length > 1 ? [parallelSection(drawing), componentSection(drawing)] : []),
      ...(table.names.length > 0 ? [histogramSection(drawing), await silhouetteSection(drawing, options, signal)] : []),
      { heading: `Each ${nouns.cluster}`, body: '', parts: clusters.map((_, at) => clusterSection(described, at)) },
      glossary(described),
    ],
  })
}

function orderColumns(clusters: readonly ClusterDescription[], columns: number): number[] {
  const largest = new Float64Array(columns)
  for (const cluster of clusters) {
    for (const { column, difference } of cluster.columns) {
      largest[column] = Math.max(largest[column], Math.abs(difference))
    }
  }
  return [...largest.keys()].sort((a, b) => largest[b] - largest[a])
}

/** The entry of a column in a description. */
const columnOf = (cluster: ClusterDescription, column: number) =>
  cluster.columns.find((each) => each.column === column)!

function sizeSection({ marks, clusters, nouns }: Drawing): PageSection {
  const names = clusters.map((cluster) => {
    const { title, noise } = cluster
    return `<li><strong>${paragraphText(nameOf(cluster))}</strong>${noise ? '' : `: ${paragraphText(title)}`}</li>`
  })
  const body = `<ul>${names.join('')}</ul>${htmlFigure(
    `Number of ${nouns.row}s of each ${nouns.cluster}, and their share of all.`,
    drawSizes(
      marks,
      clusters.map(({ size }) => size),
      nouns,
    ),
  )}`
  return { heading: 'Sizes', body }
}

const paragraphText = (text: string) => paragraph(text).slice(3, -4)

function differenceSection({ marks, clusters, table, order, nouns }: Drawing): PageSection {
  const shown = order.slice(0, MOST_COLUMNS)
  const columns = shown.map((column) => ({
    name: table.names[column],
    differences: clusters.map((cluster) => {
      const { rest, difference } = columnOf(cluster, column)
      return rest ? difference : null
    }),
  }))
  const caption =
    `The mean of each ${nouns.cluster} less that of all other ${nouns.row}s, in pooled standard deviations (Hedges’ g)${someOf(shown, order)}. ` +
    'Beyond the dashed lines, at 0.8, a difference counts as large. Marks at the edge lie beyond it.'
  return { heading: 'Differences', body: htmlKey(marks) + htmlFigure(caption, drawDifferences(marks, columns, nouns)) }
}

const someOf = (shown: readonly unknown[], all: readonly unknown[]) =>
  shown.length < all.length ? `, of the ${shown.length} of ${all.length} columns that differ most` : ''

function parallelSection({ marks, clusters, table, order, sample, nouns }: Drawing): PageSection {
  const shown = order.slice(0, MOST_COLUMNS).sort((a, b) => a - b)
  const scale = (value: number, column: number) => (value - sample.means[column]) / sample.deviations[column]
  const { data, columns } = table.points
  const panels = clusters.slice(0, MOST_PANELS).map((cluster, at) => ({
    mark: marks[at],
    medians: shown.map((column) => scale(columnOf(cluster, column).median, column)),
    quartiles: shown.map((column) => {
      const [low, high] = columnOf(cluster, column).quartiles
      return [scale(low, column), scale(high, column)] as const
    }),
    rows: someRows(sample, at).map((row) => shown.map((column) => scale(data[row * columns + column], column))),
  }))
  const caption =
    `A panel for each ${nouns.cluster}${panels.length < clusters.length ? ` (${panels.length} of ${clusters.length})` : ''}: the median of its ${nouns.row}s in each column (thick), the range of their middle half (band) ` +
    `and at most ${PARALLEL_ROWS} ${nouns.row}s (thin), in standard deviations from the mean of all ${nouns.row}s${someOf(shown, order)}. Values beyond 3 lie at the edge.`
  return {
    heading: 'Parallel coordinates',
    body: htmlFigure(
      caption,
      drawParallel(
        shown.map((column) => table.names[column]),
        panels,
        nouns,
      ),
    ),
  }
}

/** Some rows of a cluster, evenly from those sampled. */
function someRows({ rows, codes }: PageSample, at: number): number[] {
  const own = Array.from(rows).filter((row) => codes[row] === at)
  const step = Math.max(1, own.length / PARALLEL_ROWS)
  return Array.from({ length: Math.min(own.length, PARALLEL_ROWS) }, (_, place) => own[Math.floor(place * step)])
}

function histogramSection({ marks, clusters, table, order, sample, nouns }: Drawing): PageSection {
  const { data, rows, columns } = table.points
  const shown = order.slice(0, MOST_HISTOGRAMS)
  const panels = marks.slice(0, MOST_PANELS)
  const plots = shown.map((column) => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) values[row] = data[row * columns + column]
    const histogram = binColumn(table.names[column], values, sample.codes, clusters.length)
    return drawHistograms(panels, { ...histogram, clusters: histogram.clusters.slice(0, panels.length) }, nouns)
  })
  const caption = `The shares of each ${nouns.cluster}’s ${nouns.row}s (bars) and of all ${nouns.row}s (line) in bins of each column${someOf(shown, order)}; all panels of a column have the same axes.`
  return { heading: 'Columns', body: htmlFigure(caption, plots.join('\n')) }
}

function componentSection({ marks, table, sample, nouns }: Drawing): PageSection {
  const components = principalComponents(scaledRows(table.points, sample.rows, sample), table.names.length)
  const codes = sample.rows.map((row) => sample.codes[row])
  const caption =
    `${rowsShown(sample, nouns)} in the plane in which columns, scaled to standard deviation 1, vary most (principal components), ` +
    `with the name of each ${nouns.cluster} at its median. It shows ${(100 * (components.shares[0] + components.shares[1])).toFixed(0)} % of the variance: ` +
    `${nouns.cluster}s that overlap here may be apart in other directions.`
  return {
    heading: 'Two principal components',
    body: htmlKey(marks) + htmlFigure(caption, drawComponents(marks, components, codes, nouns)),
  }
}

const rowsShown = ({ rows, codes }: PageSample, { row }: Nouns) =>
  rows.length < codes.length ? `${formatCount(rows.length)} of ${formatQuantity(codes.length, row)}` : `All ${row}s`

async function silhouetteSection(
  { marks, clusters, table, sample, nouns }: Drawing,
  { standardize, backend }: Options,
  signal: AbortSignal,
): Promise<PageSection> {
  const heading = 'Silhouettes'
  const rows = sample.rows.filter((row) => !clusters[sample.codes[row]].noise)
  const codes = rows.map((row) => sample.codes[row])
  const count = new Set(codes).size
  if (count < 2 || count === rows.length) {
    return {
      heading,
      body: paragraph(`Silhouettes need at least two ${nouns.cluster}s, and fewer than ${nouns.row}s.`),
    }
  }
  const { columns } = table.points
  const { means, deviations } = sample
  const ones = { ...sample, means, deviations: standardize ? deviations : deviations.map(() => 1) }
  const points = { data: Float32Array.from(scaledRows(table.points, rows, ones)), rows: rows.length, columns }
  const { values } = await withEngine(backend, signal, (engine) => silhouette(engine, points, codes, { signal }))
  const caption =
    `How much nearer each ${nouns.row} is to its own ${nouns.cluster} than to the next, from −1 to 1: near 0 it lies between two, below 0 it is nearer to another. ` +
    `${rowsShown(sample, nouns)}${clusters.some(({ noise }) => noise) ? ', without noise' : ''}, by distance in ${standardize ? 'columns scaled to standard deviation 1' : 'the units of the table'}; beside each name the mean of its ${nouns.row}s.`
  return { heading, body: htmlFigure(caption, drawSilhouettes(marks, values, codes, nouns)) }
}
