import type { DecimalMark, ReadTableOptions } from './table.js'

/** What pandas takes for missing, a question mark, and the errors of spreadsheets in any language. */
const MISSING =
  /^(|\?|n\/?a|<na>|nan|-nan|nat|null|none|#n\/a( n\/a)?|#na|#nv|-?1\.#(ind|qnan)|#[\p{L}\d/]{2,15}[!?])$/iu
const INFINITE = /^([+-]?)inf(inity)?$/i
const BOOLEAN = /^(true|false)$/i
const INTEGER = /^\s*[+-]?\d+\s*$/

/** What people put around numbers: currencies, percent, bounds, parentheses. */
const AROUND = String.raw`(?:[\s\p{Sc}%‰<>≤≥~≈±()]|USD|EUR|GBP|CHF|JPY|CNY|INR)*`
const DIGITS = String.raw`(?:\d+(?:[.,]\d*)?|[.,]\d+|\d{1,3}(?:([.,\s'’])\d{3})(?:\1\d{3})*(?:[.,]\d*)?|\d{1,2}(?:,\d\d)*,\d{3}(?:\.\d*)?)`
const SPELLED = new RegExp(`^${AROUND}[+\\-−–]?${AROUND}${DIGITS}(?:[ed][+\\-−]?\\d+)?${AROUND}$`, 'iu')
/** Characters of a cell that is looked at in search of a number. */
const LONGEST_NUMBER = 64
const OTHER_BASE = /^[+-]?0[xob][\da-f]+$/i

/** Digits in groups of three, and the decimal mark. The group mark is the same all along a number. */
const GROUPED = {
  '.': /^[+-]?(?:\d+|\d{1,3}([,\s'’])\d{3}(?:\1\d{3})*|(?=\.\d))(?:\.\d*)?(?:e[+-]?\d+)?$/i,
  ',': /^[+-]?(?:\d+|\d{1,3}([.\s'’])\d{3}(?:\1\d{3})*|(?=,\d))(?:,\d*)?(?:e[+-]?\d+)?$/i,
}

export type CellKind = 'number' | 'missing' | 'boolean' | 'spelled' | 'text'

/** Tells what the cells of a text file are. */
export class CellReader {
  readonly #decimal: DecimalMark | undefined
  readonly #texts: ReadonlySet<string>
  readonly #numbers: ReadonlySet<number>

  constructor({ decimal, na = [] }: Pick<ReadTableOptions, 'decimal' | 'na'>) {
    this.#decimal = decimal
    this.#texts = new Set(na.map((marker) => marker.trim()))
    this.#numbers = numbersOf(na)
  }

  /** The number that a cell holds, or NaN where it is none, or one that counts as missing. */
  number(cell: string): number {
    const value = this.#decimal === undefined ? toNumber(cell) : toGroupedNumber(cell, this.#decimal)
    return this.#numbers.size > 0 && this.#numbers.has(value) ? Number.NaN : value
  }

  isMissing(cell: string): boolean {
    const text = cell.trim()
    return MISSING.test(text) || this.#texts.has(text) || (this.#numbers.size > 0 && this.#numbers.has(toNumber(text)))
  }

  /** What a cell is; 'spelled' is a number written as this reader does not take it, such as 1,234 or 12 %. */
  kind(cell: string): CellKind {
    if (!Number.isNaN(this.number(cell))) return 'number'
    if (this.isMissing(cell)) return 'missing'
    const text = cell.trim()
    if (BOOLEAN.test(text)) return 'boolean'
    return text.length <= LONGEST_NUMBER && (SPELLED.test(text) || OTHER_BASE.test(text)) ? 'spelled' : 'text'
  }
}

/** The markers of the option `na` that are numbers. */
export function numbersOf(na: readonly string[]): Set<number> {
  return new Set(na.map(toNumber).filter((value) => !Number.isNaN(value)))
}

/** What each decimal mark makes of a cell. */
export function readingsOf(cell: string): { decimal: DecimalMark; value: number }[] {
  return ([',', '.'] as const)
    .map((decimal) => ({ decimal, value: toGroupedNumber(cell, decimal) }))
    .filter(({ value }) => !Number.isNaN(value))
}

/** Whether a number could be one with points between its thousands, as 1.234 is. */
export function couldBeThousands(cell: string): boolean {
  return /^\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*$/.test(cell)
}

/** Whether a cell is an integer that float64 does not hold. */
export function isRounded(cell: string, value: number): boolean {
  return Math.abs(value) > Number.MAX_SAFE_INTEGER && INTEGER.test(cell) && BigInt(cell.trim()) !== BigInt(value)
}

/** The minus sign of typesetting, U+2212, which spreadsheets in Estonian, Swedish and others write. */
const MINUS = /−/g

/** The number that a cell spells, or NaN: a decimal number or infinity, and none of JavaScript's other notations. */
function toNumber(cell: string): number {
  const value = Number(cell)
  if (Number.isNaN(value)) {
    if (cell.includes('−')) return toNumber(cell.replace(MINUS, '-'))
    const infinite = INFINITE.exec(cell.trim())
    return infinite ? Number(`${infinite[1]}Infinity`) : value
  }
  // `Number` takes blanks for 0, and 0x10 for 16.
  if (value === 0 && cell.trim() === '') return Number.NaN
  return /^\s*0[box]/i.test(cell) ? Number.NaN : value
}

function toGroupedNumber(cell: string, decimal: DecimalMark): number {
  const text = cell.trim().replace(MINUS, '-')
  if (!GROUPED[decimal].test(text)) return INFINITE.test(text) ? toNumber(text) : Number.NaN
  const digits = text.replace(decimal === ',' ? /[.\s'’]/g : /[,\s'’]/g, '')
  return Number(decimal === ',' ? digits.replace(',', '.') : digits)
}
