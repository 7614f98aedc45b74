import { requireColumn } from '../../data/tables/find-column.js'
import type { Table } from '../../data/tables/table.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { readRows } from '../../io/tables/read-rows.js'
import { fromFile, fromStream, readTable } from '../../io/tables/read-table.js'
import { sourceName, type TextSource } from '../../io/tables/text-lines.js'
import { READ_DAYS } from '../../options/behavior.js'
import { readOptions } from '../../options/table.js'
import { readDate } from '../dates.js'
import { type CleanDays, type CleanDaysOptions, finishDays } from './clean-days.js'
import { DayRecords } from './day-records.js'

export interface ReadDaysOptions extends CleanDaysOptions {
  /** Columns of the person, the date and the steps, by name or position from 1; by default found by their names. */
  id?: string
  date?: string
  value?: string
  /** Separator of the cells of a text file; by default found. */
  delimiter?: string
  signal?: AbortSignal
}

/** What errors call bytes that come from no file. */
const STREAM = 'the stream'

const ROLES = ['id', 'date', 'value'] as const
type Roles = Record<(typeof ROLES)[number], number>

/** Names by which columns are found, the likelier ones first. */
const KNOWN: Record<(typeof ROLES)[number], readonly RegExp[]> = {
  id: [/^id$/i, /^(user|person|participant|subject|member)([ _.-]?id)?$/i, /(^|[ _.-])id$|[a-z]I[dD]$/],
  date: [/^(date|day|time|timestamp|datetime)$/i, /date|day|hour|time/i],
  value: [/^(steps?|value|count)$/i, /steps?/i, /count|value|total/i],
}

/**
 * Reads records of steps from a file (Node) and cleans them as `cleanDays` does: CSV, TSV and text are read piece by
 * piece, in 8 bytes a record; Parquet, Arrow and Feather at once. Bytes as they come, such as `process.stdin`, are text.
 *
 * @throws LloydError `InputError` when the file cannot be read, columns are not found, or no record is readable;
 *   `FormatError` when it is damaged
 */
export async function readDays(
  source: string | AsyncIterable<Uint8Array>,
  options: ReadDaysOptions = {},
): Promise<CleanDays> {
  const settings = readOptions('readDays', options, READ_DAYS)
  const { signal } = settings
  if (typeof source !== 'string' && !(Symbol.asyncIterator in Object(source))) {
    throw mustBe('source', 'the path of a file or a stream of bytes', source)
  }
  const read =
    typeof source !== 'string'
      ? fromStream(STREAM, signal, () => textRecords({ name: STREAM, bytes: source }, settings))
      : /\.(csv|tsv|txt)(\.gz)?$/i.test(source)
        ? fromFile(source, signal, () => textRecords(source, settings))
        : tableRecords(source, settings)
  const records = await read
  settings.signal?.throwIfAborted()
  return finishDays(records, settings.dateFormat)
}

async function textRecords(source: TextSource, options: ReadDaysOptions): Promise<DayRecords> {
  const path = sourceName(source)
  let columns: Roles | null = null
  let width = 0
  let records: DayRecords | null = null
  await readRows(source, options, (rows, line) => {
    let row = 0
    if (!columns) {
      while (row < rows.length && isBlank(rows[row])) row++
      if (row === rows.length) return
      const named = !isRecord(rows[row], options)
      columns = columnsOf(path, named ? rows[row] : rows[row].map((_, column) => `column ${column + 1}`), options)
      width = named ? namedWidth(rows[row], columns) : rows[row].length
      if (named) row++
      records = new DayRecords(line + row)
    }
    for (; row < rows.length; row++) {
      const cells = rows[row]
      if (isBlank(cells)) records!.addBlank()
      else if (hasMore(cells, width)) records!.addExcess(cells, cells[columns.id], width)
      else records!.add(cells[columns.id], cells[columns.date], cells[columns.value])
    }
  })
  if (!records) throw new LloydError('FormatError', `${path} has no records; give a table with at least one`)
  return records
}

const isBlank = (cells: readonly string[]) => cells.length === 1 && cells[0].trim() === ''

/** Number of columns of a header, without unnamed ones at its end that have no role. */
function namedWidth(header: readonly string[], roles: Roles): number {
  let width = header.length
  while (width > 1 + Math.max(roles.id, roles.date, roles.value) && header[width - 1].trim() === '') width--
  return width
}

/** Whether a row has cells, other than blank ones, beyond those of the first row: where they begin, nothing tells. */
const hasMore = (cells: readonly string[], width: number) =>
  cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '')

/** Whether a first line is a record and not a header: a cell is a date. */
function isRecord(cells: readonly string[], { id, date, value }: ReadDaysOptions): boolean {
  const isNamed = [id, date, value].some((name) => name !== undefined && cells.includes(name))
  return !isNamed && cells.some((cell) => readDate(cell) !== null)
}

async function tableRecords(path: string, { id, date, value, signal }: ReadDaysOptions): Promise<DayRecords> {
  const { columns: names } = await readTable(path, { signal })
  const at = columnsOf(
    path,
    names.map(({ name }) => name),
    { id, date, value },
  )
  const text = [names[at.id].name, names[at.date].name]
  const table = await readTable(path, { signal, text, mixed: 'text' })
  const [ids, dates, steps] = ROLES.map((role) => cellsOf(table, role, names[at[role]].name))
  const records = new DayRecords()
  for (let row = 0; row < table.rows; row++) records.add(String(ids[row]), String(dates[row]), steps[row])
  return records
}

function cellsOf(table: Table, role: string, name: string): ArrayLike<string | number> {
  const column = requireColumn(table, role, name)
  if (column.kind !== 'other') return column.values
  throw new LloydError('InputError', `${role}: column '${name}' holds ${column.type}; name another`)
}

/** The columns of the roles, as given or by their names. */
function columnsOf(
  path: string,
  cells: readonly string[],
  options: Pick<ReadDaysOptions, 'id' | 'date' | 'value'>,
): Roles {
  const names = cells.map((cell) => cell.trim())
  const taken = new Set<number>()
  const places = { id: -1, date: -1, value: -1 }
  for (const role of ROLES) {
    const wanted = options[role]
    if (wanted === undefined) continue
    const position = names.includes(wanted) ? names.indexOf(wanted) : Number(wanted) - 1
    if (!(Number.isInteger(position) && position >= 0 && position < names.length)) {
      throw new LloydError('InputError', `${role}: ${path} has no column '${wanted}'; it has ${listOf(names)}`)
    }
    places[role] = position
    taken.add(position)
  }
  for (const role of ROLES) {
    if (places[role] >= 0) continue
    const place = KNOWN[role]
      .map((pattern) => names.findIndex((name, at) => !taken.has(at) && pattern.test(name)))
      .find((at) => at >= 0)
    if (place === undefined) {
      const what = { id: 'the person', date: 'the date', value: 'the steps' }[role]
      throw new LloydError(
        'InputError',
        `${path} has no column for ${what} by its name; name it by the option ${role} (--${role}): the columns are ${listOf(names)}`,
      )
    }
    places[role] = place
    taken.add(place)
  }
  return places
}

function listOf(names: readonly string[]): string {
  const some = names.slice(0, 8).map((name) => `'${name}'`)
  return names.length > some.length ? `${some.join(', ')}, …` : some.join(', ')
}
