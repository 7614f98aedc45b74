import { type Table, unnamedColumn } from '../../data/tables/table.js'
import { LloydError } from '../../engine/error.js'
import type { CellReader } from './cell-reader.js'
import { GrowingColumn } from './growing-column.js'
import { type Header, HeaderRule } from './header.js'
import { isKeptAsText, type ReadTableOptions } from './table-options.js'
import { SKIPPED } from './text-lines.js'
import { finishTable, requireDistinctNames } from './typed-column.js'

/** A text table under construction. Its first line is kept apart until all other rows have been read. */
export class CsvTable {
  separator = ','
  readonly #lines: number[] = []
  #columns: GrowingColumn[] = []
  #line = 1
  #first: { cells: string[]; line: number } | null = null
  #rule: HeaderRule | null = null
  #blankLines: number[] = []
  #declaration: { rows: number; classes: string[] } | null = null
  /** Rows with one extra, empty cell compared with the first line, and the line of the first such row. */
  #longer = { rows: 0, line: 0 }
  #header: Header | null = null

  constructor(
    readonly path: string,
    readonly format: 'csv' | 'tsv',
    readonly options: ReadTableOptions,
    readonly reader: CellReader,
    readonly spelt: ReadonlySet<number>,
  ) {}

  requireClosedQuotes(fault: string | undefined): void {
    if (fault !== 'Quotes') return
    throw this.#error(
      `has a quote that is not closed or out of place, in the row that begins on line ${this.#line}; correct it`,
    )
  }

  skipLine(): void {
    this.#line++
  }

  add(cells: string[]): void {
    const line = this.#line
    this.#line +=
      1 + cells.reduce((breaks, cell) => breaks + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0)
    if (cells.length === 1 && cells[0] === SKIPPED) return
    if (cells.length === 1 && cells[0].trim() === '') {
      // In a file of one column a blank line is a missing cell, unless it is at the end.
      if (this.#first?.cells.length === 1) this.#blankLines.push(line)
      return
    }
    if (!this.#first) {
      this.#first = { cells, line }
      return
    }
    if (this.#columns.length === 0) this.#begin(cells.length)
    for (const blank of this.#blankLines.splice(0)) this.#append([''], blank)
    this.#append(cells, line)
  }

  /** Creates the columns, and checks whether the first line is a declaration as in scikit-learn's files. */
  #begin(secondWidth: number): void {
    const { cells } = this.#first!
    const [rows, columns] = cells.map(Number)
    const isDeclaration =
      this.options.header === undefined &&
      cells.length >= 3 &&
      Number.isInteger(rows) &&
      secondWidth === columns + 1 &&
      cells.slice(2).every((cell) => !['number', 'missing'].includes(this.reader.kind(cell)))
    if (isDeclaration) this.#declaration = { rows, classes: cells.slice(2).map((cell) => cell.trim()) }
    const first = isDeclaration ? new Array<string>(secondWidth).fill('') : cells
    const names = first.map((cell, column) => this.#nameOf(cell, column, !isDeclaration))
    const kept = this.options.text ?? []
    this.#columns = first.map((cell, column) => {
      const isExact = isKeptAsText(names[column], column, names, kept) || kept.includes(unnamedColumn(column))
      const keep = isExact ? 'exact' : this.spelt.has(column) ? 'text' : 'numbers'
      return new GrowingColumn(names[column], this.reader, cell, keep)
    })
    if (!isDeclaration) this.#rule = new HeaderRule(cells, this.reader, this.options.names)
  }

  #nameOf(cell: string, column: number, isNamed: boolean): string {
    // `numpy.savetxt` starts its header with a hash sign.
    const name = isNamed ? (column === 0 ? cell.replace(/^\s*#(?=.)/, '') : cell).trim() : ''
    return name || unnamedColumn(column)
  }

  #append(cells: string[], line: number): void {
    const width = this.#columns.length
    if (cells.length === width + 1 && cells[width].trim() === '') {
      if (this.#longer.rows++ === 0) this.#longer.line = line
    } else if (cells.length !== width) {
      throw this.#raggedness(cells.length, line)
    }
    for (let column = 0; column < width; column++) this.#columns[column].add(cells[column])
    this.#rule?.look(cells)
    this.#lines.push(line)
  }

  #raggedness(count: number, line: number): LloydError {
    const { cells } = this.#first!
    const width = this.#columns.length
    const [mark] = /^[#%!*;]|^\/\//.exec(cells[0].trim()) ?? []
    const remedy =
      mark && cells.length === 1
        ? `the option comment ('${mark}') skips lines that begin with '${mark}'`
        : `correct the line, or quote cells that hold a ${this.separator === '\t' ? 'tab' : `'${this.separator}'`}`
    return this.#error(
      `has ${count} ${count === 1 ? 'cell' : 'cells'} on line ${line}, but ${width} in the first; ${remedy}`,
    )
  }

  /** Decides whether the first line is a header, which must be known before any column is finished. */
  #decide(): Header {
    if (this.#header) return this.#header
    if (!this.#first) throw this.#error('is empty; give a table with at least one row')
    if (this.#columns.length === 0) this.#begin(this.#first.cells.length)
    this.#header = this.#declaration ? { named: false, isDoubtful: false } : this.#rule!.decide(this.#columns)
    if (this.options.header !== undefined) this.#header = { named: this.options.header, isDoubtful: false }
    return this.#header
  }

  /** The first cell of a column where the first line is a row, else null. */
  #firstOf(column: GrowingColumn): string | null {
    return this.#declaration || this.#decide().named ? null : column.first
  }

  /** Columns that turned into text after some numbers, whose spelling was not kept. */
  columnsToRespell(): Set<number> {
    this.#decide()
    const isDoubtful = this.#mayHaveThousands()
    return new Set(
      this.#columns.flatMap((column, index) =>
        column.needsSpelling(this.#firstOf(column), isDoubtful && column.thousands !== null) ? [index] : [],
      ),
    )
  }

  /** Whether points may separate thousands: beside semicolons, unless a number shows that they are decimal marks. */
  #mayHaveThousands(): boolean {
    return this.separator === ';' && !this.options.decimal && !this.#columns.some(({ provesPoint }) => provesPoint)
  }

  finish(): Table {
    const { named, isDoubtful } = this.#decide()
    const isRow = !named && !this.#declaration
    const lines = isRow ? [this.#first!.line, ...this.#lines] : this.#lines
    const rows = lines.length
    if (rows === 0) throw this.#error('has a header and no rows; give a table with at least one')
    if (this.#longer.rows > 0 && (isRow || this.#longer.rows < rows)) {
      throw this.#raggedness(this.#columns.length + 1, this.#longer.line)
    }
    if (this.#declaration && this.#declaration.rows !== rows) {
      throw this.#error(`has ${rows} rows, but its first line says ${this.#declaration.rows}; get an intact copy`)
    }
    if (named)
      requireDistinctNames(
        this.path,
        this.#columns.map(({ name }) => name),
      )
    const mayHaveThousands = this.#mayHaveThousands()
    const columns = this.#columns.map((column, index) => {
      const finished = column.finish(this.#firstOf(column), mayHaveThousands && column.thousands !== null)
      if (!named) return { ...finished, name: unnamedColumn(index) }
      return column.first.trim() === '' ? { ...finished, unnamed: true as const } : finished
    })
    // A separator at the end of every line does not add a column.
    const last = columns[columns.length - 1]
    if (columns.length > 1 && last.missing === rows && this.#nameless(named)) columns.pop()
    return finishTable(this.path, this.options, {
      format: this.format,
      rows,
      columns,
      named,
      doubtfulHeader: isDoubtful ? this.#first!.cells.map((cell) => cell.trim()) : null,
      label: this.#declaration ? columns[columns.length - 1].name : null,
      classes: this.#declaration?.classes ?? [],
      lines: Uint32Array.from(lines),
    })
  }

  /** Whether the last column has no name. */
  #nameless(named: boolean): boolean {
    return !named || this.#columns[this.#columns.length - 1].first.trim() === ''
  }

  #error(what: string): LloydError {
    return new LloydError('FormatError', `${this.path} ${what}`)
  }
}
