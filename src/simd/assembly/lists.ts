import { square } from './panels'

const LIST: u32 = 64

/** Writes for every centroid of `groups` of four whether a coordinate differs from the former one. */
export function markMoved(packed: usize, former: usize, moved: usize, columns: u32, groups: u32): void {
  const columnBytes = (<usize>groups) << 4
  for (let offset: usize = 0; offset < columnBytes; offset += 16) {
    let differ = i32x4.splat(0)
    let at = offset
    for (let column: u32 = 0; column < columns; column++) {
      differ = v128.or(differ, f32x4.ne(v128.load(packed + at), v128.load(former + at)))
      at += columnBytes
    }
    v128.store(moved + offset, differ)
  }
}

/**
 * Lists the centroids that can be the nearest of a point of blocks `first` (a multiple of 4) to `end` − 1, four blocks in the
 * lanes of registers: list-centroids.wgsl. `scratch` has 16 bytes for each column and two more, and for each centroid.
 */
export function listCentroids(
  scratch: usize,
  first: u32,
  end: u32,
  balls: usize,
  packed: usize,
  moved: usize,
  lists: usize,
  blocks: u32,
  columns: u32,
  groups: u32,
  centroidCount: u32,
  direct: bool,
  anew: bool,
): void {
  const squares = scratch + ((<usize>(columns + 2)) << 4)
  const share = <f32>Math.sqrt(<f64>(columns + 8) / 1048576)
  for (let block = first; block < end; block += 4) {
    fillBalls(balls, scratch, block, blocks, columns)
    const least = f32x4.sqrt(fillSquares(scratch, squares, packed, columns, groups))
    const radius = v128.load(squares - 32)
    const double = f32x4.add(radius, radius)
    let scope = radius
    if (!direct) scope = f32x4.add(scope, f32x4.mul(v128.load(squares - 16), f32x4.splat(2)))
    const sum = f32x4.add(f32x4.add(least, double), f32x4.mul(scope, f32x4.splat(share)))
    const limit = f32x4.add(f32x4.div(sum, f32x4.splat(1 - share)), f32x4.splat(1e-15))
    v128.store(scratch, f32x4.mul(limit, limit))
    for (let lane: u32 = 0; lane < min(4, end - block); lane++) {
      const at = (<usize>lane) << 2
      listOf(
        squares + at,
        load<f32>(scratch + at),
        moved,
        lists + ((<usize>(block + lane)) << 2),
        blocks,
        centroidCount,
        anew,
      )
    }
  }
}

/** Writes the means, the radii and the lengths of four blocks, side by side; the last block is repeated. */
function fillBalls(balls: usize, to: usize, block: u32, blocks: u32, columns: u32): void {
  let row = balls
  for (let column: u32 = 0; column < columns + 2; column++) {
    for (let lane: u32 = 0; lane < 4; lane++) {
      store<f32>(to + ((<usize>lane) << 2), load<f32>(row + ((<usize>min(block + lane, blocks - 1)) << 2)))
    }
    row += (<usize>blocks) << 2
    to += 16
  }
}

/** Writes the squared distances of four means from all centroids, and returns the least ones. */
function fillSquares(means: usize, to: usize, packed: usize, columns: u32, groups: u32): v128 {
  const columnBytes = (<usize>groups) << 4
  const end = means + ((<usize>columns) << 4)
  let least = f32x4.splat(Infinity)
  for (let group = packed; group < packed + columnBytes; group += 16) {
    let s0 = f32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let c = group
    for (let mean = means; mean < end; mean += 16) {
      const m = v128.load(mean)
      s0 = f32x4.add(s0, square(m, v128.load32_splat(c)))
      s1 = f32x4.add(s1, square(m, v128.load32_splat(c, 4)))
      s2 = f32x4.add(s2, square(m, v128.load32_splat(c, 8)))
      s3 = f32x4.add(s3, square(m, v128.load32_splat(c, 12)))
      c += columnBytes
    }
    v128.store(to, s0)
    v128.store(to, s1, 16)
    v128.store(to, s2, 32)
    v128.store(to, s3, 48)
    to += 64
    least = f32x4.pmin(least, f32x4.pmin(f32x4.pmin(s0, s1), f32x4.pmin(s2, s3)))
  }
  return least
}

/** Writes a block's list: the centroids whose squares (16 bytes apart) are at most `limit`. */
function listOf(
  squares: usize,
  limit: f32,
  moved: usize,
  list: usize,
  blocks: u32,
  centroidCount: u32,
  anew: bool,
): void {
  const stride = (<usize>blocks) << 2
  let changed: bool = anew
  let count: u32 = 0
  let at = list
  for (let c: u32 = 0; c < centroidCount; c++) {
    if (load<f32>(squares + ((<usize>c) << 4)) > limit) continue
    if (++count > LIST) break
    at += stride
    if (load<u32>(at) !== c || load<u32>(moved + ((<usize>c) << 2))) changed = true
    store<u32>(at, c)
  }
  const isLong = count > LIST
  at += stride
  if (isLong || load<u32>(at) !== u32.MAX_VALUE) changed = true
  store<u32>(at, isLong ? 0 : u32.MAX_VALUE)
  store<u32>(list, isLong ? centroidCount : changed ? count : 0)
}
