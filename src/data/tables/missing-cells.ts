import { LloydError, mustBe } from '../../engine/error.js'
import { describeRow, requireTable } from './find-column.js'
import type { NumberColumn, Table } from './table.js'

/** Cells without a number. */
export interface MissingCells {
  cells: number
  /** Number of rows that have such cells. */
  rows: number
  /** 1 for each row of the table that has such cells, else 0. */
  incomplete: Uint8Array
  /** The first of these rows, from 0, and the name of its first column without a number. */
  row: number
  column: string
}

/**
 * Finds the missing cells of columns (Node), or null where there are none.
 *
 * @param name what messages call the table
 * @throws LloydError `InputError` for an infinite cell
 */
export function missingCells(table: Table, columns: readonly NumberColumn[], name = 'the table'): MissingCells | null {
  requireTable(table)
  if (!Array.isArray(columns)) throw mustBe('columns', 'a list of columns of numbers', columns)
  const incomplete = new Uint8Array(table.rows)
  let cells = 0
  for (const column of columns) {
    for (let row = 0; row < table.rows; row++) {
      const value = column.values[row]
      if (Number.isFinite(value)) continue
      if (!Number.isNaN(value)) throw infiniteCell(name, table, row, column)
      incomplete[row] = 1
      cells++
    }
  }
  if (cells === 0) return null
  const row = incomplete.indexOf(1)
  const column = columns.find(({ values }) => Number.isNaN(values[row]))!.name
  return { cells, rows: incomplete.reduce((sum, one) => sum + one, 0), incomplete, row, column }
}

function infiniteCell(name: string, table: Table, row: number, column: NumberColumn): LloydError {
  const place = `${describeRow(table, row)}, column '${column.name}'`
  return new LloydError('InputError', `${name} has an infinite cell in ${place}; correct it, or leave the column out`)
}
