import { floatKey } from './sort.js'

/** Digits of keys that are told apart in each turn, and how far those are shifted: the last two share a bit. */
const DIGITS = 2048
const SHIFTS = [21, 10, 0]

/** Points that are split in place, row-major, with the numbers of their rows, and room for as many numbers and half of the points. */
export interface SplitRows {
  points: Float32Array
  columns: number
  order: Uint32Array
  keys: Uint32Array
  numbers: Uint32Array
  spare: Float32Array
}

/**
 * Moves the rows of a range that come first by their widest column, and among equal values by their place, before
 * `middle`, the others behind it; both stay in their order.
 *
 * @param middle at least half of the range
 */
export function splitRows(rows: SplitRows, first: number, end: number, middle: number): void {
  const { points, columns, keys, numbers } = rows
  const column = widestColumn(points, columns, first, end)
  const bits = new Uint32Array(points.buffer, points.byteOffset, points.length)
  for (let at = first, to = 0; at < end; at++, to++) keys[to] = floatKey(bits[at * columns + column])
  divide(rows, first, end, keyAt(keys, end - first, middle - first, numbers))
}

function widestColumn(points: Float32Array, columns: number, first: number, end: number): number {
  const least = new Float32Array(columns).fill(Infinity)
  const greatest = new Float32Array(columns).fill(-Infinity)
  for (let row = first, at = first * columns; row < end; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (points[at] < least[column]) least[column] = points[at]
      if (points[at] > greatest[column]) greatest[column] = points[at]
    }
  }
  let widest = 0
  for (let column = 1; column < columns; column++) {
    if (greatest[column] - least[column] > greatest[widest] - least[widest]) widest = column
  }
  return widest
}

/** The key that so many others are below, or equal to and before it. */
interface Pivot {
  key: number
  /** Number of keys equal to it that come before it. */
  equals: number
}

/** The pivot of a rank among keys: digit by digit, of those that have the same digits before (radix selection). */
function keyAt(keys: Uint32Array, count: number, rank: number, room: Uint32Array): Pivot {
  let key = 0
  let left = count
  let equals = rank
  let from = keys
  for (const shift of SHIFTS) {
    const counts = countDigits(from, left, shift)
    let digit = 0
    while (equals >= counts[digit]) equals -= counts[digit++]
    key |= digit << shift
    left = keepDigit(from, left, shift, digit, room)
    from = room
  }
  return { key: key >>> 0, equals }
}

function countDigits(keys: Uint32Array, count: number, shift: number): Uint32Array {
  const counts = new Uint32Array(DIGITS)
  for (let at = 0; at < count; at++) counts[(keys[at] >>> shift) & (DIGITS - 1)]++
  return counts
}

/** Copies the keys of a digit to the beginning of `to`, which may be the same array; their number. */
function keepDigit(keys: Uint32Array, count: number, shift: number, digit: number, to: Uint32Array): number {
  let kept = 0
  for (let at = 0; at < count; at++) {
    const key = keys[at]
    to[kept] = key
    kept += ((key >>> shift) & (DIGITS - 1)) === digit ? 1 : 0
  }
  return kept
}

/** Moves the rows below a pivot before the others. */
function divide(rows: SplitRows, first: number, end: number, { key, equals }: Pivot): void {
  const { points, columns, order, keys, numbers, spare } = rows
  let below = first
  let above = 0
  let left = equals
  for (let at = first, from = 0; at < end; at++, from++) {
    const own = keys[from]
    if (own < key || (own === key && left-- > 0)) {
      for (let column = 0; column < columns; column++) points[below * columns + column] = points[at * columns + column]
      order[below++] = order[at]
    } else {
      for (let column = 0; column < columns; column++) spare[above * columns + column] = points[at * columns + column]
      numbers[above++] = order[at]
    }
  }
  points.set(spare.subarray(0, above * columns), below * columns)
  order.set(numbers.subarray(0, above), below)
}
