// Nearest clusters, and distances of all pairs, 8 points × 4 others in registers.
import { copyGroups, measuresTo } from './measures'

/** Clusters that a panel of queries is compared with at a time. */
const TILE: u32 = 64

/** Numbers of a dispatch in memory: addresses, sizes, and flags. */
@unmanaged
class Search {
  queries: u32 = 0
  slice: u32 = 0
  found: u32 = 0
  clusters: u32 = 0
  columns: u32 = 0
  queryGroups: u32 = 0
  firstOfSlice: u32 = 0
  sliceGroups: u32 = 0
  ward: u32 = 0
  manhattan: u32 = 0
}

/** Takes the nearest of `count` clusters, whose measures are at `at`, every 32 bytes, for a group of queries at `x`. */
function takeNearest(
  task: Search,
  at: usize,
  x: usize,
  columnBytes: usize,
  number: u32,
  count: u32,
  found: usize,
): void {
  const weight = v128.load(x + task.columns * columnBytes)
  const own = i32x4.trunc_sat_f32x4_u(v128.load(x + (task.columns + 1) * columnBytes))
  let least = v128.load(found)
  let nearest = v128.load(found, 16)
  let index = i32x4.splat(number)
  const others = task.slice + (((<usize>task.columns * task.sliceGroups) << 4) - ((<usize>task.firstOfSlice) << 4))
  let inverse = others + ((<usize>number) << 2)
  for (const end = at + ((<usize>count) << 5); at < end; at += 32) {
    let measure = v128.load(at)
    if (task.ward) measure = f32x4.div(measure, f32x4.add(weight, v128.load32_splat(inverse)))
    const nearer = v128.andnot(f32x4.lt(measure, least), i32x4.eq(own, index))
    least = v128.bitselect(measure, least, nearer)
    nearest = v128.bitselect(index, nearest, nearer)
    index = i32x4.add(index, i32x4.splat(1))
    inverse += 4
  }
  v128.store(found, least)
  v128.store(found, nearest, 16)
}

/**
 * Finds the nearest clusters of groups `first` to `end` − 1 of the queries. `scratch` has the coordinates of the slice, those of
 * 8 queries, and 2 048 bytes.
 */
export function nearestClusters(scratch: usize, first: u32, end: u32, at: usize): void {
  const task = changetype<Search>(at)
  const columns = task.columns
  const groupBytes = (<usize>columns) << 4
  const panel = scratch + task.sliceGroups * groupBytes
  const panelEnd = panel + (groupBytes << 1)
  const columnBytes = (<usize>task.queryGroups) << 4
  const firstOther = task.firstOfSlice << 2
  const others = min(task.sliceGroups << 2, task.clusters - firstOther)
  copyGroups(task.slice, (<usize>task.sliceGroups) << 4, task.sliceGroups, columns, scratch, 16, groupBytes)
  for (let own = first; own < end; own += 2) {
    const groups: u32 = own + 1 < end ? 2 : 1
    const queries = task.queries + ((<usize>own) << 4)
    const found = task.found + ((<usize>own) << 5)
    copyGroups(queries, columnBytes, groups, columns, panel, 32, 16)
    for (let half: usize = 0; half < groups && !firstOther; half++) {
      v128.store(found + (half << 5), f32x4.splat(3.4e38))
      v128.store(found + (half << 5), i32x4.splat(-1), 16)
    }
    for (let other: u32 = 0; other < others; other += TILE) {
      const count = min(TILE, others - other)
      const packed = scratch + (other >> 2) * groupBytes
      const packedEnd = packed + ((count + 3) >> 2) * groupBytes
      if (task.manhattan) measuresTo<u8>(panel, panelEnd, packed, packedEnd, panelEnd)
      else measuresTo<u32>(panel, panelEnd, packed, packedEnd, panelEnd)
      for (let half: usize = 0; half < groups; half++) {
        const tile = panelEnd + (half << 4)
        takeNearest(task, tile, queries + (half << 4), columnBytes, firstOther + other, count, found + (half << 5))
      }
    }
  }
}

/** Numbers of a dispatch in memory, as those above. */
@unmanaged
class Pairs {
  columnPoints: u32 = 0
  /** The first row of the dispatch. */
  rowPoints: u32 = 0
  /** The first distance of the dispatch. */
  distances: u32 = 0
  columns: u32 = 0
  columnGroups: u32 = 0
  rowGroups: u32 = 0
  rooted: u32 = 0
  stride: u32 = 0
  /** Points of the clusters of rows, and of columns. */
  members: u32 = 0
  others: u32 = 0
  complete: u32 = 0
  manhattan: u32 = 0
}

/** Takes 4 × 8 distances of a pair of points into those of their clusters. */
function unite(task: Pairs, tile: usize, to: usize, begins: bool): void {
  const factor = f32x4.splat(<f32>(task.members * task.others))
  for (let at: usize = 0; at < 128; at += 16) {
    let distance = v128.load(tile + at)
    if (task.rooted) distance = f32x4.sqrt(distance)
    const known = begins ? f32x4.splat(0) : v128.load(to + at)
    v128.store(to + at, task.complete ? f32x4.pmax(known, distance) : f32x4.add(known, f32x4.div(distance, factor)))
  }
}

/**
 * The distances of groups `first` to `end` − 1 of the rows to all columns. `scratch` has the coordinates of the rows' members,
 * those of 8 columns' members, and 256 bytes.
 */
export function pairDistances(scratch: usize, first: u32, end: u32, at: usize): void {
  const task = changetype<Pairs>(at)
  const columns = task.columns
  const groupBytes = (<usize>columns) << 4
  const memberBytes = (end - first) * groupBytes
  const panels = scratch + task.members * memberBytes
  const tile = panels + ((task.others * groupBytes) << 1)
  const rowBytes = (<usize>task.stride) << 4
  for (let member: u32 = 0; member < task.members; member++) {
    const from = task.rowPoints + ((<usize>(member * columns * task.rowGroups + first)) << 4)
    copyGroups(from, (<usize>task.rowGroups) << 4, end - first, columns, scratch + member * memberBytes, 16, groupBytes)
  }
  for (let column: u32 = 0; column < task.columnGroups; column += 2) {
    const groups = min<u32>(2, task.columnGroups - column)
    for (let other: u32 = 0; other < task.others; other++) {
      const from = task.columnPoints + ((<usize>(other * columns * task.columnGroups + column)) << 4)
      const panel = panels + ((other * groupBytes) << 1)
      copyGroups(from, (<usize>task.columnGroups) << 4, groups, columns, panel, 32, 16)
    }
    for (let row = first; row < end; row++) {
      for (let pair: u32 = 0; pair < task.members * task.others; pair++) {
        const panel = panels + (((pair % task.others) * groupBytes) << 1)
        const packed = scratch + (pair / task.others) * memberBytes + (row - first) * groupBytes
        const panelEnd = panel + (groupBytes << 1)
        if (task.manhattan) measuresTo<u8>(panel, panelEnd, packed, packed + groupBytes, tile)
        else measuresTo<u32>(panel, panelEnd, packed, packed + groupBytes, tile)
        unite(task, tile, tile + 128, pair === 0)
      }
      let to = task.distances + ((<usize>row) << 2) * rowBytes + ((<usize>column) << 4)
      for (let from = tile + 128; from < tile + 256; from += 32) {
        v128.store(to, v128.load(from))
        if (groups > 1) v128.store(to, v128.load(from, 16), 16)
        to += rowBytes
      }
    }
  }
}
