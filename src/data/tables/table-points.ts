import { LloydError, mustBe } from '../../engine/error.js'
import { readOptions } from '../../options/table.js'
import { TABLE_POINTS } from '../../options/tables.js'
import type { Matrix } from '../../types.js'
import { describeRow, requireNumberColumn } from './find-column.js'
import { type MissingCells, missingCells } from './missing-cells.js'
import type { NumberColumn, Table } from './table.js'

export interface TablePointsOptions {
  /** Name of the column that holds the weight of each row. */
  weights?: string
  /** Rows with missing cells are refused (default), left out, or get the mean of the column. */
  missing?: 'refuse' | 'drop' | 'mean'
  /** Numbers to fill in, one for each of the columns, such as the `means` of an earlier table. */
  means?: readonly number[]
  /** What messages call the table. Default: 'the table'. */
  name?: string
}

/** Rows of a table as points. */
export interface TablePoints {
  /** In the units of the table, a column for each of those chosen. */
  points: Matrix<Float64Array<ArrayBuffer>>
  weights: Float64Array<ArrayBuffer> | null
  /** The row of the table, from 0, that each point comes from. */
  rows: Uint32Array<ArrayBuffer>
  /** The mean of each column of the points. */
  means: number[]
  /** The missing cells of the table, or null. */
  missing: MissingCells | null
  /** Number of rows left out. */
  dropped: number
  /** Number of missing cells that were filled in. */
  filled: number
}

/**
 * Makes points of columns of a table, such as those that `chooseColumns` returns (Node). A missing weight counts as a
 * missing cell, and gets the mean of all weights.
 *
 * @throws LloydError `InputError` for missing cells unless `missing` is 'drop' or 'mean', for infinite cells, and when
 *   there are no columns, no complete rows, or no cells in a column to have a mean
 */
export function tablePoints(
  table: Table,
  columns: readonly NumberColumn[],
  options: TablePointsOptions = {},
): TablePoints {
  const { missing: policy, means, name, weights } = readOptions('tablePoints', options, TABLE_POINTS)
  if (!Array.isArray(columns)) throw mustBe('columns', 'a list of columns of numbers', columns)
  if (columns.length === 0) throw new LloydError('InputError', `${name} needs a column of numbers; choose at least one`)
  if (means && means.length !== columns.length) throw mustBe('means', `${columns.length} numbers`, means)
  const weighing = weights === undefined ? null : requireNumberColumn(table, 'weights', weights)
  const missing = missingCells(table, weighing ? [...columns, weighing] : columns, name)
  if (missing && policy === 'refuse') throw refusal(name, table, missing)
  const drops = missing !== null && policy === 'drop'
  const rows = keptRows(table, drops ? missing : null)
  if (rows.length === 0) {
    throw new LloydError('InputError', `every row of ${name} has a missing cell; choose other columns`)
  }
  const fillFor = (column: NumberColumn, given?: number) =>
    column.missing > 0 && !drops ? (given ?? meanOf(name, column)) : 0
  const points = { data: new Float64Array(rows.length * columns.length), rows: rows.length, columns: columns.length }
  columns.forEach((column, index) => {
    copyColumn(column, rows, fillFor(column, means?.[index]), points.data.subarray(index), columns.length)
  })
  const weightValues = weighing && new Float64Array(rows.length)
  if (weightValues) copyColumn(weighing, rows, fillFor(weighing), weightValues, 1)
  return {
    points,
    weights: weightValues,
    rows,
    means: columnMeans(points),
    missing,
    dropped: table.rows - rows.length,
    filled: missing && !drops ? missing.cells : 0,
  }
}

function refusal(name: string, table: Table, { cells, row, column }: MissingCells): LloydError {
  const which = cells === 1 ? 'a missing cell' : `${cells} missing cells, the first`
  const place = `${describeRow(table, row)}, column '${column}'`
  const remedy = "missing: 'drop' leaves such rows out, missing: 'mean' fills in the mean of the column"
  return new LloydError('InputError', `${name} has ${which} in ${place}; ${remedy}`)
}

/** The rows without missing cells, or all. */
function keptRows(table: Table, missing: MissingCells | null): Uint32Array<ArrayBuffer> {
  const kept = new Uint32Array(table.rows - (missing?.rows ?? 0))
  for (let row = 0, at = 0; row < table.rows; row++) if (!missing?.incomplete[row]) kept[at++] = row
  return kept
}

/** Copies the cells of rows to every `step`-th place of `target`, and `mean` for missing ones. */
function copyColumn(
  { values }: NumberColumn,
  rows: Uint32Array,
  mean: number,
  target: Float64Array,
  step: number,
): void {
  for (let at = 0; at < rows.length; at++) {
    const value = values[rows[at]]
    target[at * step] = Number.isNaN(value) ? mean : value
  }
}

function meanOf(table: string, { name, values, missing }: NumberColumn): number {
  if (missing === values.length) {
    throw new LloydError('InputError', `column '${name}' of ${table} is empty, so it has no mean; leave it out`)
  }
  return values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0) / (values.length - missing)
}

function columnMeans({ data, rows, columns }: Matrix<Float64Array>): number[] {
  const means = new Array<number>(columns).fill(0)
  for (let i = 0; i < data.length; i++) means[i % columns] += data[i] / rows
  return means
}
