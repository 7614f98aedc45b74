import type { DecimalMark } from '../../data/tables/table.js'
import type { ReadTableOptions } from './table-options.js'

/** Missing cells: the markers that pandas knows, a question mark, and spreadsheet errors in any language. */
const MISSING =
  /^(|\?|n\/?a|<na>|nan|-nan|nat|null|none|#n\/a( n\/a)?|#na|#nv|-?1\.#(ind|qnan)|#[\p{L}\d/]{2,15}[!?])$/iu
const INFINITE = /^([+-]?)inf(inity)?$/i
const BOOLEAN = /^(true|false)$/i
const INTEGER = /^\s*[+-]?\d+\s*$/

/** Symbols commonly written around numbers: currencies, percent, bounds, parentheses. */
const AROUND = String.raw`(?:[\s\p{Sc}%‰<>≤≥~≈±()]|USD|EUR|GBP|CHF|JPY|CNY|INR)*`
const DIGITS = String.raw`(?:\d+(?:[.,]\d*)?|[.,]\d+|\d{1,3}(?:([.,\s'’])\d{3})(?:\1\d{3})*(?:[.,]\d*)?|\d{1,2}(?:,\d\d)*,\d{3}(?:\.\d*)?)`
const SPELLED = new RegExp(`^${AROUND}[+\\-−–]?${AROUND}${DIGITS}(?:[ed][+\\-−]?\\d+)?${AROUND}$`, 'iu')
/** Maximum length of a cell that is searched for a number, in characters. */
const LONGEST_NUMBER = 64
const OTHER_BASE = /^[+-]?0[xob][\da-f]+$/i

/** Numbers with digits in groups of three, by decimal mark. All group marks of a number are the same. */
const GROUPED = {
  '.': /^[+-]?(?:\d+|\d{1,3}([,\s'’])\d{3}(?:\1\d{3})*|(?=\.\d))(?:\.\d*)?(?:e[+-]?\d+)?$/i,
  ',': /^[+-]?(?:\d+|\d{1,3}([.\s'’])\d{3}(?:\1\d{3})*|(?=,\d))(?:,\d*)?(?:e[+-]?\d+)?$/i,
}

export type CellKind = 'number' | 'missing' | 'boolean' | 'spelled' | 'text'

/** Classifies the cells of a text file. */
export class CellReader {
  readonly #decimal: DecimalMark | undefined
  readonly #texts: ReadonlySet<string>
  readonly #numbers: ReadonlySet<number>

  constructor({ decimal, na = [] }: Pick<ReadTableOptions, 'decimal' | 'na'>) {
    this.#decimal = decimal
    this.#texts = new Set(na.map((marker) => marker.trim()))
    this.#numbers = numbersOf(na)
  }

  /** The number in a cell, or NaN where the cell is not a number or counts as missing. */
  number(cell: string): number {
    const value = this.#decimal === undefined ? toNumber(cell) : toGroupedNumber(cell, this.#decimal)
    return this.#numbers.size > 0 && this.#numbers.has(value) ? Number.NaN : value
  }

  isMissing(cell: string): boolean {
    const text = cell.trim()
    return MISSING.test(text) || this.#texts.has(text) || (this.#numbers.size > 0 && this.#numbers.has(toNumber(text)))
  }

  /** The kind of a cell; 'spelled' is a number in a notation that is not accepted, such as 1,234 or 12 %. */
  kind(cell: string): CellKind {
    if (!Number.isNaN(this.number(cell))) return 'number'
    if (this.isMissing(cell)) return 'missing'
    const text = cell.trim()
    if (BOOLEAN.test(text)) return 'boolean'
    return text.length <= LONGEST_NUMBER && (SPELLED.test(text) || OTHER_BASE.test(text)) ? 'spelled' : 'text'
  }
}

/** The numeric markers of the option `na`. */
export function numbersOf(na: readonly string[]): Set<number> {
  return new Set(na.map(toNumber).filter((value) => !Number.isNaN(value)))
}

/** The numbers that a cell can be read as, by decimal mark. */
export function readingsOf(cell: string): { decimal: DecimalMark; value: number }[] {
  return ([',', '.'] as const)
    .map((decimal) => ({ decimal, value: toGroupedNumber(cell, decimal) }))
    .filter(({ value }) => !Number.isNaN(value))
}

/** Whether the points of a number could separate thousands, as in 1.234. */
export function couldBeThousands(cell: string): boolean {
  return /^\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*$/.test(cell)
}

/** Whether a cell is an integer that float64 cannot represent. */
export function isRounded(cell: string, value: number): boolean {
  return Math.abs(value) > Number.MAX_SAFE_INTEGER && INTEGER.test(cell) && BigInt(cell.trim()) !== BigInt(value)
}

/** The typographic minus sign, U+2212, which spreadsheets write in Estonian, Swedish and other languages. */
const MINUS = /−/g

/** The value of a decimal number or infinity, or NaN; JavaScript's other notations are not accepted. */
function toNumber(cell: string): number {
  const value = Number(cell)
  if (Number.isNaN(value)) {
    if (cell.includes('−')) return toNumber(cell.replace(MINUS, '-'))
    const infinite = INFINITE.exec(cell.trim())
    return infinite ? Number(`${infinite[1]}Infinity`) : value
  }
  // `Number` reads blanks as 0, and 0x10 as 16.
  if (value === 0 && cell.trim() === '') return Number.NaN
  return /^\s*0[box]/i.test(cell) ? Number.NaN : value
}

function toGroupedNumber(cell: string, decimal: DecimalMark): number {
  const text = cell.trim().replace(MINUS, '-')
  if (!GROUPED[decimal].test(text)) return INFINITE.test(text) ? toNumber(text) : Number.NaN
  const digits = text.replace(decimal === ',' ? /[.\s'’]/g : /[,\s'’]/g, '')
  return Number(decimal === ',' ? digits.replace(',', '.') : digits)
}
