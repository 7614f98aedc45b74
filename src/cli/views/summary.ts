import type { Matrix } from 'lloyd'
import { formatCount } from '../numbers.js'

/** Maximum number of rows and columns of a printed table; the JSON has all. */
const MAX_SHOWN = 60
/** Width in characters where the terminal does not report one. */
const WIDTH = 100

export interface ClusterSummary {
  /** −1 for noise. */
  cluster: number
  size: number
  /** Weighted mean of each column, in the units of the table; null in an empty cluster. */
  mean: number[] | null
  /** Standard deviation of each column: the root of the mean squared distance from the mean. */
  spread: number[] | null
  /** Mean strength of the membership of its rows, where rows have one. */
  probability?: number
}

/** Size, mean and spread of every cluster, computed in float64 in the units of the table. */
export function summarize(
  points: Matrix<Float64Array>,
  labels: Uint32Array,
  k: number,
  weights: Float64Array | null,
): ClusterSummary[] {
  const { data, rows, columns } = points
  const sizes = new Uint32Array(k)
  const totals = new Float64Array(k)
  const means = new Float64Array(k * columns)
  const spreads = new Float64Array(k * columns)
  for (let row = 0; row < rows; row++) {
    sizes[labels[row]]++
    totals[labels[row]] += weights ? weights[row] : 1
  }
  /** Adds weight / total × term for every cell to `sums`. */
  const accumulate = (sums: Float64Array, term: (value: number, at: number) => number) => {
    for (let row = 0; row < rows; row++) {
      const label = labels[row]
      const share = (weights ? weights[row] : 1) / totals[label]
      if (!(share > 0)) continue
      for (let column = 0; column < columns; column++) {
        const at = label * columns + column
        sums[at] += share * term(data[row * columns + column], at)
      }
    }
  }
  accumulate(means, (value) => value)
  // In units near the largest deviation, squares do not overflow, and not all underflow.
  const units = new Float64Array(k * columns)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = labels[row] * columns + column
      units[at] = Math.max(units[at], Math.abs(data[row * columns + column] - means[at]))
    }
  }
  units.forEach((widest, at) => {
    units[at] = widest > 0 ? 2 ** Math.floor(Math.log2(widest)) : 1
  })
  accumulate(spreads, (value, at) => ((value - means[at]) / units[at]) ** 2)
  const deviations = spreads.map((square, at) => units[at] * Math.sqrt(square))
  return Array.from(sizes, (size, cluster) => {
    const rowOf = (values: Float64Array) => [...values.subarray(cluster * columns, (cluster + 1) * columns)]
    const isEmpty = totals[cluster] === 0
    return {
      cluster,
      size,
      mean: isEmpty ? null : rowOf(means),
      spread: isEmpty ? null : rowOf(deviations),
    }
  })
}

/**
 * A table of `mean ± spread`, in panels that fit the terminal. The rows are the clusters or the columns, whichever are
 * more.
 */
export function formatSummary(clusters: readonly ClusterSummary[], names: readonly string[]): string {
  const shown = clusters.slice(0, MAX_SHOWN)
  const shownNames = names.slice(0, MAX_SHOWN)
  const cell = ({ mean, spread }: ClusterSummary, column: number) =>
    mean && spread ? `${formatValue(mean[column])} ± ${formatValue(spread[column])}` : '–'
  const isFuzzy = shown.some(({ probability }) => probability !== undefined)
  const byCluster = [
    ['cluster', 'size', ...(isFuzzy ? ['probability'] : []), ...shownNames],
    ...shown.map((cluster) => [
      cluster.cluster < 0 ? 'noise' : String(cluster.cluster),
      formatCount(cluster.size),
      ...(isFuzzy ? [cluster.probability?.toFixed(3) ?? '–'] : []),
      ...shownNames.map((_, column) => cell(cluster, column)),
    ]),
  ]
  const grid = shownNames.length > shown.length ? transpose(byCluster) : byCluster
  const hidden = [
    clusters.length > shown.length ? `${formatCount(clusters.length - shown.length)} more clusters` : '',
    names.length > shownNames.length ? `${formatCount(names.length - shownNames.length)} more columns` : '',
  ].filter(Boolean)
  const note = hidden.length > 0 ? `\n\n${hidden.join(' and ')}: --json prints all` : ''
  return formatPanels(grid) + note
}

function transpose(grid: readonly string[][]): string[][] {
  return grid[0].map((_, column) => grid.map((row) => row[column]))
}

/** Formats a grid in panels that fit the terminal, each with the first column. */
export function formatPanels(grid: readonly string[][]): string {
  const limit = process.stdout.columns || WIDTH
  const widths = grid[0].map((_, column) => Math.max(...grid.map((row) => lengthOf(row[column]))))
  const panels: string[] = []
  for (let from = 1; from < widths.length; ) {
    let to = from
    let width = widths[0]
    while (to < widths.length && (to === from || width + 2 + widths[to] <= limit)) width += 2 + widths[to++]
    panels.push(
      grid
        .map((row) => {
          const first = row[0] + ' '.repeat(widths[0] - lengthOf(row[0]))
          const cells = row.slice(from, to).map((text, at) => ' '.repeat(widths[from + at] - lengthOf(text)) + text)
          return [first, ...cells].join('  ').trimEnd()
        })
        .join('\n'),
    )
    from = to
  }
  return panels.join('\n\n')
}

/** Length in characters; a surrogate pair counts as one. */
function lengthOf(text: string): number {
  return [...text].length
}

/** Four significant digits, without an exponent where that is readable. */
export function formatValue(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(3)
  if (size >= 1000) return value.toFixed(size >= 1e5 || Number.isInteger(value) ? 0 : 1)
  return size === 0 ? '0' : value.toPrecision(4)
}
