import type { ClusterDescription, ClusterRule, ColumnDescription } from 'lloyd'
import { formatCount, formatQuantity } from '../numbers.js'
import { formatPanels, formatValue } from './summary.js'

/** Most columns and values that are printed for a cluster; the JSON has all. */
const MAX_SHOWN = 8
/** Most clusters. */
const MAX_CLUSTERS = 60

/** `cluster 3`, or `noise`. */
export const nameOf = ({ label, noise }: Pick<ClusterDescription, 'label' | 'noise'>) =>
  noise ? 'noise' : typeof label === 'number' ? `cluster ${label}` : label

export const formatPercent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(1)} %`)

/** A difference in standard deviations, with its sign. */
export const formatDifference = (value: number) =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`

/** What a rule promises, in words; `row` is what rows are called. */
export function describeRule({ precision, recall, heldOut }: ClusterRule, rest: string, row = 'row'): string {
  const own = `${formatPercent(precision)} of the ${row}s that meet it are of ${rest}, and ${formatPercent(recall)} of its ${row}s meet it`
  if (heldOut.precision === null || heldOut.recall === null) return own
  return `${own}; of ${row}s held out, ${formatPercent(heldOut.precision)} and ${formatPercent(heldOut.recall)}`
}

/** Every cluster with its sentence, its rule and its columns, for a person. `rowOf` names a row. */
export function formatDescriptions(clusters: readonly ClusterDescription[], rowOf: (row: number) => string): string {
  const shown = clusters.slice(0, MAX_CLUSTERS).map((cluster) => formatCluster(cluster, rowOf))
  const hidden = clusters.length - shown.length
  if (hidden > 0) shown.push(`${formatQuantity(hidden, 'more cluster')}: --json prints all`)
  return shown.join('\n\n')
}

function formatCluster(cluster: ClusterDescription, rowOf: (row: number) => string): string {
  const { title, noise, sentence, rule, medoid, typical, odd } = cluster
  const lines = [noise ? 'noise' : `${nameOf(cluster)}: ${title}`, `  ${sentence}`]
  if (rule) lines.push(`  rule     ${rule.text}`, `           ${describeRule(rule, nameOf(cluster))}`)
  if (medoid !== null) lines.push(`  medoid   ${rowOf(medoid)}`)
  if (typical.length > 0) lines.push(`  typical  ${typical.map(rowOf).join(', ')}`)
  if (odd.length > 0) lines.push(`  odd      ${odd.map(rowOf).join(', ')}`)
  const tables = [columnGrid(cluster.columns), categoryGrid(cluster)].filter((grid) => grid.length > 1)
  return [lines.join('\n'), ...tables.map((grid) => indent(formatPanels(grid)))].join('\n\n')
}

const indent = (text: string) => text.replaceAll(/^(?=.)/gm, '  ')

export const COLUMN_HEAD = [
  'column',
  'mean',
  'of the rest',
  'difference',
  'dominance',
  'median',
  'quartiles',
  'deviation',
]

/** What is told of a column, in the order of `COLUMN_HEAD`. */
export function columnCells({
  name,
  mean,
  rest,
  difference,
  dominance,
  median,
  quartiles,
  deviation,
}: ColumnDescription): string[] {
  return [
    name,
    formatValue(mean),
    rest ? formatValue(rest.mean) : '–',
    rest ? formatDifference(difference) : '–',
    rest ? formatDifference(dominance) : '–',
    formatValue(median),
    `${formatValue(quartiles[0])} to ${formatValue(quartiles[1])}`,
    formatValue(deviation),
  ]
}

function columnGrid(columns: readonly ColumnDescription[]): string[][] {
  const grid = [COLUMN_HEAD, ...columns.slice(0, MAX_SHOWN).map(columnCells)]
  if (columns.length > MAX_SHOWN)
    grid.push([`${columns.length - MAX_SHOWN} more: --json`, ...COLUMN_HEAD.slice(1).map(() => '')])
  return grid
}

export const CATEGORY_HEAD = ['value', 'rows', 'share', 'of the rest', 'lift']

/** What is told of values of categorical columns, in the order of `CATEGORY_HEAD`. */
export const categoryCells = ({
  name,
  value,
  count,
  share,
  restShare,
  lift,
}: ClusterDescription['categories'][number]) => [
  `${name} ${value}`,
  formatCount(count),
  formatPercent(share),
  formatPercent(restShare),
  lift.toFixed(2),
]

function categoryGrid({ categories }: ClusterDescription): string[][] {
  return [CATEGORY_HEAD, ...categories.slice(0, MAX_SHOWN).map(categoryCells)]
}
