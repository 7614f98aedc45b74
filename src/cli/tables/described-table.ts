import {
  chooseColumns,
  type DescribeClustersOptions,
  LloydError,
  type Matrix,
  type NumberColumn,
  type Table,
  type TableColumn,
  type TextColumn,
} from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { type ColumnOptions, describeReading } from './columns.js'
import { abbreviate, findColumn, findIds, type IdColumn, listColumns, requireNumbers } from './find-columns.js'
import type { RowLabels } from './labels.js'
import { takeRows } from './rows.js'

/** A table with labels, as it is described. */
export interface DescribedTable {
  /** Rows with a label, in the units of the table. */
  points: Matrix<Float64Array>
  names: string[]
  categories: NonNullable<DescribeClustersOptions['categories']>
  labels: (number | string)[]
  /** The row of the table, from 0, of each of the points. */
  rows: Uint32Array
  ids: IdColumn[]
  leftOut: { name: string; reason: string }[]
  dropped: number
  filled: number
  unlabelled: number
  remarks: string[]
}

/** Different texts of a column up to which it is categorical in any case, and their share of the rows beyond. */
const FEW_VALUES = 20
const MOST_DISTINCT = 0.5

interface Options extends ColumnOptions {
  missing: 'refuse' | 'drop' | 'mean'
}

/** Takes the columns of numbers and the categorical ones, and the rows with a label. */
export function takeDescribed(path: string, table: Table, labels: RowLabels, options: Options): DescribedTable {
  const chosen = chooseDescribed(path, table, options)
  const rows = takeComplete(path, table, chosen.numbers, options.missing)
  const kept = rows.rows.map((_, at) => at).filter((at) => labels.values[rows.rows[at]] !== null)
  if (kept.length === 0) {
    throw new LloydError('InputError', `no row of ${path} has a label in ${labels.source}; name other --labels`)
  }
  const taken = kept.map((at) => rows.rows[at])
  const unlabelled = rows.rows.length - kept.length
  const missing = chosen.categories.flatMap(({ name, cells }) => {
    const count = taken.reduce((sum, row) => sum + (cells[row] === null ? 1 : 0), 0)
    return count > 0 ? [`${formatQuantity(count, 'row')} in ${name}`] : []
  })
  const remarks = [
    ...(options.columns === undefined ? [describeColumns(chosen)] : []),
    ...describeReading(path, table, chosen.numbers),
    ...(rows.remark ? [rows.remark] : []),
    ...(missing.length > 0 ? [`missing cells of categorical columns count in no share: ${missing.join(', ')}`] : []),
    ...(unlabelled > 0
      ? [`${formatQuantity(unlabelled, 'row')} of ${path} without a label ${unlabelled === 1 ? 'is' : 'are'} left out`]
      : []),
  ]
  return {
    points: rowsOf(rows.points, kept),
    names: chosen.numbers.map(({ name }) => name),
    categories: Object.fromEntries(
      chosen.categories.map(({ name, cells }) => [name, Array.from(taken, (row) => cells[row])]),
    ),
    // A column of texts may have noise, too.
    labels: Array.from(taken, (row) => (labels.values[row] === '-1' ? -1 : labels.values[row]!)),
    rows: taken,
    ids: findIds(path, table, options.id),
    leftOut: chosen.leftOut,
    dropped: rows.dropped,
    filled: rows.filled,
    unlabelled,
    remarks,
  }
}

interface Category {
  name: string
  cells: (string | null)[]
}

interface Chosen {
  numbers: NumberColumn[]
  categories: Category[]
  leftOut: { name: string; reason: string }[]
}

/** The columns of --columns, or those that `chooseColumns` takes, with those of texts and of known classes as categorical ones. */
function chooseDescribed(path: string, table: Table, options: Options): Chosen {
  const ids = findIds(path, table, options.id)
  const chosen: Chosen = { numbers: [], categories: [], leftOut: [] }
  if (options.columns !== undefined) {
    for (const column of listColumns(path, table, '--columns', options.columns)) {
      if (column.kind === 'text' && !column.mixed) chosen.categories.push(categoryOf(table, column))
      else chosen.numbers.push(requireNumbers(path, table, column))
    }
    return chosen
  }
  const label = options.label === undefined ? undefined : findColumn(path, table, '--label', options.label).name
  const { used, mixed, leftOut } = chooseColumns(table, { label, ids: ids.map(({ name }) => name) })
  // Throws for the first of them.
  for (const column of mixed) requireNumbers(path, table, column)
  chosen.numbers.push(...used)
  for (const { column, reason } of leftOut) {
    const isClass = reason === 'declared label' || reason === 'name of a label'
    const isCategory = column.kind !== 'other' && (reason === 'text' || isClass)
    const distinct = isCategory ? new Set<unknown>(column.values).size : 0
    if (!isCategory) chosen.leftOut.push({ name: column.name, reason: column.kind === 'other' ? column.type : reason })
    else if (distinct > FEW_VALUES && distinct > MOST_DISTINCT * table.rows) {
      chosen.leftOut.push({ name: column.name, reason: `text with ${formatQuantity(distinct, 'different value')}` })
    } else chosen.categories.push(categoryOf(table, column))
  }
  if (chosen.numbers.length === 0 && chosen.categories.length === 0) {
    throw new LloydError('InputError', `${path} has no columns to describe; name some with --columns`)
  }
  return chosen
}

function categoryOf(table: Table, column: NumberColumn | TextColumn): Category {
  const cells = Array.from({ length: table.rows }, (_, row) => cellText(table, column, row) || null)
  return { name: column.name, cells }
}

/** The cell of a column as it is shown: of a declared class, its name; '' where it is missing. */
export function cellText(table: Table, column: TableColumn, row: number): string {
  if (column.kind === 'other') return ''
  const value = column.values[row]
  if (typeof value === 'string') return value
  const name = column.name === table.label ? table.classes[value] : undefined
  return name ?? (Number.isNaN(value) ? '' : String(Number(value.toPrecision(12))))
}

/** The points of the rows by the policy for missing cells; without columns, all rows. */
function takeComplete(path: string, table: Table, used: NumberColumn[], policy: Options['missing']) {
  if (used.length > 0) return takeRows(path, table, { used, weights: null }, policy)
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row)
  return {
    points: { data: new Float64Array(), rows: table.rows, columns: 0 },
    rows,
    dropped: 0,
    filled: 0,
    remark: null,
  }
}

function rowsOf({ data, rows, columns }: Matrix<Float64Array>, kept: Uint32Array): Matrix<Float64Array> {
  if (kept.length === rows) return { data, rows, columns }
  const taken = new Float64Array(kept.length * columns)
  for (let at = 0; at < kept.length; at++) {
    taken.set(data.subarray(kept[at] * columns, (kept[at] + 1) * columns), at * columns)
  }
  return { data: taken, rows: kept.length, columns }
}

function describeColumns({ numbers, categories, leftOut }: Chosen): string {
  const listed = (columns: readonly { name: string }[], quantity: string) =>
    columns.length > 0 ? [`${quantity}: ${abbreviate(columns.map(({ name }) => name))}`] : []
  const taken = [
    ...listed(numbers, `${formatQuantity(numbers.length, 'column')} of numbers`),
    ...listed(categories, formatQuantity(categories.length, 'categorical column')),
  ]
  const left = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(', ')
  return `describing ${taken.join('; ')}${left && `; left out: ${left}; --columns chooses others`}`
}
