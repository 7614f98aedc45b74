import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import Papa from 'papaparse'
import { LloydError } from '../engine/error.js'
import { GrowingColumn, isMissing, isNumber } from './growing-column.js'
import { type ReadTableOptions, type Table, unnamedColumn } from './table.js'
import { requireDistinctNames } from './typed-column.js'

/** Characters that one row may take; above, a quote was opened and never closed. */
const LONGEST_ROW = 1 << 24
/** Lines that are looked at to find the separator. */
const SAMPLE_LINES = 20

/**
 * Reads a CSV or TSV file, gzipped or not, in pieces. Columns begin as numbers. Where one turns out to be text after some
 * numbers, the file is read a second time to get what those numbers looked like.
 */
export async function readCsv(path: string, format: 'csv' | 'tsv', options: ReadTableOptions): Promise<Table> {
  const first = await parse(path, format, options, new Set())
  const late = first.lateTextColumns()
  if (late.size === 0) return first.finish()
  return (await parse(path, format, options, late)).finish()
}

async function parse(
  path: string,
  format: 'csv' | 'tsv',
  options: ReadTableOptions,
  text: ReadonlySet<number>,
): Promise<CsvTable> {
  const table = new CsvTable(path, format, options, text)
  const pieces = decode(path, table, options.signal)
  const head = await pieces.next()
  const sample: string = head.done ? '' : head.value
  table.separator = format === 'tsv' ? '\t' : findSeparator(sample)
  async function* all() {
    yield sample
    yield* pieces
  }
  const input = Readable.from(all())
  await new Promise<void>((resolve, reject) => {
    Papa.parse<string[]>(input, {
      delimiter: table.separator,
      newline: '\n',
      chunk: ({ data, errors }, parser) => {
        try {
          options.signal?.throwIfAborted()
          table.charactersSinceRow = data.length > 0 ? 0 : table.charactersSinceRow
          const faults = new Map(errors.map((error) => [error.row, error]))
          data.forEach((cells, row) => {
            table.requireClosedQuotes(faults.get(row)?.type)
            table.add(cells)
          })
        } catch (error) {
          // Before the abort, which reports completion.
          reject(error)
          parser.abort()
          input.destroy()
        }
      },
      complete: () => resolve(),
      error: reject,
    })
  })
  return table
}

/** The text of a file in pieces, with the line ends of Unix and without a byte order mark. */
async function* decode(path: string, table: CsvTable, signal?: AbortSignal): AsyncGenerator<string> {
  const magic = await readMagic(path)
  const isZipped = magic[0] === 0x1f && magic[1] === 0x8b
  const file = createReadStream(path, { highWaterMark: 1 << 18, signal })
  // `pipeline` hands a failure of the file on to what reads the result.
  const bytes = isZipped ? pipeline(file, createGunzip({ chunkSize: 1 << 18 }), () => {}) : file
  let decoder: TextDecoder | null = null
  let carriage = ''
  try {
    for await (const piece of bytes as AsyncIterable<Uint8Array>) {
      decoder ??= new TextDecoder(encodingOf(piece), { fatal: true })
      let text = carriage + decoder.decode(piece, { stream: true })
      // The other half of a CRLF may be in the next piece.
      carriage = text.endsWith('\r') ? '\r' : ''
      if (carriage) text = text.slice(0, -1)
      if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
      if (text.includes('\0')) throw new LloydError('FormatError', `${path} is not a text file; name it by what it is`)
      table.charactersSinceRow += text.length
      if (table.charactersSinceRow > LONGEST_ROW) table.requireClosedQuotes('Quotes')
      if (text) yield text
    }
    const rest = decoder?.decode() ?? ''
    if (carriage || rest) yield (carriage ? '\n' : '') + rest
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new LloydError('FormatError', `${path} is not in UTF-8; save it as a UTF-8 text file`, { cause: error })
    }
    throw error
  }
}

async function readMagic(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const bytes = new Uint8Array(2)
    await handle.read(bytes, 0, 2, 0)
    return bytes
  } finally {
    await handle.close()
  }
}

function encodingOf(piece: Uint8Array): string {
  if (piece[0] === 0xff && piece[1] === 0xfe) return 'utf-16le'
  return piece[0] === 0xfe && piece[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** A semicolon or a tab that is in every line, and equally often, separates; otherwise it is the comma. */
function findSeparator(sample: string): string {
  const lines = sample.replace(/"[^"]*"/g, '').split('\n')
  // The last line may be cut off.
  if (lines.length > 1) lines.pop()
  const looked = lines.filter((line) => line.trim() !== '').slice(0, SAMPLE_LINES)
  for (const separator of [';', '\t']) {
    const counts = new Set(looked.map((line) => line.split(separator).length))
    if (counts.size === 1 && !counts.has(1)) return separator
  }
  return ','
}

/** What is known of a text file while its rows come in. */
class CsvTable {
  separator = ','
  /** Characters read since a row was complete. */
  charactersSinceRow = 0
  readonly #lines: number[] = []
  readonly #columns: GrowingColumn[] = []
  #line = 1
  #first: { cells: string[]; line: number } | null = null
  #begun = false
  #named = false
  #blankLines: number[] = []
  #declaredRows: number | null = null
  #classes: string[] = []

  constructor(
    readonly path: string,
    readonly format: 'csv' | 'tsv',
    readonly options: ReadTableOptions,
    readonly text: ReadonlySet<number>,
  ) {}

  requireClosedQuotes(fault: string | undefined): void {
    if (fault !== 'Quotes') return
    throw this.#error(
      `has a quote that is not closed or out of place, in the row that begins on line ${this.#line}; correct it`,
    )
  }

  add(cells: string[]): void {
    const line = this.#line
    this.#line +=
      1 + cells.reduce((breaks, cell) => breaks + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0)
    if (cells.length === 1 && cells[0].trim() === '') {
      // In a file of one column it is a missing cell, unless it is at the end.
      if (this.#first?.cells.length === 1) this.#blankLines.push(line)
      return
    }
    if (!this.#first) {
      this.#first = { cells, line }
      return
    }
    if (!this.#begun) this.#begin(cells)
    for (const blank of this.#blankLines.splice(0)) this.#append([''], blank)
    this.#append(cells, line)
  }

  /** Decides with the second row what the first one is. */
  #begin(second: string[] | null): void {
    const { cells, line } = this.#first!
    this.#begun = true
    const [rows, columns] = cells.map(Number)
    const isDeclaration =
      second !== null &&
      this.options.header === undefined &&
      cells.length >= 3 &&
      Number.isInteger(rows) &&
      second.length === columns + 1 &&
      cells.slice(2).every((cell) => !isNumber(cell) && !isMissing(cell))
    if (isDeclaration) {
      this.#declaredRows = rows
      this.#classes = cells.slice(2).map((cell) => cell.trim())
      this.#addColumns(second.map((_, column) => unnamedColumn(column)))
      return
    }
    this.#named = this.options.header ?? looksLikeHeader(cells, second)
    const names = cells.map((cell, column) => (this.#named && headerName(cell, column)) || unnamedColumn(column))
    requireDistinctNames(this.path, names)
    this.#addColumns(names)
    if (!this.#named) this.#append(cells, line)
  }

  #addColumns(names: string[]): void {
    for (const [column, name] of names.entries()) this.#columns.push(new GrowingColumn(name, this.text.has(column)))
  }

  #append(cells: string[], line: number): void {
    const width = this.#columns.length
    if (cells.length !== width) {
      throw this.#error(
        `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} on line ${line}, but ${width} in the first; ` +
          `correct the line, or quote cells that hold a ${this.separator === '\t' ? 'tab' : `'${this.separator}'`}`,
      )
    }
    for (let column = 0; column < width; column++) this.#columns[column].add(cells[column])
    this.#lines.push(line)
  }

  /** The columns that became text after numbers whose spelling is lost. */
  lateTextColumns(): Set<number> {
    return new Set(this.#columns.flatMap((column, index) => (column.isLateText ? [index] : [])))
  }

  finish(): Table {
    if (!this.#first) throw this.#error('is empty; give a table with at least one row')
    if (!this.#begun) this.#begin(null)
    const rows = this.#lines.length
    if (rows === 0) throw this.#error('has a header and no rows; give a table with at least one')
    if (this.#declaredRows !== null && this.#declaredRows !== rows) {
      throw this.#error(`has ${rows} rows, but its first line says ${this.#declaredRows}; get an intact copy`)
    }
    for (const column of this.#columns) {
      const { commaRow, name } = column
      if (commaRow === null) continue
      throw this.#error(
        `writes numbers with a comma in column '${name}' ('${column.commaCell}' on line ${this.#lines[commaRow]}); ` +
          'write them with a decimal point and without separators of thousands',
      )
    }
    const label = this.#declaredRows === null ? null : this.#columns[this.#columns.length - 1].name
    return {
      format: this.format,
      rows,
      columns: this.#columns.map((column) => column.finish()),
      named: this.#named,
      label,
      classes: this.#classes,
      lines: Uint32Array.from(this.#lines),
    }
  }

  #error(what: string): LloydError {
    return new LloydError('FormatError', `${this.path} ${what}`)
  }
}

/**
 * A first line with a cell that is neither a number nor missing is a header, unless it could be a row as well: it has text
 * above text and numbers above numbers only. Then it is a header if its numbers are whole and are years or run upwards:
 * columns are called 2019 or 1, 2, 3, but not 5.1.
 */
function looksLikeHeader(cells: readonly string[], second: readonly string[] | null): boolean {
  const isText = (cell: string) => !isNumber(cell) && !isMissing(cell)
  if (!cells.some(isText)) return false
  const numbers = cells.filter(isNumber)
  if (numbers.length === 0) return true
  if (!numbers.every((cell) => /^\s*\d+\s*$/.test(cell))) return false
  if (second?.some((cell, column) => isNumber(cell) && isText(cells[column] ?? ''))) return true
  const values = numbers.map(Number)
  const isYear = (value: number) => value >= 1800 && value <= 2100
  return values.every(isYear) || (values.length > 1 && values.every((value, i) => i === 0 || value > values[i - 1]))
}

/** `numpy.savetxt` begins its header with a hash sign. */
function headerName(cell: string, column: number): string {
  return (column === 0 ? cell.replace(/^\s*#/, '') : cell).trim()
}
