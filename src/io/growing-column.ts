import type { NumberColumn, TextColumn } from './table.js'

const MISSING = /^(na|n\/a|nan|null|\?)?$/i
const INFINITE = /^([+-]?)inf(inity)?$/i
/** A decimal comma, or commas between thousands. */
const COMMA_NUMBER = /^[+-]?\d+(,\d+)+(\.\d*)?$/

export function isMissing(cell: string): boolean {
  return MISSING.test(cell.trim())
}

export function isNumber(cell: string): boolean {
  return !Number.isNaN(toNumber(cell))
}

/** The number that a cell spells, or NaN: a decimal number or infinity, and none of JavaScript's other notations. */
function toNumber(cell: string): number {
  const value = Number(cell)
  if (Number.isNaN(value)) {
    const infinite = INFINITE.exec(cell.trim())
    return infinite ? Number(`${infinite[1]}Infinity`) : value
  }
  // `Number` takes blanks for 0, and 0x10 for 16.
  if (value === 0 && cell.trim() === '') return Number.NaN
  return /^\s*0[box]/i.test(cell) ? Number.NaN : value
}

/** A column of a text file while its cells come in: numbers until a cell is none. */
export class GrowingColumn {
  #values = new Float64Array(256)
  #rows = 0
  #missing = 0
  #text: string[] | null
  #numbersBeforeText = 0
  #firstText: { value: string; row: number } | null = null
  #commaRow: number | null = null
  #commaCell = ''
  #hasOtherText = false

  constructor(
    readonly name: string,
    isText: boolean,
  ) {
    this.#text = isText ? [] : null
  }

  add(cell: string): void {
    const value = toNumber(cell)
    if (Number.isNaN(value)) this.#addOther(cell.trim())
    else if (this.#text) this.#text.push(cell.trim())
    else this.#addValue(value)
    this.#rows++
  }

  #addValue(value: number): void {
    if (this.#rows === this.#values.length) {
      const longer = new Float64Array(this.#rows * 2)
      longer.set(this.#values)
      this.#values = longer
    }
    this.#values[this.#rows] = value
  }

  #addOther(cell: string): void {
    if (MISSING.test(cell)) {
      this.#missing++
      if (this.#text) this.#text.push('')
      else this.#addValue(Number.NaN)
      return
    }
    if (COMMA_NUMBER.test(cell)) {
      if (this.#commaRow === null) this.#commaCell = cell
      this.#commaRow ??= this.#rows
    } else {
      this.#hasOtherText = true
    }
    this.#firstText ??= { value: cell, row: this.#rows }
    if (!this.#text) {
      this.#numbersBeforeText = this.#rows - this.#missing
      this.#text = new Array(this.#rows).fill('')
    }
    this.#text.push(cell)
  }

  get isLateText(): boolean {
    return this.#text !== null && this.#numbersBeforeText > 0
  }

  /** The first row with a comma in its number, where the column is numeric but for those commas. */
  get commaRow(): number | null {
    return this.#hasOtherText ? null : this.#commaRow
  }

  get commaCell(): string {
    return this.#commaCell
  }

  finish(): NumberColumn | TextColumn {
    const { name } = this
    const missing = this.#missing
    if (this.#text) return { kind: 'text', name, values: this.#text, missing, firstText: this.#firstText }
    return { kind: 'number', name, values: this.#values.slice(0, this.#rows), missing }
  }
}
