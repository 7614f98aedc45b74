import { neighborOf, PARTIAL, SLOTS } from './superpixel-cells'

const CENTER_BYTES: usize = 24
/** Binary digits of places below a pixel. */
const PLACE_BITS: u32 = 4
/** Maximum number of columns that go through a cell together. */
const STRIP: u32 = 1024
/** Maximum number of pixels whose sums fit their parts of words. */
const MOST_SUMMED: u32 = 32767

// The scratch memory: a record for each slot, its sums, four results, and its terms of columns.
/** Minus twice L and a, and b and alpha, as 16-bit pairs; the term of a line; the result: four times each. Then numbers. */
const RECORD: usize = 80
const LINE: usize = 32
const RESULT: usize = 48
const CONSTANT: u32 = 64
const PLACE_X: u32 = 68
const PLACE_Y: u32 = 72
/** L and a; b, alpha and the number of pixels; x and y. */
const SUMMED: usize = 24
const SUMS_AT: usize = 720
const FOUND_AT: usize = 944
const TERMS_AT: usize = 960
const TERMS: usize = 144

/** The first pixel of a part of a side that is cut into `parts`. */
function partStart(part: u32, length: u32, parts: u32): u32 {
  return (part * length) / parts
}

/** A place in units of colour. */
function scaled(place: i32, placeScale: i32, placeShift: i32): i32 {
  return (place * placeScale) >> placeShift
}

/** Four times two 16-bit numbers. */
function pairOf(low: i32, high: i32): v128 {
  return i32x4.splat((low & 0xffff) | (high << 16))
}

/** Writes the records of a cell's slots. */
function fillRecords(
  scratch: usize,
  cell: u32,
  centers: usize,
  columns: u32,
  rows: u32,
  left: u32,
  top: u32,
  placeScale: i32,
  placeShift: i32,
  labelled: bool,
): void {
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const neighbor = neighborOf(cell, slot, columns, rows)
    const center = centers + <usize>neighbor * CENTER_BYTES
    const record = scratch + <usize>slot * RECORD
    const l = load<i32>(center)
    const a = load<i32>(center, 4)
    const b = load<i32>(center, 8)
    const alpha = load<i32>(center, 12)
    const x = scaled(load<u32>(center, 16) - (left << PLACE_BITS), placeScale, placeShift)
    const y = scaled(load<u32>(center, 20) - (top << PLACE_BITS), placeScale, placeShift)
    v128.store(record, pairOf(-2 * l, -2 * a))
    v128.store(record, pairOf(-2 * b, -2 * alpha), 16)
    v128.store(record, i32x4.splat(labelled ? neighbor : slot * SUMMED), RESULT)
    store<i32>(record, l * l + a * a + b * b + alpha * alpha + x * x + y * y, CONSTANT)
    store<i32>(record, -2 * x, PLACE_X)
    store<i32>(record, -2 * y, PLACE_Y)
  }
}

/** Writes the slots' terms of columns `first` to `end` − 1 of a cell, four columns after another. */
function fillTerms(scratch: usize, first: u32, end: u32, placeScale: i32, placeShift: i32): void {
  let terms = scratch + TERMS_AT
  for (let column = first; column < end; column += 4) {
    const places = i32x4.shl(i32x4.add(i32x4.splat(column), i32x4(0, 1, 2, 3)), PLACE_BITS)
    const x = i32x4.shr_s(i32x4.mul(places, i32x4.splat(placeScale)), placeShift)
    for (let slot: usize = 0; slot < SLOTS; slot++) {
      v128.store(terms, i32x4.mul(x, v128.load32_splat(scratch + slot * RECORD, PLACE_X)))
      terms += 16
    }
  }
}

/** Writes the slots' terms of a line of a cell. */
function setLine(scratch: usize, line: u32, placeScale: i32, placeShift: i32): void {
  const y = scaled(line << PLACE_BITS, placeScale, placeShift)
  for (let record = scratch; record < scratch + SUMS_AT; record += RECORD) {
    v128.store(record, i32x4.splat(load<i32>(record, CONSTANT) + y * load<i32>(record, PLACE_Y)), LINE)
  }
}

/** The results of the slots whose centres are nearest to four pixels. */
function nearestResults(w: v128, records: usize, terms: usize, fraction: i32, alpha: bool): v128 {
  let light = i32x4.shr_u(w, 20)
  let greenRed = v128.and(i32x4.shr_u(w, 10), i32x4.splat(1023))
  let blueYellow = v128.and(w, i32x4.splat(1023))
  if (alpha) {
    light = i32x4.shr_u(w, 23)
    greenRed = v128.and(i32x4.shr_u(w, 15), i32x4.splat(255))
    blueYellow = v128.and(i32x4.shr_u(w, 7), i32x4.splat(255))
  }
  const one = i16x8.shl(v128.or(light, i32x4.shl(greenRed, 16)), fraction)
  let other = i16x8.shl(blueYellow, fraction)
  if (alpha) other = v128.or(other, i32x4.shl(v128.and(w, i32x4.splat(127)), 18 + fraction))
  let least = i32x4.splat(i32.MAX_VALUE)
  let found = i32x4.splat(0)
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    const colors = i32x4.add(
      i32x4.dot_i16x8_s(one, v128.load(records)),
      i32x4.dot_i16x8_s(other, v128.load(records, 16)),
    )
    const places = i32x4.add(v128.load(records, LINE), v128.load(terms))
    const distance = i32x4.add(colors, places)
    found = v128.bitselect(v128.load(records, RESULT), found, i32x4.lt_s(distance, least))
    least = i32x4.min_s(least, distance)
    records += RECORD
    terms += 16
  }
  return found
}

/** Adds up to four pixels, column and row in the halves of `place`, to the sums of what was found for them. */
function addPixels(scratch: usize, words: usize, count: u32, place: u64, alpha: bool): void {
  for (let i: usize = 0; i < count; i++) {
    const word = load<u32>(words + (i << 2))
    const sums = scratch + SUMS_AT + <usize>load<u32>(scratch + FOUND_AT + (i << 2))
    let one = <u64>(word >> 20) | ((<u64>((word >> 10) & 1023)) << 32)
    let other = <u64>(word & 1023)
    if (alpha) {
      one = <u64>(word >> 23) | ((<u64>((word >> 15) & 255)) << 32)
      other = <u64>((word >> 7) & 255) | ((<u64>(word & 127)) << 26)
    }
    store<u64>(sums, load<u64>(sums) + one)
    store<u64>(sums, load<u64>(sums, 8) + other + ((<u64>1) << 49), 8)
    store<u64>(sums, load<u64>(sums, 16) + place + i, 16)
  }
}

/** A line of a strip: the labels of its pixels if they have an address, otherwise sums. */
function assignLine(
  scratch: usize,
  words: usize,
  labels: usize,
  width: u32,
  place: u64,
  fraction: i32,
  alpha: bool,
): void {
  let terms = scratch + TERMS_AT
  for (let x: u32 = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    const count = min(4, width - x)
    let from = words + at
    if (count < 4) {
      memory.copy(scratch + FOUND_AT, from, count << 2)
      from = scratch + FOUND_AT
    }
    const found = nearestResults(v128.load(from), scratch, terms, fraction, alpha)
    terms += TERMS
    if (labels && count === 4) {
      v128.store(labels + at, found)
      continue
    }
    v128.store(scratch + FOUND_AT, found)
    if (labels) memory.copy(labels + at, scratch + FOUND_AT, count << 2)
    else addPixels(scratch, words + at, count, place + x, alpha)
  }
}

/** Adds the sums of slots to a cell's, and sets them to 0. */
function flush(scratch: usize, partial: usize, left: u32, top: u32): void {
  for (let sums = scratch + SUMS_AT; sums < scratch + SUMS_AT + SLOTS * SUMMED; sums += SUMMED) {
    const one = load<u64>(sums)
    const other = load<u64>(sums, 8)
    const place = load<u64>(sums, 16)
    const count = other >> 49
    store<u64>(partial, load<u64>(partial) + count)
    store<u64>(partial, load<u64>(partial, 8) + (one & 0xffffffff), 8)
    store<u64>(partial, load<u64>(partial, 16) + (one >> 32), 16)
    store<u64>(partial, load<u64>(partial, 24) + (other & 0x3ffffff), 24)
    store<u64>(partial, load<u64>(partial, 32) + ((other >> 26) & 0x7fffff), 32)
    store<u64>(partial, load<u64>(partial, 40) + (place & 0xffffffff) + count * left, 40)
    store<u64>(partial, load<u64>(partial, 48) + (place >> 32) + count * top, 48)
    memory.fill(sums, 0, SUMMED)
    partial += PARTIAL
  }
}

/**
 * The nearest centres of the pixels of cells `first` to `end` − 1 in rows `top` to `bottom` − 1: labels if they have an
 * address, otherwise the cells' sums for their slots, from `partials` on for cell 0. Scratch memory: SCRATCH bytes.
 */
export function assignCells(
  scratch: usize,
  first: u32,
  end: u32,
  words: usize,
  centers: usize,
  labels: usize,
  partials: usize,
  width: u32,
  height: u32,
  columns: u32,
  rows: u32,
  top: u32,
  bottom: u32,
  fraction: i32,
  placeScale: i32,
  placeShift: i32,
  alpha: bool,
): void {
  for (let cell = first; cell < end; cell++) {
    const left = partStart(cell % columns, width, columns)
    const right = partStart((cell % columns) + 1, width, columns)
    const cellTop = partStart(cell / columns, height, rows)
    const cellBottom = min(bottom, partStart(cell / columns + 1, height, rows))
    const partial = partials + <usize>cell * (SLOTS * PARTIAL)
    fillRecords(scratch, cell, centers, columns, rows, left, cellTop, placeScale, placeShift, labels !== 0)
    memory.fill(scratch + SUMS_AT, 0, SLOTS * SUMMED)
    if (!labels) memory.fill(partial, 0, SLOTS * PARTIAL)
    let summed: u32 = 0
    for (let strip = left; strip < right; strip += STRIP) {
      const stripEnd = min(right, strip + STRIP)
      fillTerms(scratch, strip - left, stripEnd - left, placeScale, placeShift)
      for (let y = max(top, cellTop); y < cellBottom; y++) {
        setLine(scratch, y - cellTop, placeScale, placeShift)
        summed += stripEnd - strip
        if (!labels && summed > MOST_SUMMED) {
          flush(scratch, partial, left, cellTop)
          summed = stripEnd - strip
        }
        const at = (<usize>y * width + strip) << 2
        const place = ((<u64>(y - cellTop)) << 32) | (strip - left)
        const to = labels ? labels + at : 0
        assignLine(scratch, words + at, to, stripEnd - strip, place, alpha ? fraction + 2 : fraction, alpha)
      }
    }
    if (!labels) flush(scratch, partial, left, cellTop)
  }
}
