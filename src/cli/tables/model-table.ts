import { type ColumnScaling, LloydError, type Matrix, type NumberColumn, type Table } from 'lloyd'
import { progressLine, remark } from '../views/terminal.js'
import { describeReading } from './columns.js'
import { abbreviate, findIds, type IdColumn, requireNumbers } from './find-columns.js'
import { type FileOptions, type ModelTable, tableReading } from './read-options.js'
import { type Rows, scaleRows, takeRows } from './rows.js'
import { readTableFrom } from './table-source.js'

/** What a model says of its table, and how points are made of another. */
interface TableModel extends ModelTable {
  path: string
  /** The mean of each column, for missing cells. */
  means: number[]
  scaling: ColumnScaling
}

/** A table to which a model is applied. */
interface ModelRows {
  table: Table
  ids: IdColumn[]
  rows: Rows
  /** The points in the units of the model. */
  points: Matrix
}

/** Reads a table for a model, by whose options it is read, and prints remarks on what was left out or filled in. */
export async function readForModel(
  path: string,
  options: FileOptions,
  model: TableModel,
  signal: AbortSignal,
): Promise<ModelRows> {
  progressLine.update(`${path}: read`)
  const table = await readTableFrom(path, tableReading(options, signal, model))
  signal.throwIfAborted()
  const ids = findIds(path, table, options.id)
  const used = findModelColumns(path, table, model.path, model.columns)
  const rows = takeRows(path, table, { used, weights: null }, options.missing, model.means)
  const { points } = scaleRows(rows, model.scaling, model.columns)
  for (const text of describeReading(path, table, used)) remark(text)
  if (rows.remark) remark(rows.remark)
  return { table, ids, rows, points }
}

/** The fields with which the JSON of such a command begins. */
export function modelTableFields(path: string, model: string, { table, rows }: ModelRows) {
  return { table: path, model, rows: table.rows, dropped: rows.dropped, filled: rows.filled }
}

/** The columns that a model needs, in its order; the table may have them in any order, and others too. */
function findModelColumns(path: string, table: Table, modelPath: string, columns: readonly string[]): NumberColumn[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  const absent = columns.filter((name) => !byName.has(name))
  if (absent.length > 0) {
    const names = absent.slice(0, 5).map((name) => `'${name}'`)
    if (absent.length > names.length) names.push(`${absent.length - names.length} more`)
    throw new LloydError(
      'InputError',
      `${path} has no column ${names.join(', ')}, which the model ${modelPath} needs; name its columns as in training`,
    )
  }
  // An extra column that the file declares to be the label cannot be mistaken.
  if (!table.named && table.columns.length > columns.length + (table.label === null ? 0 : 1)) {
    const names = abbreviate(columns)
    remark(
      `the columns of ${path} have no names; used ${columns.length} of ${table.columns.length} by position: ${names}`,
    )
  }
  return columns.map((name) => requireNumbers(path, table, byName.get(name)!))
}
