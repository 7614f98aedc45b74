// The nearest of the centroids that are listed for a block of 128 points, 8 points × 4 centroids in registers. Every score
// is found by the operations of nearest-direct.ts and nearest-expanded.ts in their order, so that it has the same bits.
import { square } from './panels'

const BLOCK: u32 = 128
const COLUMN_BYTES: usize = 512
/** Bytes of the moves of a block. */
const MOVES_BYTES: usize = 1024
const LIST: u32 = 64

/**
 * Keeps the new labels of blocks `first` to `end` − 1, and writes the moves of each and their number. `scratch` has 512
 * bytes, and for four centroids 32 and their coordinates, for as many as a list holds or all.
 */
export function nearestListed(
  scratch: usize,
  first: u32,
  end: u32,
  gathered: usize,
  order: usize,
  lists: usize,
  packed: usize,
  halfNorms: usize,
  labels: usize,
  moves: usize,
  counts: usize,
  rows: u32,
  columns: u32,
  groups: u32,
  direct: bool,
  anew: bool,
): void {
  const blocks = (rows + BLOCK - 1) / BLOCK
  const most = (<usize>max(LIST >> 2, groups)) << 4
  const ids = scratch + 512
  const norms = ids + most
  const list = norms + most
  for (let block = first; block < end; block++) {
    const at = lists + ((<usize>block) << 2)
    const count = load<u32>(at)
    let moved: u32 = 0
    if (count) {
      const stride = count > LIST ? 0 : (<usize>blocks) << 2
      const idsEnd = copyListed(at, stride, count, packed, halfNorms, ids, norms, list, columns, groups)
      const places = block * BLOCK
      const points = min(BLOCK, rows - places)
      const x = gathered + <usize>places * ((<usize>columns) << 2)
      for (let panel: usize = 0; panel < (<usize>points) << 2; panel += 32) {
        if (direct) compareDirect(x + panel, columns, ids, idsEnd, list, scratch + panel)
        else compareExpanded(x + panel, columns, ids, idsEnd, norms, list, scratch + panel)
      }
      moved = listBlock(scratch, order + ((<usize>places) << 2), points, labels, moves + block * MOVES_BYTES, anew)
    }
    store<u32>(counts + ((<usize>block) << 2), moved)
  }
}

/** Copies what is listed at `at`, or all if `stride` is 0, four by four, the last one repeated; returns the end of the ids. */
function copyListed(
  at: usize,
  stride: usize,
  count: u32,
  packed: usize,
  halfNorms: usize,
  ids: usize,
  norms: usize,
  list: usize,
  columns: u32,
  groups: u32,
): usize {
  const padded = (count + 3) & ~3
  for (let i: u32 = 0; i < padded; i++) {
    const place = min(i, count - 1)
    const c = stride ? load<u32>(at + <usize>(place + 1) * stride) : place
    const offset = (<usize>i) << 2
    store<u32>(ids + offset, c)
    store<f32>(norms + offset, load<f32>(halfNorms + ((<usize>c) << 2)))
    let from = packed + ((<usize>c) << 2)
    let to = list + <usize>(i >> 2) * ((<usize>columns) << 4) + ((<usize>(i & 3)) << 2)
    for (let column: u32 = 0; column < columns; column++) {
      store<f32>(to, load<f32>(from))
      from += (<usize>groups) << 4
      to += 16
    }
  }
  return ids + ((<usize>padded) << 2)
}

/** Keeps the new labels of a block, and returns the number of its moves. */
function listBlock(nearest: usize, order: usize, points: u32, labels: usize, moves: usize, anew: bool): u32 {
  let to = moves
  for (let slot: usize = 0; slot < (<usize>points) << 2; slot += 4) {
    const row = load<u32>(order + slot)
    const label = load<u32>(nearest + slot)
    const at = labels + ((<usize>row) << 2)
    const old = anew ? u32.MAX_VALUE : load<u32>(at)
    if (old === label) continue
    store<u32>(at, label)
    store<u32>(to, row)
    store<u32>(to, old, 4)
    to += 8
  }
  return <u32>((to - moves) >> 3)
}

/** Appends the moves of blocks `first` to `end` − 1 to those of a chunk, and returns their number in all. */
export function joinMoves(from: usize, counts: usize, first: u32, end: u32, moves: usize, count: u32): u32 {
  for (let block = first; block < end; block++) {
    const moved = load<u32>(counts + ((<usize>block) << 2))
    memory.copy(moves + ((<usize>count) << 3), from + block * MOVES_BYTES, (<usize>moved) << 3)
    count += moved
  }
  return count
}

function compareDirect(x: usize, columns: u32, ids: usize, idsEnd: usize, list: usize, nearest: usize): void {
  const xEnd = x + <usize>columns * COLUMN_BYTES
  let leastA = f32x4.splat(Infinity)
  let leastB = leastA
  let nearestA = i32x4.splat(0)
  let nearestB = nearestA
  let c = list
  for (let id = ids; id < idsEnd; id += 16) {
    let xa = v128.load(x)
    let xb = v128.load(x, 16)
    let y = v128.load32_splat(c)
    let a0 = square(xa, y)
    let b0 = square(xb, y)
    y = v128.load32_splat(c, 4)
    let a1 = square(xa, y)
    let b1 = square(xb, y)
    y = v128.load32_splat(c, 8)
    let a2 = square(xa, y)
    let b2 = square(xb, y)
    y = v128.load32_splat(c, 12)
    let a3 = square(xa, y)
    let b3 = square(xb, y)
    c += 16
    for (let at = x + COLUMN_BYTES; at < xEnd; at += COLUMN_BYTES) {
      xa = v128.load(at)
      xb = v128.load(at, 16)
      y = v128.load32_splat(c)
      a0 = f32x4.add(a0, square(xa, y))
      b0 = f32x4.add(b0, square(xb, y))
      y = v128.load32_splat(c, 4)
      a1 = f32x4.add(a1, square(xa, y))
      b1 = f32x4.add(b1, square(xb, y))
      y = v128.load32_splat(c, 8)
      a2 = f32x4.add(a2, square(xa, y))
      b2 = f32x4.add(b2, square(xb, y))
      y = v128.load32_splat(c, 12)
      a3 = f32x4.add(a3, square(xa, y))
      b3 = f32x4.add(b3, square(xb, y))
      c += 16
    }
    let index = v128.load32_splat(id)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a0, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b0, leastB))
    leastA = f32x4.pmin(leastA, a0)
    leastB = f32x4.pmin(leastB, b0)
    index = v128.load32_splat(id, 4)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a1, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b1, leastB))
    leastA = f32x4.pmin(leastA, a1)
    leastB = f32x4.pmin(leastB, b1)
    index = v128.load32_splat(id, 8)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a2, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b2, leastB))
    leastA = f32x4.pmin(leastA, a2)
    leastB = f32x4.pmin(leastB, b2)
    index = v128.load32_splat(id, 12)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a3, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b3, leastB))
    leastA = f32x4.pmin(leastA, a3)
    leastB = f32x4.pmin(leastB, b3)
  }
  v128.store(nearest, nearestA)
  v128.store(nearest, nearestB, 16)
}

function compareExpanded(
  x: usize,
  columns: u32,
  ids: usize,
  idsEnd: usize,
  norms: usize,
  list: usize,
  nearest: usize,
): void {
  const xEnd = x + <usize>columns * COLUMN_BYTES
  let leastA = f32x4.splat(Infinity)
  let leastB = leastA
  let nearestA = i32x4.splat(0)
  let nearestB = nearestA
  let norm = norms
  let c = list
  for (let id = ids; id < idsEnd; id += 16) {
    let a0 = v128.load32_splat(norm)
    let a1 = v128.load32_splat(norm, 4)
    let a2 = v128.load32_splat(norm, 8)
    let a3 = v128.load32_splat(norm, 12)
    let b0 = a0
    let b1 = a1
    let b2 = a2
    let b3 = a3
    norm += 16
    for (let at = x; at < xEnd; at += COLUMN_BYTES) {
      const xa = v128.load(at)
      const xb = v128.load(at, 16)
      let y = v128.load32_splat(c)
      a0 = f32x4.sub(a0, f32x4.mul(xa, y))
      b0 = f32x4.sub(b0, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 4)
      a1 = f32x4.sub(a1, f32x4.mul(xa, y))
      b1 = f32x4.sub(b1, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 8)
      a2 = f32x4.sub(a2, f32x4.mul(xa, y))
      b2 = f32x4.sub(b2, f32x4.mul(xb, y))
      y = v128.load32_splat(c, 12)
      a3 = f32x4.sub(a3, f32x4.mul(xa, y))
      b3 = f32x4.sub(b3, f32x4.mul(xb, y))
      c += 16
    }
    let index = v128.load32_splat(id)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a0, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b0, leastB))
    leastA = f32x4.pmin(leastA, a0)
    leastB = f32x4.pmin(leastB, b0)
    index = v128.load32_splat(id, 4)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a1, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b1, leastB))
    leastA = f32x4.pmin(leastA, a1)
    leastB = f32x4.pmin(leastB, b1)
    index = v128.load32_splat(id, 8)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a2, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b2, leastB))
    leastA = f32x4.pmin(leastA, a2)
    leastB = f32x4.pmin(leastB, b2)
    index = v128.load32_splat(id, 12)
    nearestA = v128.bitselect(index, nearestA, f32x4.lt(a3, leastA))
    nearestB = v128.bitselect(index, nearestB, f32x4.lt(b3, leastB))
    leastA = f32x4.pmin(leastA, a3)
    leastB = f32x4.pmin(leastB, b3)
  }
  v128.store(nearest, nearestA)
  v128.store(nearest, nearestB, 16)
}
