import { LloydError, requireRecord } from '../../engine/error.js'
import type { NumberColumn, Table, TableColumn } from './table.js'

export function requireTable(table: Table): void {
  requireRecord('table', 'a table as readTable returns it', table, ['columns', 'rows', 'lines'])
}

/** `row 5`, counted from 1, with the line of the file where that is known: `row 5 (line 6)`. */
export function describeRow(table: Table, row: number): string {
  requireTable(table)
  return table.lines ? `row ${row + 1} (line ${table.lines[row]})` : `row ${row + 1}`
}

/** The column of that name, which an option gives; throws an `InputError` where there is none. */
export function requireColumn(table: Table, option: string, name: string): TableColumn {
  const column = table.columns.find((column) => column.name === name)
  if (column) return column
  const names = table.columns.slice(0, 5).map(({ name }) => `'${name}'`)
  if (table.columns.length > names.length) names.push('…')
  throw new LloydError('InputError', `${option}: the table has no column '${name}'; it has ${names.join(', ')}`)
}

/** The column of numbers of that name; throws an `InputError` for other columns. */
export function requireNumberColumn(table: Table, option: string, name: string): NumberColumn {
  const column = requireColumn(table, option, name)
  if (column.kind === 'number') return column
  throw new LloydError('InputError', `${option}: column '${name}' is not one of numbers; name another`)
}
