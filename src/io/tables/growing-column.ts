import type { MixedCell, NumberColumn, OddCell, TextColumn } from '../../data/tables/table.js'
import { type CellKind, type CellReader, couldBeThousands, isRounded, readingsOf } from './cell-reader.js'

/**
 * A column of a text file under construction, without the first line, which may be a header. It is numeric when all
 * cells are numbers or missing, or all are true or false; mixed when more than half are numbers; and text otherwise.
 */
export class GrowingColumn {
  readonly counts: Record<CellKind, number> = { number: 0, missing: 0, boolean: 0, spelled: 0, text: 0 }
  /** Whether the cell of the first line occurs again, so that it is not a name. */
  firstRecurs = false
  /** Whether some number has no decimal mark. */
  hasInteger = false
  least = Number.POSITIVE_INFINITY
  most = Number.NEGATIVE_INFINITY
  /** Whether some number has a point that can only be the decimal mark. */
  provesPoint = false
  #start = Number.NaN
  #counts = true
  #thousands: OddCell | null = null
  #values = new Float64Array(256)
  #rows = 0
  #text: string[] | null
  #isLate = false
  #odd: OddCell | null = null
  #rounded: OddCell | null = null

  /** @param keep whether cells keep their spelling; 'exact' includes blanks and missing-value markers */
  constructor(
    readonly name: string,
    readonly reader: CellReader,
    readonly first: string,
    readonly keep: 'numbers' | 'text' | 'exact',
  ) {
    this.#text = keep === 'numbers' ? null : []
  }

  add(cell: string): void {
    const value = this.reader.number(cell)
    if (Number.isNaN(value)) {
      this.#addOther(cell)
    } else {
      this.counts.number++
      this.#look(cell, value)
      this.#store(cell, value, this.counts.boolean > 0)
    }
    if (cell === this.first) this.firstRecurs = true
    this.#rows++
  }

  #look(cell: string, value: number): void {
    if (this.#rows === 0) this.#start = value
    else if (this.#counts && value !== this.#start + this.#rows) this.#counts = false
    if (value < this.least) this.least = value
    if (value > this.most) this.most = value
    if (!this.hasInteger && Number.isInteger(value) && !/[.,]/.test(cell)) this.hasInteger = true
    if (!this.provesPoint && cell.includes('.')) {
      if (!couldBeThousands(cell)) this.provesPoint = true
      else this.#thousands ??= { value: cell.trim(), row: this.#rows }
    }
    if (!this.#rounded && isRounded(cell, value)) this.#rounded = { value: cell.trim(), row: this.#rows }
  }

  #addOther(cell: string): void {
    const kind = this.reader.kind(cell)
    this.counts[kind]++
    if (kind === 'missing') {
      this.#store(this.keep === 'exact' ? cell : '', Number.NaN, false)
      return
    }
    this.#odd ??= { value: cell.trim(), row: this.#rows }
    const { number, spelled, text } = this.counts
    this.#store(cell, /^\s*t/i.test(cell) ? 1 : 0, kind !== 'boolean' || number + spelled + text > 0)
  }

  /** Stores a cell; `asText` when it cannot be stored as a number beside the cells before it. */
  #store(cell: string, value: number, asText: boolean): void {
    if (asText && !this.#text) {
      this.#isLate = this.#rows > this.counts.missing
      this.#text = new Array(this.#rows).fill('')
    }
    if (this.#text) {
      this.#text.push(this.keep === 'exact' ? cell : cell.trim())
      return
    }
    if (this.#rows === this.#values.length) {
      const longer = new Float64Array(this.#rows * 2)
      longer.set(this.#values)
      this.#values = longer
    }
    this.#values[this.#rows] = value
  }

  /** The kind of the cells below the first line. */
  get kind(): 'number' | 'boolean' | 'mixed' | 'text' | 'empty' {
    const { number, boolean, spelled, text } = this.counts
    const present = number + boolean + spelled + text
    if (present === 0) return 'empty'
    if (number === present) return 'number'
    if (boolean === present) return 'boolean'
    return (number + spelled) * 2 > present ? 'mixed' : 'text'
  }

  /** Whether the cells number the rows, from 0 or 1. */
  get countsRows(): boolean {
    return this.#counts && (this.#start === 0 || this.#start === 1) && this.counts.number === this.#rows
  }

  /** The first cell whose points may separate thousands, where no other cell shows what they mean. */
  get thousands(): OddCell | null {
    return this.kind === 'number' && !this.provesPoint ? this.#thousands : null
  }

  /** Whether the file must be read again for the spelling of numbers; `first`: cell of the first line, if a row. */
  needsSpelling(first: string | null, isDoubtful: boolean): boolean {
    if (this.keep !== 'numbers') return false
    if (isDoubtful || this.#isLate) return true
    if (this.#text || first === null || this.kind === 'empty') return false
    const kind = this.reader.kind(first)
    return kind !== 'missing' && kind !== this.kind
  }

  /** The finished column, headed by the cell of the first line where that is a row. */
  finish(first: string | null, isDoubtful: boolean): NumberColumn | TextColumn {
    const { name, keep } = this
    if (keep === 'exact') {
      return {
        kind: 'text',
        name,
        values: [...(first === null ? [] : [first]), ...this.#text!],
        missing: 0,
        firstText: null,
      }
    }
    const shift = first === null ? 0 : 1
    const moved = (cell: OddCell) => ({ value: cell.value, row: cell.row + shift })
    let odd = this.#odd && moved(this.#odd)
    if (first !== null) {
      const kind = this.reader.kind(first)
      this.counts[kind]++
      if (kind !== 'number' && kind !== 'missing') odd = { value: first.trim(), row: 0 }
    }
    const { missing } = this.counts
    const { kind } = this
    if (!isDoubtful && (kind === 'number' || kind === 'boolean' || kind === 'empty')) {
      const rounded = this.#rounded && moved(this.#rounded)
      return { kind: 'number', name, values: this.#numbers(first), missing, ...(rounded && { rounded }) }
    }
    const values = this.#text ?? new Array<string>(this.#rows).fill('')
    if (first !== null) values.unshift(this.reader.isMissing(first) ? '' : first.trim())
    const firstText = odd ?? moved(this.#thousands!)
    const mixed: MixedCell | null =
      isDoubtful || kind === 'mixed' ? { ...firstText, readings: readingsOf(firstText.value) } : null
    return { kind: 'text', name, values, missing, firstText, ...(mixed && { mixed }) }
  }

  #numbers(first: string | null): Float64Array {
    const isBoolean = this.kind === 'boolean'
    const numberOf = (cell: string) =>
      isBoolean && !this.reader.isMissing(cell) ? Number(/^\s*t/i.test(cell)) : this.reader.number(cell)
    // A second reading may have kept numbers as text.
    const rest = this.#text ? Float64Array.from(this.#text, numberOf) : this.#values.subarray(0, this.#rows)
    const shift = first === null ? 0 : 1
    const values = new Float64Array(this.#rows + shift)
    if (first !== null) values[0] = numberOf(first)
    values.set(rest, shift)
    return values
  }
}
