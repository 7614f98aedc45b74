import { formatCount } from '../numbers.js'
import { formatPanels, formatValue } from './summary.js'

/** Most clusters and classes of a printed contingency table; the JSON has all. */
const MAX_SHOWN = 30

/** An index, its value, and what its range means. */
export interface IndexLine {
  name: string
  value: number
  range: string
}

export function formatIndices(title: string, lines: readonly IndexLine[]): string {
  const names = Math.max(...lines.map(({ name }) => name.length))
  const values = lines.map(({ value }) => formatIndex(value))
  const widest = Math.max(...values.map((value) => value.length))
  const body = lines.map(({ name, range }, at) => `${name.padEnd(names)}  ${values[at].padStart(widest)}  ${range}`)
  return `\n${title}\n\n${body.join('\n')}`
}

/** Rows are clusters, columns classes. */
export function formatContingency(
  { data, columns, clusters, classes }: ContingencyView,
  [ofClusters, ofClasses]: [string, string],
): string {
  const shown = [clusters.slice(0, MAX_SHOWN), classes.slice(0, MAX_SHOWN)]
  const grid = [
    [`${ofClusters} \\ ${ofClasses}`, ...shown[1].map(String)],
    ...shown[0].map((cluster, row) => [
      String(cluster),
      ...shown[1].map((_, column) => formatCount(data[row * columns + column])),
    ]),
  ]
  const hidden = clusters.length > MAX_SHOWN || classes.length > MAX_SHOWN
  return `\n${formatPanels(grid)}${hidden ? '\n\nfurther clusters and classes: --json prints all' : ''}`
}

interface ContingencyView {
  data: ArrayLike<number>
  columns: number
  clusters: readonly (number | string)[]
  classes: readonly (number | string)[]
}

/** Four decimals within −1 … 1, four significant digits beyond. */
function formatIndex(value: number): string {
  return Math.abs(value) <= 1 && (value === 0 || Math.abs(value) >= 1e-4) ? value.toFixed(4) : formatValue(value)
}

/** Three significant digits. */
export const formatProbability = (value: number) =>
  value >= 1e-3 || value === 0 ? String(Number(value.toPrecision(3))) : value.toExponential(1)
