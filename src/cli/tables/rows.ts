import { LloydError, type Matrix, type NumberColumn, type Table } from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { placeOf } from './find-columns.js'

export type MissingPolicy = 'refuse' | 'drop' | 'mean'

/** The rows of a table that are used, and their places in the table. */
export interface Rows {
  /** Points in the units of the table. */
  points: Matrix<Float64Array>
  weights: Float64Array | null
  /** The row of the table that each point comes from. */
  rows: Uint32Array
  /** Number of rows left out. */
  dropped: number
  /** Number of missing cells that were replaced by a mean. */
  filled: number
  /** A sentence on the treatment of missing cells, or null when there were none. */
  remark: string | null
}

/**
 * Collects the points from their columns. Under the policy `mean`, missing cells become `means`, by default those of
 * the columns.
 */
export function takeRows(
  path: string,
  table: Table,
  columns: readonly NumberColumn[],
  weights: NumberColumn | null,
  policy: MissingPolicy,
  means?: readonly number[],
): Rows {
  const all = weights ? [...columns, weights] : columns
  const missing = findMissing(table, all)
  for (const column of all) requireFinite(path, table, column)
  let remark: string | null = null
  if (missing) {
    const where = `the first in ${placeOf(table, missing.row)}, column '${missing.column}'`
    remark = `${path} has ${formatQuantity(missing.cells, 'missing cell')} in ${formatQuantity(missing.rows, 'row')}, ${where}`
    if (policy === 'refuse') {
      throw new LloydError('InputError', `${remark}; give --missing drop to leave such rows out, or --missing mean`)
    }
    remark += policy === 'drop' ? '; such rows are left out' : '; they are replaced by the mean of their column'
  }
  const drops = missing !== null && policy === 'drop'
  const rows = new Uint32Array(table.rows - (drops ? missing.rows : 0))
  for (let row = 0, kept = 0; row < table.rows; row++) if (!(drops && missing.incomplete[row])) rows[kept++] = row
  if (rows.length === 0) {
    throw new LloydError('InputError', `every row of ${path} has a missing cell; choose other columns with --columns`)
  }
  const data = new Float64Array(rows.length * columns.length)
  columns.forEach((column, index) => {
    const mean = column.missing > 0 && !drops ? (means?.[index] ?? meanOf(path, column)) : 0
    let at = index
    for (const row of rows) {
      const value = column.values[row]
      data[at] = Number.isNaN(value) ? mean : value
      at += columns.length
    }
  })
  const meanWeight = weights && weights.missing > 0 && !drops ? meanOf(path, weights) : 0
  return {
    points: { data, rows: rows.length, columns: columns.length },
    weights:
      weights &&
      Float64Array.from(rows, (row) => (Number.isNaN(weights.values[row]) ? meanWeight : weights.values[row])),
    rows,
    dropped: table.rows - rows.length,
    filled: missing && !drops ? missing.cells : 0,
    remark,
  }
}

function findMissing(table: Table, columns: readonly NumberColumn[]) {
  const incomplete = new Uint8Array(table.rows)
  let cells = 0
  for (const { values, missing } of columns) {
    if (missing === 0) continue
    cells += missing
    for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) incomplete[row] = 1
  }
  if (cells === 0) return null
  const row = incomplete.indexOf(1)
  const column = columns.find(({ values }) => Number.isNaN(values[row]))!.name
  const rows = incomplete.reduce((sum, one) => sum + one, 0)
  return { incomplete, cells, rows, row, column }
}

function requireFinite(path: string, table: Table, { name, values }: NumberColumn): void {
  const row = values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY)
  if (row < 0) return
  throw new LloydError(
    'InputError',
    `${path} has an infinite cell in ${placeOf(table, row)}, column '${name}'; correct it, or leave the column out`,
  )
}

function meanOf(path: string, { name, values, missing }: NumberColumn): number {
  if (missing === values.length) {
    throw new LloydError('InputError', `column '${name}' of ${path} is empty, so it has no mean; leave it out`)
  }
  return values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0) / (values.length - missing)
}

/** The mean of each column. */
export function columnMeans({ data, rows, columns }: Matrix<Float64Array>): number[] {
  const means = new Array<number>(columns).fill(0)
  for (let i = 0; i < data.length; i++) means[i % columns] += data[i] / rows
  return means
}
