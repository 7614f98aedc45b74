import type {
  MixedCell,
  NumberColumn,
  OddCell,
  OtherColumn,
  Table,
  TableColumn,
  TextColumn,
} from '../../data/tables/table.js'
import { LloydError } from '../../engine/error.js'
import { numbersOf } from './cell-reader.js'
import type { ReadTableOptions } from './table-options.js'

/** The reading of a column of a typed file; `other` describes one that is not read. */
export type Typed = 'number' | 'text' | 'list' | 'date' | { other: string }

/** Maximum length of lists whose numbers become columns. */
const LONGEST_LIST = 65_536

export function otherColumn(name: string, type: string): OtherColumn {
  return { kind: 'other', name, type }
}

/**
 * Builds the columns for one column of a typed file from the pieces that a reader returns. Null and undefined are
 * missing, as is NaN among numbers; true and false are 1 and 0; lists of numbers of equal length become that many
 * columns; dates are text.
 */
export function typedColumns(
  name: string,
  kind: Exclude<Typed, { other: string }>,
  rows: number,
  pieces: Iterable<Iterable<unknown>>,
  keepsText = false,
): TableColumn[] {
  if (keepsText) return [textColumn(name, rows, pieces)]
  if (kind === 'number') return [numberColumn(name, rows, pieces)]
  if (kind === 'list') return listColumns(name, rows, [...flatten(pieces)])
  const column = textColumn(name, rows, pieces)
  const cells = column.values.filter((cell) => cell !== '')
  if (cells.length === 0 || !cells.every((cell) => /^(true|false)$/i.test(cell))) return [column]
  const booleans = column.values.map((cell) => (cell === '' ? null : cell.toLowerCase() === 'true'))
  return [numberColumn(name, rows, [booleans])]
}

function* flatten<T>(pieces: Iterable<Iterable<T>>): Generator<T> {
  for (const piece of pieces) yield* piece
}

function numberColumn(name: string, rows: number, pieces: Iterable<Iterable<unknown>>): NumberColumn {
  const values = new Float64Array(rows)
  let row = 0
  let missing = 0
  let rounded: OddCell | null = null
  for (const piece of pieces) {
    for (const cell of piece) {
      const value = cell === null || cell === undefined ? Number.NaN : Number(cell)
      if (Number.isNaN(value)) missing++
      if (!rounded && typeof cell === 'bigint' && BigInt(value) !== cell) rounded = { value: String(cell), row }
      values[row++] = value
    }
  }
  requireRows(name, row, rows)
  return { kind: 'number', name, values, missing, ...(rounded && { rounded }) }
}

function textColumn(name: string, rows: number, pieces: Iterable<Iterable<unknown>>): TextColumn {
  const values: string[] = []
  let missing = 0
  for (const cell of flatten(pieces)) {
    const isMissing = cell === null || cell === undefined
    if (isMissing) missing++
    values.push(isMissing ? '' : cell instanceof Date ? isoText(cell) : String(cell))
  }
  requireRows(name, values.length, rows)
  return { kind: 'text', name, values, missing, firstText: null }
}

/** `2016-04-12`, with the time in UTC unless it is midnight. */
function isoText(date: Date): string {
  return date.toISOString().replace('T00:00:00.000Z', '')
}

function listColumns(name: string, rows: number, cells: readonly unknown[]): TableColumn[] {
  requireRows(name, cells.length, rows)
  const lists = cells.map((cell) => (cell === null || cell === undefined ? null : listOf(cell)))
  const given = lists.filter((list) => list !== null)
  const lengths = given.map((list) => list?.length ?? -1)
  const [least, most] = [Math.min, Math.max].map((of) => lengths.reduce((a, b) => of(a, b), lengths[0] ?? -1))
  const isElement = (value: unknown) => value === null || ['number', 'bigint', 'boolean'].includes(typeof value)
  if (least < 0 || !given.every((list) => list!.every(isElement))) return [otherColumn(name, 'lists or structures')]
  if (least !== most) return [otherColumn(name, `lists of ${least} to ${most} numbers`)]
  if (least === 0 || least > LONGEST_LIST) return [otherColumn(name, `lists of ${least} numbers`)]
  return Array.from({ length: least }, (_, at) =>
    numberColumn(`${name}[${at}]`, rows, [lists.map((list) => (list ? list[at] : null))]),
  )
}

/** The elements of a list as a reader returns it; undefined for anything else. */
function listOf(cell: unknown): unknown[] | undefined {
  if (Array.isArray(cell)) return cell
  if (typeof cell !== 'object' || typeof (cell as Iterable<unknown>)[Symbol.iterator] !== 'function') return undefined
  return [...(cell as Iterable<unknown>)]
}

function requireRows(name: string, found: number, rows: number): void {
  if (found !== rows) throw new Error(`column '${name}' has ${found} of ${rows} rows`)
}

export function requireDistinctNames(path: string, names: readonly string[]): void {
  const seen = new Map<string, number>()
  names.forEach((name, column) => {
    const other = seen.get(name)
    if (other !== undefined) {
      throw new LloydError(
        'FormatError',
        `${path} has two columns named '${name}' (columns ${other + 1} and ${column + 1}); rename one`,
      )
    }
    seen.set(name, column)
  })
}

/** The steps common to all formats: marks numbers that count as missing, and refuses mixed columns. */
export function finishTable(path: string, { na = [], mixed }: ReadTableOptions, table: Table): Table {
  const markers = numbersOf(na)
  for (const column of table.columns) {
    if (column.kind === 'number' && markers.size > 0) markMissing(column, markers)
    if (column.kind !== 'text' || !column.mixed || mixed === 'text') continue
    const { row, value } = column.mixed
    const place = table.lines ? `on line ${table.lines[row]}` : `in row ${row + 1}`
    throw new LloydError(
      'FormatError',
      `${path} has '${value}' among the numbers of column '${column.name}', ${place}; ${remedyFor(column.mixed)}`,
    )
  }
  return table
}

/** The table of a typed file, which declares neither labels nor lines. */
export function finishTyped(
  path: string,
  options: ReadTableOptions,
  table: Pick<Table, 'format' | 'rows' | 'columns' | 'named'>,
): Table {
  return finishTable(path, options, { ...table, doubtfulHeader: null, label: null, classes: [], lines: null })
}

function markMissing(column: NumberColumn, markers: ReadonlySet<number>): void {
  column.values.forEach((value, row) => {
    if (!markers.has(value)) return
    column.values[row] = Number.NaN
    column.missing++
  })
}

/** The remedy for a mixed cell, for a message. */
function remedyFor({ value, readings }: MixedCell): string {
  const options = readings.map(({ decimal, value }) => `option decimal '${decimal}' reads it as ${value}`)
  return options.length > 0 ? options.join(', ') : `correct it, or count it as missing: option na ['${value}']`
}
