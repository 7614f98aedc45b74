import { clearLists, GROUP_BYTES, leastOf, listOf, opaqueLanes, squaredLengths } from './color-lists'
import { AXIS_BITS, cellOf, NONE } from './color-space'

/**
 * Cells `first` to `end` − 1 of list-candidates. `scratch` has 4 bytes for every centroid, and `listBytes` for the lists of
 * parent cells.
 */
export function listCells(
  scratch: usize,
  first: u32,
  end: u32,
  centroids: usize,
  occupied: usize,
  parentLists: usize,
  parentCounts: usize,
  lists: usize,
  counts: usize,
  cellCount: u32,
  bits: u32,
  parentBits: u32,
  centroidCount: u32,
  capacity: u32,
  opaque: u32,
  narrow: u32,
  alpha: bool,
  listBytes: u32,
): void {
  const mask: u32 = (1 << bits) - 1
  const axes: u32 = alpha ? 4 : 3
  const shift = AXIS_BITS - bits
  const sideways = shift - narrow
  const last: u32 = alpha ? (1 << shift) - 1 : 0
  const size = i32x4((1 << shift) - 1, (1 << sideways) - 1, (1 << sideways) - 1, last)
  const parents: u32 = 1 << (axes * parentBits)
  const packed = scratch + 16 * <usize>((centroidCount + 3) >> 2)
  clearLists(packed, parents, listBytes)
  for (let cell = first; cell < end; cell++) {
    if (load<u32>(occupied + ((<usize>cell) << 2)) === 0) continue
    const rgb = alpha ? cell >> bits : cell
    const w: u32 = alpha ? (cell & mask) << shift : 0
    const low = i32x4(
      ((rgb >> (2 * bits)) & mask) << shift,
      ((rgb >> bits) & mask) << sideways,
      (rgb & mask) << sideways,
      w,
    )
    const high = i32x4.add(low, size)
    const parent = cellOf(low, parentBits, narrow, alpha)
    const list = listOf(packed, parent, parents, parentLists, parentCounts, centroids, centroidCount)
    const bounds = measureCell(list, low, high, scratch, opaque, alpha)
    const both = alpha && <u32>i32x4.extract_lane(high, 3) >= opaque
    const to = lists + ((<usize>cell) << 2)
    const found = takeNear(list, scratch, bounds, both, opaque, to, cellCount, capacity)
    store<u32>(counts + ((<usize>cell) << 2), found > capacity ? NONE : found)
  }
}

/**
 * Writes the squared distance of each listed centroid from a cell; returns the least squared distance within which a
 * centroid has the whole cell, and in the upper half the same for opaque ones.
 */
function measureCell(list: u64, low: v128, high: v128, to: usize, opaque: u32, alpha: bool): u64 {
  const lows = i16x8.narrow_i32x4_u(low, low)
  const highs = i16x8.narrow_i32x4_u(high, high)
  const lowXy = i32x4.shuffle(lows, lows, 0, 0, 0, 0)
  const lowZw = i32x4.shuffle(lows, lows, 1, 1, 1, 1)
  const highXy = i32x4.shuffle(highs, highs, 0, 0, 0, 0)
  const highZw = i32x4.shuffle(highs, highs, 1, 1, 1, 1)
  const zero = i32x4.splat(0)
  const solid = i32x4.splat(opaque)
  let bounds = i32x4.splat(-1)
  let opaqueBounds = i32x4.splat(-1)
  let group = <usize>(list & 0xffffffff)
  const end = group + ((<usize>(list >> 32) + 3) >> 2) * GROUP_BYTES
  while (group < end) {
    const xy = v128.load(group)
    const zw = v128.load(group, 16)
    const aboveXy = i16x8.sub(highXy, xy)
    const belowXy = i16x8.sub(xy, lowXy)
    const aboveZw = i16x8.sub(highZw, zw)
    const belowZw = i16x8.sub(zw, lowZw)
    const farXy = i16x8.max_s(aboveXy, belowXy)
    const farZw = i16x8.max_s(aboveZw, belowZw)
    bounds = i32x4.min_u(bounds, squaredLengths(farXy, farZw))
    if (alpha) {
      const flat = squaredLengths(farXy, v128.and(farZw, i32x4.splat(0xffff)))
      opaqueBounds = i32x4.min_u(opaqueBounds, v128.or(flat, v128.not(opaqueLanes(group, solid))))
    }
    const nearXy = i16x8.min_s(i16x8.min_s(aboveXy, belowXy), zero)
    const nearZw = i16x8.min_s(i16x8.min_s(aboveZw, belowZw), zero)
    v128.store(to, squaredLengths(nearXy, nearZw))
    group += GROUP_BYTES
    to += 16
  }
  return ((<u64>leastOf(opaqueBounds)) << 32) | leastOf(bounds)
}

/** Writes the centroids that can be nearest in a cell to its list, as many as fit; returns their number. */
function takeNear(
  list: u64,
  measured: usize,
  bounds: u64,
  both: bool,
  opaque: u32,
  to: usize,
  cellCount: u32,
  capacity: u32,
): u32 {
  const bound = <u32>bounds
  const near = i32x4.splat(bound)
  const wider = i32x4.splat(max(bound, <u32>(bounds >> 32)))
  const solid = i32x4.splat(opaque)
  let found: u32 = 0
  let group = <usize>(list & 0xffffffff)
  for (let left = <i32>(list >> 32); left > 0; left -= 4) {
    const within = both ? v128.bitselect(wider, near, opaqueLanes(group, solid)) : near
    let lanes: u32 = i32x4.bitmask(i32x4.le_u(v128.load(measured), within))
    // The last centroid is repeated.
    if (left < 4) lanes &= (1 << left) - 1
    for (; lanes !== 0; lanes &= lanes - 1) {
      const k = load<u32>(group + ((<usize>ctz(lanes)) << 2), 32)
      if (found < capacity) store<u32>(to + ((<usize>found * cellCount) << 2), k)
      found++
    }
    group += GROUP_BYTES
    measured += 16
  }
  return found
}
