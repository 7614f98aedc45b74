// Lists of centroids in the form in which they are compared, four at a time: 16-bit halves x, y of each, then z, w, then
// the indices, in ascending order; the last centroid is repeated up to a multiple of four. They are made when they are first
// needed: a table has their addresses, 0 where there is none, and when the room is full, all are forgotten.

import { NONE } from './color-space'

/** Bytes of four centroids. */
export const GROUP_BYTES: usize = 48
/** Bytes of a cell's address and length in the table. */
const ENTRY_BYTES: usize = 8
/** The table's first entry: the address of the free room, and its end. */
const HEAD_BYTES: usize = 8

/** Prepares the table of `cells` lists in `scratch`, whose `bytes` must have room for it and the longest list. */
export function clearLists(scratch: usize, cells: u32, bytes: u32): void {
  const room = scratch + HEAD_BYTES + ENTRY_BYTES * (<usize>cells + 1)
  memory.fill(scratch, 0, room - scratch)
  store<u32>(scratch, (room + 15) & ~15)
  store<u32>(scratch, scratch + bytes, 4)
}

/** The address of a centroid's list and in the upper half its number of centroids. */
export function listOf(
  scratch: usize,
  cell: u32,
  cells: u32,
  lists: usize,
  counts: usize,
  centroids: usize,
  centroidCount: u32,
): u64 {
  const entry = scratch + HEAD_BYTES + ENTRY_BYTES * <usize>cell
  const found = load<u64>(entry)
  if (found !== 0) return found
  const length = load<u32>(counts + ((<usize>cell) << 2))
  if (length !== NONE) return packList(scratch, entry, lists + ((<usize>cell) << 2), length, cells, centroids)
  // All cells whose list did not fit share one, behind the last cell's.
  const shared = scratch + HEAD_BYTES + ENTRY_BYTES * <usize>cells
  let all = load<u64>(shared)
  if (all === 0) all = packList(scratch, shared, 0, centroidCount, cells, centroids)
  store<u64>(entry, all)
  return all
}

function packList(scratch: usize, entry: usize, from: usize, count: u32, cells: u32, centroids: usize): u64 {
  const end = load<u32>(scratch, 4)
  const size = ((<usize>count + 3) >> 2) * GROUP_BYTES
  if (load<u32>(scratch) + size > end) clearLists(scratch, cells, end - scratch)
  const list: usize = load<u32>(scratch)
  store<u32>(scratch, list + size)
  let to = list
  let k: u32 = 0
  for (let i: u32 = 0; i < ((count + 3) & ~3); i++) {
    if (i < count) {
      k = from === 0 ? i : load<u32>(from)
      if (from !== 0) from += (<usize>cells) << 2
    }
    const c = v128.load(centroids + ((<usize>k) << 4))
    const halves = i16x8.narrow_i32x4_u(c, c)
    store<u32>(to, i32x4.extract_lane(halves, 0))
    store<u32>(to, i32x4.extract_lane(halves, 1), 16)
    store<u32>(to, k, 32)
    to += (i & 3) === 3 ? GROUP_BYTES - 12 : 4
  }
  const packed = ((<u64>count) << 32) | list
  store<u64>(entry, packed)
  return packed
}

/** The squared lengths of four differences, in halves x, y and z, w. */
export function squaredLengths(xy: v128, zw: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(xy, xy), i32x4.dot_i16x8_s(zw, zw))
}

/** The least of four unsigned numbers. */
export function leastOf(v: v128): u32 {
  const pairs = i32x4.min_u(v, i32x4.shuffle(v, v, 2, 3, 0, 1))
  return min(<u32>i32x4.extract_lane(pairs, 0), <u32>i32x4.extract_lane(pairs, 1))
}

/** The lanes of four centroids whose last coordinate is `opaque`. */
export function opaqueLanes(group: usize, opaque: v128): v128 {
  return i32x4.eq(i32x4.shr_u(v128.load(group, 16), 16), opaque)
}

/** The nearest centroid of a list, or of its opaque ones: its index, and in the upper half the squared distance. */
function searchList(packed: u64, c: v128, only: bool, opaque: u32): u64 {
  const halves = i16x8.narrow_i32x4_u(c, c)
  const xy = i32x4.shuffle(halves, halves, 0, 0, 0, 0)
  const zw = i32x4.shuffle(halves, halves, 1, 1, 1, 1)
  const solid = i32x4.splat(opaque)
  let least = i32x4.splat(-1)
  let indices = i32x4.splat(0)
  let group = <usize>(packed & 0xffffffff)
  const end = group + ((<usize>(packed >> 32) + 3) >> 2) * GROUP_BYTES
  while (group < end) {
    let distances = squaredLengths(i16x8.sub(v128.load(group), xy), i16x8.sub(v128.load(group, 16), zw))
    if (only) distances = v128.or(distances, v128.not(opaqueLanes(group, solid)))
    const nearer = i32x4.min_u(distances, least)
    indices = v128.bitselect(indices, v128.load(group, 32), i32x4.eq(nearer, least))
    least = nearer
    group += GROUP_BYTES
  }
  const distance = leastOf(least)
  const index = leastOf(v128.or(indices, i32x4.ne(least, i32x4.splat(distance))))
  return ((<u64>distance) << 32) | index
}

/** The nearest centroid of a list, the lowest index among equals; for an opaque colour an opaque one, if there is any. */
export function nearestOf(packed: u64, c: v128, alpha: bool, opaque: u32): u64 {
  if (packed >> 32 === 0) return (<u64>NONE) << 32
  if (alpha && <u32>i32x4.extract_lane(c, 3) === opaque) {
    const nearest = searchList(packed, c, true, opaque)
    if (nearest >> 32 !== <u64>NONE) return nearest
  }
  return searchList(packed, c, false, opaque)
}
