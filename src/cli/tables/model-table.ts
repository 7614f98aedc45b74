import { type ColumnScaling, LloydError, type Matrix, type NumberColumn, type Table } from 'lloyd'
import { shortFloat } from '../views/csv.js'
import { progressLine, remark } from '../views/terminal.js'
import { describeReading } from './columns.js'
import { abbreviate, findIds, type IdColumn, requireNumbers } from './find-columns.js'
import { type FileOptions, isReading, type ModelTable, type Reading, readingOf, tableReading } from './read-options.js'
import { type Rows, scaleRows, takeRows } from './rows.js'
import type { Prepared, ReadOptions } from './table-job.js'
import { readTableFrom } from './table-source.js'

/** What every model says of its table, and how points are made of another. */
export interface TableModel {
  columns: string[]
  /** The options by which the table was read, also used for tables to predict; absent in older models. */
  reading?: Reading
  standardized: boolean
  /** Scaling of the columns: clustered value = (value − mean) / scale. */
  scaling: ColumnScaling
  /** The mean of each column, for missing cells. */
  means: number[]
}

/** The part of a model that is not about its table. */
export type Own<M> = Omit<M, 'lloyd' | keyof TableModel>

export type Fields<M> = { [K in keyof M]?: unknown }
/** The first fault in the parts of a model that prediction needs, or null; `isRow` is true for a number for each column. */
export type FaultOf<M> = (model: Fields<M>, isRow: (row: unknown) => boolean) => string | null

/** The fields of a model on its table; `columns` are the positions of those that it needs, by default all. */
export function tableModelOf(
  { names, rows, scaling: { mean, scale } }: Prepared,
  options: ReadOptions,
  columns?: ArrayLike<number>,
): TableModel {
  const needed = <T>(list: readonly T[]) => (columns ? Array.from(columns, (column) => list[column]) : [...list])
  return {
    columns: needed(names),
    reading: readingOf(options),
    standardized: options.standardize === true,
    scaling: { mean: needed(mean), scale: needed(scale) },
    means: needed(rows.means),
  }
}

/** A row of a float32 matrix, in numbers that are short to write and rounded to the same float32. */
export const rowOf = ({ data, columns }: Matrix, row: number): number[] =>
  Array.from(data.subarray(row * columns, (row + 1) * columns), shortFloat)

export const listRows = (matrix: Matrix): number[][] =>
  Array.from({ length: matrix.rows }, (_, row) => rowOf(matrix, row))

/** The matrix of rows in a model. */
export function matrixOf(rows: readonly number[][], { columns }: TableModel): Matrix {
  return { data: Float32Array.from(rows.flat()), rows: rows.length, columns: columns.length }
}

export const isIntegerFrom = (value: unknown, from: number, below = Infinity) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) < below

export const isList = (
  value: unknown,
  length: number,
  isEntry: (entry: unknown, at: number) => boolean,
): value is unknown[] => Array.isArray(value) && value.length === length && value.every(isEntry)

export function faultOfTable(
  { columns, reading, scaling, means }: Fields<TableModel>,
  isRow: (row: unknown) => boolean,
) {
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every((name) => typeof name === 'string')) {
    return 'columns is not a list of names'
  }
  if (new Set(columns).size < columns.length) return 'columns has a name twice'
  if (!isReading(reading)) return 'reading does not say how a table is read'
  const { mean, scale } = (scaling ?? {}) as Partial<ColumnScaling>
  if (!isRow(mean)) return `scaling.mean is not ${columns.length} numbers`
  if (!isRow(scale) || !scale!.every((value) => value > 0))
    return `scaling.scale is not ${columns.length} numbers above 0`
  return isRow(means) ? null : `means is not ${columns.length} numbers`
}

/** The parts of a model by which points are made of another table. */
interface ReadingModel extends ModelTable, Pick<TableModel, 'means' | 'scaling'> {
  path: string
}

/** A table to which a model is applied. */
export interface ModelRows {
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
  model: ReadingModel,
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
