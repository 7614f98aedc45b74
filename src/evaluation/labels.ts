import { describeArgument, LloydError, mustBe } from '../engine/error.js'

/** Labels as numbers from 0 on, in the order of what they stand for. */
export interface Labels {
  /** Number of each row's label. */
  codes: Uint32Array<ArrayBuffer>
  /** Number of different labels. */
  count: number
  /** The different labels: integers ascending, then strings by their UTF-16 code units. */
  values: (number | string)[]
  /** Number of rows of each label. */
  sizes: Uint32Array<ArrayBuffer>
}

export interface LabelRules {
  /** The name in messages. */
  name?: string
  /** The number of rows that there must be, and what has as many. */
  rows?: number
  of?: string
  /** Whether labels may be strings as well. */
  strings?: boolean
}

/** Widest range of integers that is counted in a table. */
const MAX_TABLE = 2 ** 22

/**
 * Reads labels: one for each row, any integers (arrays of numbers of any type), and where it is allowed any strings.
 *
 * @throws LloydError `InputError` for labels of another kind, with their row, for none, and for another number than `rows`
 */
export function readLabels(
  labels: ArrayLike<number | string>,
  { name = 'labels', rows, of = 'points', strings = false }: LabelRules = {},
): Labels {
  const what = strings ? 'integers or strings' : 'integers'
  const length = (labels as ArrayLike<number> | null)?.length
  if (typeof labels !== 'object' || !Number.isInteger(length)) throw mustBe(name, `an array of ${what}`, labels)
  if (rows !== undefined && length !== rows) {
    throw new LloydError('InputError', `got ${length} ${name} for ${rows} ${of}; give one for each`)
  }
  if (length === 0) throw new LloydError('InputError', `${name} are empty; at least one is needed`)
  const place = firstOther(labels, strings)
  if (place >= 0) throw mustBe(name, what, labels[place], `${describeArgument(labels[place])} in row ${place}`)
  const [least, greatest] = rangeOf(labels)
  const inTable = greatest - least < MAX_TABLE
  return inTable ? readByTable(labels as ArrayLike<number>, least, greatest) : readByMap(labels)
}

/** The first row whose label is of another kind, or −1. */
function firstOther(labels: ArrayLike<unknown>, strings: boolean): number {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (!Number.isSafeInteger(label) && !(strings && typeof label === 'string')) return row
  }
  return -1
}

/** The least and the greatest label; of strings, −∞ and ∞. */
function rangeOf(labels: ArrayLike<number | string>): [number, number] {
  let least = Infinity
  let greatest = -Infinity
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (typeof label === 'string') return [-Infinity, Infinity]
    if (label < least) least = label
    if (label > greatest) greatest = label
  }
  return [least, greatest]
}

function readByTable(labels: ArrayLike<number>, least: number, greatest: number): Labels {
  const table = new Uint32Array(greatest - least + 1)
  for (let row = 0; row < labels.length; row++) table[labels[row] - least]++
  const values: number[] = []
  const sizes: number[] = []
  for (let at = 0; at < table.length; at++) {
    if (table[at] === 0) continue
    sizes.push(table[at])
    table[at] = values.length
    values.push(at + least)
  }
  const codes = new Uint32Array(labels.length)
  for (let row = 0; row < codes.length; row++) codes[row] = table[labels[row] - least]
  return { codes, count: values.length, values, sizes: Uint32Array.from(sizes) }
}

function readByMap(labels: ArrayLike<number | string>): Labels {
  const counts = new Map<number | string, number>()
  for (let row = 0; row < labels.length; row++) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1)
  const values = [...counts.keys()].sort(ascending)
  const sizes = Uint32Array.from(values, (value) => counts.get(value) as number)
  for (let code = 0; code < values.length; code++) counts.set(values[code], code)
  const codes = new Uint32Array(labels.length)
  for (let row = 0; row < codes.length; row++) codes[row] = counts.get(labels[row]) as number
  return { codes, count: values.length, values, sizes }
}

function ascending(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : 1
}
