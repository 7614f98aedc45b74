const DIGIT_BITS = 11
const DIGITS = 2 ** 11
const SHIFTS = [0, DIGIT_BITS, 2 * DIGIT_BITS]

/** 0 … count − 1. */
export function countUp(count: number): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(count)
  for (let at = 0; at < count; at++) numbers[at] = at
  return numbers
}

/** The order of values in which they ascend. */
export function ascendingOrder(values: Float32Array): Uint32Array<ArrayBuffer> {
  return ascendingRows(countUp(values.length), values, 1, 0)
}

/** The same of float64 values: by the low words of their bits, then by the high ones. */
export function ascendingOrder64(values: Float64Array): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)
  const isLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1
  const [low, high] = [new Uint32Array(values.length), new Uint32Array(values.length)]
  for (let row = 0; row < values.length; row++) {
    const top = words[2 * row + (isLittle ? 1 : 0)]
    const flip = top >> 31
    high[row] = top ^ (flip | 0x80000000)
    low[row] = words[2 * row + (isLittle ? 0 : 1)] ^ flip
  }
  return sortByKeys(sortByKeys(countUp(values.length), low), high)
}

/**
 * Rows by ascending values of a column; those of one value stay in their order.
 *
 * @param values row-major, with so many columns
 */
export function ascendingRows(
  rows: Uint32Array<ArrayBuffer>,
  values: Float32Array,
  columns: number,
  column: number,
): Uint32Array<ArrayBuffer> {
  return sortTogether(rows.slice(), keysOf(values, rows, columns, column))
}

/** Rows by ascending keys, one for each row; those of one key stay in their order. */
export function sortByKeys(rows: Uint32Array<ArrayBuffer>, keys: Uint32Array): Uint32Array<ArrayBuffer> {
  const own = new Uint32Array(rows.length)
  for (let at = 0; at < rows.length; at++) own[at] = keys[rows[at]]
  return sortTogether(rows.slice(), own)
}

/** Sorts a list by the keys beside its entries (radix sort, from the lowest digit on, past digits that all have in common). */
function sortTogether(list: Uint32Array<ArrayBuffer>, keys: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  let from = { list, keys }
  let to = { list: new Uint32Array(list.length), keys: new Uint32Array(list.length) }
  for (const shift of SHIFTS) {
    const places = placesOf(from.keys, shift)
    if (!places) continue
    moveByDigit(from, to, shift, places)
    const last = from
    from = to
    to = last
  }
  return from.list
}

/** An integer for the bits of a float; unsigned, such integers ascend as the floats do. */
export const floatKey = (bits: number) => bits ^ ((bits >> 31) | 0x80000000)

/** The bits of rows' floats in a column, such that they ascend as these do. */
function keysOf(values: Float32Array, rows: Uint32Array, columns: number, column: number): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const keys = new Uint32Array(rows.length)
  for (let at = 0; at < rows.length; at++) {
    keys[at] = floatKey(bits[rows[at] * columns + column])
  }
  return keys
}

/** First place of each digit; null where all keys have the same. */
function placesOf(keys: Uint32Array, shift: number): Uint32Array | null {
  const places = new Uint32Array(DIGITS + 1)
  for (let at = 0; at < keys.length; at++) places[((keys[at] >>> shift) & (DIGITS - 1)) + 1]++
  if (places[((keys[0] >>> shift) & (DIGITS - 1)) + 1] === keys.length) return null
  for (let digit = 0; digit < DIGITS; digit++) places[digit + 1] += places[digit]
  return places
}

interface Keyed {
  list: Uint32Array
  keys: Uint32Array
}

/** Moves rows with their keys to the places of a digit. */
function moveByDigit(from: Keyed, to: Keyed, shift: number, places: Uint32Array): void {
  const { list, keys } = from
  const { list: toList, keys: toKeys } = to
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]
    const place = places[(key >>> shift) & (DIGITS - 1)]++
    toKeys[place] = key
    toList[place] = list[at]
  }
}
