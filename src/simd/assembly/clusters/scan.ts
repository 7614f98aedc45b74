// The nearest of all points by comparing with each, 8 queries × 4 points in registers. A tile of the points that fits a
// core's first cache is copied once, group after group, for all queries of a thread.
import { copyGroups, term } from './measures'

/** Numbers of a scan in memory: addresses, sizes, and places. */
@unmanaged
class Scan {
  queries: u32 = 0
  slice: u32 = 0
  floors: u32 = 0
  nearest: u32 = 0
  columns: u32 = 0
  /** Vectors of a group: two more than `columns` with OTHERS. */
  width: u32 = 0
  kept: u32 = 0
  queryGroups: u32 = 0
  firstOfSlice: u32 = 0
  sliceGroups: u32 = 0
  end: u32 = 0
  /** Groups of points that are copied together. */
  tile: u32 = 0
  manhattan: u32 = 0
}

/** Sorts a point into the list of a query, whose last entry is at `last`, unless it comes before the query's floor. */
function insert(list: usize, last: usize, floor: usize, measure: f32, number: u32): void {
  const least = load<f32>(floor)
  if (measure < least || (measure === least && number <= load<u32>(floor, 16))) return
  let at = last
  while (at > list && measure < load<f32>(at - 32)) {
    store<f32>(at, load<f32>(at - 32))
    store<u32>(at, load<u32>(at - 16), 16)
    at -= 32
  }
  store<f32>(at, measure)
  store<u32>(at, number, 16)
}

/**
 * Takes a point at `y` into the lists of the four queries at `x`, group `own`, that it is near to; with OTHERS their
 * components and core measures follow the `columns`. `room` has 16 bytes.
 */
function consider(scan: Scan, sum: v128, x: usize, y: usize, own: u32, number: u32, room: usize): void {
  if (number >= scan.end) return
  if (scan.width > scan.columns) {
    const component = (<usize>scan.columns) << 4
    sum = f32x4.pmax(f32x4.pmax(sum, v128.load(x + 2 * component + 32)), v128.load32_splat(y + component + 16))
    const isOwn = f32x4.eq(v128.load(x + 2 * component), v128.load32_splat(y + component))
    sum = v128.bitselect(f32x4.splat(Infinity), sum, isOwn)
  }
  const list = scan.nearest + ((<usize>own * scan.kept) << 5)
  const last = list + ((<usize>scan.kept - 1) << 5)
  v128.store(room, sum)
  for (let near = i32x4.bitmask(f32x4.lt(sum, v128.load(last))); near; near &= near - 1) {
    const lane = (<usize>ctz(near)) << 2
    insert(list + lane, last + lane, scan.floors + ((<usize>own) << 5) + lane, load<f32>(room + lane), number)
  }
}

/** Compares groups `own` and, unless it is `single`, `own` + 1 of the queries, at `panel`, with those of points at `y`. */
function compare<T>(scan: Scan, panel: usize, y: usize, yEnd: usize, own: u32, single: bool, number: u32): void {
  const groupBytes = (<usize>scan.width) << 4
  const panelEnd = panel + ((<usize>scan.columns) << 5)
  const room = panel + ((<usize>scan.width) << 5)
  const lastA = scan.nearest + ((<usize>(own + 1) * scan.kept - 1) << 5)
  const lastB = lastA + ((<usize>scan.kept) << 5)
  let farA = v128.load(lastA)
  let farB = single ? f32x4.splat(-1) : v128.load(lastB)
  for (; y < yEnd; y += groupBytes) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let b0 = a0
    let b1 = a0
    let b2 = a0
    let b3 = a0
    let c = y
    for (let x = panel; x < panelEnd; x += 32) {
      const xa = v128.load(x)
      const xb = v128.load(x, 16)
      let value = v128.load32_splat(c)
      a0 = f32x4.add(a0, term<T>(xa, value))
      b0 = f32x4.add(b0, term<T>(xb, value))
      value = v128.load32_splat(c, 4)
      a1 = f32x4.add(a1, term<T>(xa, value))
      b1 = f32x4.add(b1, term<T>(xb, value))
      value = v128.load32_splat(c, 8)
      a2 = f32x4.add(a2, term<T>(xa, value))
      b2 = f32x4.add(b2, term<T>(xb, value))
      value = v128.load32_splat(c, 12)
      a3 = f32x4.add(a3, term<T>(xa, value))
      b3 = f32x4.add(b3, term<T>(xb, value))
      c += 16
    }
    const nearA = f32x4.lt(f32x4.pmin(f32x4.pmin(a0, a1), f32x4.pmin(a2, a3)), farA)
    if (v128.any_true(nearA)) {
      consider(scan, a0, panel, y, own, number, room)
      consider(scan, a1, panel, y + 4, own, number + 1, room)
      consider(scan, a2, panel, y + 8, own, number + 2, room)
      consider(scan, a3, panel, y + 12, own, number + 3, room)
      farA = v128.load(lastA)
    }
    const nearB = f32x4.lt(f32x4.pmin(f32x4.pmin(b0, b1), f32x4.pmin(b2, b3)), farB)
    if (v128.any_true(nearB)) {
      consider(scan, b0, panel + 16, y, own + 1, number, room)
      consider(scan, b1, panel + 16, y + 4, own + 1, number + 1, room)
      consider(scan, b2, panel + 16, y + 8, own + 1, number + 2, room)
      consider(scan, b3, panel + 16, y + 12, own + 1, number + 3, room)
      farB = v128.load(lastB)
    }
    number += 4
  }
}

/**
 * Takes the points of a slice into the lists of groups `first` to `end` − 1 of the queries. `scratch` has a tile of points,
 * two groups of queries, and 16 bytes.
 */
export function scanPoints(scratch: usize, first: u32, end: u32, at: usize): void {
  const scan = changetype<Scan>(at)
  const width = scan.width
  const columnBytes = (<usize>scan.queryGroups) << 4
  const groupBytes = (<usize>width) << 4
  const panel = scratch + scan.tile * groupBytes
  for (let from: u32 = 0; from < scan.sliceGroups; from += scan.tile) {
    const count = min(scan.tile, scan.sliceGroups - from)
    const slice = scan.slice + ((<usize>from) << 4)
    copyGroups(slice, (<usize>scan.sliceGroups) << 4, count, width, scratch, 16, groupBytes)
    const scratchEnd = scratch + count * groupBytes
    const number = scan.firstOfSlice + 4 * from
    for (let own = first; own < end; own += 2) {
      const single = own + 1 === end
      const queries = scan.queries + ((<usize>own) << 4)
      copyGroups(queries, columnBytes, single ? 1 : 2, width, panel, 32, 16)
      if (scan.manhattan) compare<u8>(scan, panel, scratch, scratchEnd, own, single, number)
      else compare<u32>(scan, panel, scratch, scratchEnd, own, single, number)
    }
  }
}
