import { AXIS_BITS, cellOf, NONE, squaredLength } from './color-space'

/** Cells `first` to `end` − 1 of list-candidates. `scratch` has 8 bytes for every centroid. */
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
): void {
  const mask: u32 = (1 << bits) - 1
  const axes: u32 = alpha ? 4 : 3
  const shift = AXIS_BITS - bits
  const sideways = shift - narrow
  const last: u32 = alpha ? (1 << shift) - 1 : 0
  const size = i32x4((1 << shift) - 1, (1 << sideways) - 1, (1 << sideways) - 1, last)
  const listBytes = (<usize>4) << (axes * parentBits)
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
    const parent: usize = cellOf(low, parentBits, narrow, alpha)
    const length = load<u32>(parentCounts + (parent << 2))
    const list = length === NONE ? 0 : parentLists + (parent << 2)
    const count = length === NONE ? centroidCount : length
    const bounds = measureCell(centroids, list, listBytes, count, low, high, scratch, opaque, alpha)
    const both = alpha && <u32>i32x4.extract_lane(high, 3) >= opaque
    const found = takeNear(
      scratch,
      count,
      centroids,
      bounds,
      both,
      opaque,
      lists + ((<usize>cell) << 2),
      cellCount,
      capacity,
    )
    store<u32>(counts + ((<usize>cell) << 2), found > capacity ? NONE : found)
  }
}

/**
 * Writes each listed centroid and its squared distance from a cell; returns the least squared distance within which a
 * centroid has the whole cell, and in the upper half the same for opaque ones.
 */
function measureCell(
  centroids: usize,
  list: usize,
  listBytes: usize,
  count: u32,
  low: v128,
  high: v128,
  to: usize,
  opaque: u32,
  alpha: bool,
): u64 {
  let bound = NONE
  let opaqueBound = NONE
  for (let i: u32 = 0; i < count; i++) {
    const k = list === 0 ? i : load<u32>(list)
    if (list !== 0) list += listBytes
    const c = v128.load(centroids + ((<usize>k) << 4))
    const above = i32x4.sub(high, c)
    const below = i32x4.sub(c, low)
    const far = i32x4.max_s(above, below)
    const near = i32x4.max_s(i32x4.neg(i32x4.min_s(above, below)), i32x4.splat(0))
    bound = min(bound, squaredLength(far))
    if (alpha && <u32>i32x4.extract_lane(c, 3) === opaque) {
      opaqueBound = min(opaqueBound, squaredLength(i32x4.replace_lane(far, 3, 0)))
    }
    store<u32>(to, k)
    store<u32>(to, squaredLength(near), 4)
    to += 8
  }
  return ((<u64>opaqueBound) << 32) | bound
}

/** Writes the centroids that can be nearest in a cell to its list, as many as fit; returns their number. */
function takeNear(
  measured: usize,
  count: u32,
  centroids: usize,
  bounds: u64,
  both: bool,
  opaque: u32,
  list: usize,
  cellCount: u32,
  capacity: u32,
): u32 {
  const bound = <u32>bounds
  const wider = max(bound, <u32>(bounds >> 32))
  let found: u32 = 0
  for (const end = measured + ((<usize>count) << 3); measured < end; measured += 8) {
    const k = load<u32>(measured)
    const widens = both && load<u32>(centroids + ((<usize>k) << 4), 12) === opaque
    if (load<u32>(measured, 4) > (widens ? wider : bound)) continue
    if (found < capacity) store<u32>(list + ((<usize>found * cellCount) << 2), k)
    found++
  }
  return found
}
