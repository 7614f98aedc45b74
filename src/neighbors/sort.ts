const DIGIT_BITS = 11
const DIGITS = 2 ** DIGIT_BITS

/** 0 … count − 1. */
export function countUp(count: number): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array(count)
  for (let at = 0; at < count; at++) numbers[at] = at
  return numbers
}

/** The order of values in which they ascend. */
export function ascendingOrder(values: Float32Array): Uint32Array<ArrayBuffer> {
  const all = countUp(values.length)
  const keys = new Uint32Array(values.length)
  readKeys(keys, values, all, 1, 0)
  return sortByKeys(all, keys)
}

/** Sets the keys of some rows to the bits of their floats in a column, such that they ascend as these do. */
export function readKeys(
  keys: Uint32Array,
  values: Float32Array,
  rows: Uint32Array,
  columns: number,
  column: number,
): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let at = 0; at < rows.length; at++) {
    const word = bits[rows[at] * columns + column]
    keys[rows[at]] = word ^ ((word >> 31) | 0x80000000)
  }
}

/** Rows by ascending keys; those of one key stay in their order (radix sort, from the lowest digit on). */
export function sortByKeys(rows: Uint32Array<ArrayBuffer>, keys: Uint32Array): Uint32Array<ArrayBuffer> {
  let list = rows
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) list = sortByDigit(list, keys, shift)
  return list
}

function sortByDigit(list: Uint32Array, keys: Uint32Array, shift: number): Uint32Array<ArrayBuffer> {
  const places = placesOf(list, keys, shift)
  const sorted = new Uint32Array(list.length)
  for (let at = 0; at < list.length; at++) {
    const row = list[at]
    sorted[places[(keys[row] >>> shift) & (DIGITS - 1)]++] = row
  }
  return sorted
}

/** First place of each digit. */
function placesOf(list: Uint32Array, keys: Uint32Array, shift: number): Uint32Array {
  const places = new Uint32Array(DIGITS + 1)
  for (let at = 0; at < list.length; at++) places[((keys[list[at]] >>> shift) & (DIGITS - 1)) + 1]++
  for (let digit = 0; digit < DIGITS; digit++) places[digit + 1] += places[digit]
  return places
}
