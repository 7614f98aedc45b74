import { cellOf, pointOf, squaredLength, srgbOf } from './color-space'
import { oklabOf } from './oklab'

/** Bytes of a cell's moments: n, the sums of four coordinates, and that of their squares. */
const CELL_BYTES: usize = 48

function spaceOf(color: u32, transfer: usize, oklab: bool, alpha: bool): v128 {
  return oklab ? oklabOf(color, transfer, alpha) : srgbOf(color, alpha)
}

/** Marks the cells of colours `first` to `end` − 1, and writes two words of coordinates each if `packed`. */
export function placePoints(
  _: usize,
  first: u32,
  end: u32,
  colors: usize,
  transfer: usize,
  points: usize,
  occupied: usize,
  bits: u32,
  cellCount: u32,
  coarseBits: u32,
  oklab: bool,
  alpha: bool,
  packed: bool,
): void {
  const narrow: u32 = oklab ? 1 : 0
  for (let i = first; i < end; i++) {
    const c = spaceOf(load<u32>(colors + ((<usize>i) << 2)), transfer, oklab, alpha)
    if (packed) v128.store64_lane(points + ((<usize>i) << 3), i16x8.narrow_i32x4_u(c, c), 0)
    store<u32>(occupied + ((<usize>cellOf(c, bits, narrow, alpha)) << 2), 1)
    store<u32>(occupied + ((<usize>(cellCount + cellOf(c, coarseBits, narrow, alpha))) << 2), 1)
  }
}

/** Adds `count` times the colour to the moments of its cell. */
function addMoments(cell: usize, c: v128, count: u64): void {
  store<u64>(cell, load<u64>(cell) + count)
  store<u64>(cell, load<u64>(cell, 8) + count * <u32>i32x4.extract_lane(c, 0), 8)
  store<u64>(cell, load<u64>(cell, 16) + count * <u32>i32x4.extract_lane(c, 1), 16)
  store<u64>(cell, load<u64>(cell, 24) + count * <u32>i32x4.extract_lane(c, 2), 24)
  store<u64>(cell, load<u64>(cell, 32) + count * <u32>i32x4.extract_lane(c, 3), 32)
  store<u64>(cell, load<u64>(cell, 40) + count * squaredLength(c), 40)
}

/** Adds the colours to the moments of their cells, in multiples of 2^shift. */
export function sumMoments(
  points: usize,
  weights: usize,
  moments: usize,
  colorCount: u32,
  bits: u32,
  shift: u32,
  skipTransparent: bool,
  opaque: u32,
  narrow: u32,
  alpha: bool,
  packed: bool,
): void {
  const last: u32 = (1 << bits) - 1
  const half = i32x4.splat((1 << shift) >> 1)
  for (let i: u32 = 0; i < colorCount; i++) {
    const c = pointOf(points, i, packed, alpha)
    const w = <u32>i32x4.extract_lane(c, 3)
    if (alpha && w === 0 && skipTransparent) continue
    const rounded = i32x4.shr_u(i32x4.add(c, half), shift)
    let cell = cellOf(i32x4.shl(rounded, shift), bits, narrow, alpha)
    // The last cells are those of opaque colours.
    if (alpha && w !== opaque && (cell & last) === last) cell -= min(last, 1)
    addMoments(moments + CELL_BYTES * cell, rounded, load<u32>(weights + ((<usize>i) << 2)))
  }
}

/** Sums weight × squared distance between colours and their entries, of each block `first` to `end` − 1 of colours. */
export function measureBlocks(
  _: usize,
  first: u32,
  end: u32,
  blockColors: u32,
  firstColor: u32,
  endColor: u32,
  colors: usize,
  weights: usize,
  labels: usize,
  entries: usize,
  transfer: usize,
  sums: usize,
  oklab: bool,
  alpha: bool,
): void {
  for (let block = first; block < end; block++) {
    const begin = firstColor + block * blockColors
    let sum: u64 = 0
    for (let i = begin; i < min(begin + blockColors, endColor); i++) {
      const at = (<usize>i) << 2
      const c = spaceOf(load<u32>(colors + at), transfer, oklab, alpha)
      const entry = v128.load(entries + ((<usize>load<u32>(labels + at)) << 4))
      sum += <u64>load<u32>(weights + at) * squaredLength(i32x4.sub(c, entry))
    }
    store<u64>(sums + ((<usize>block) << 3), sum)
  }
}

/** Adds 64-bit numbers to the one at `to`. */
export function addNumbers(numbers: usize, count: u32, to: usize): void {
  let sum = load<u64>(to)
  for (let at = numbers; at < numbers + ((<usize>count) << 3); at += 8) sum += load<u64>(at)
  store<u64>(to, sum)
}
