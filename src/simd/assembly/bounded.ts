// The nearest centroid of every point by bounds: nearest-bounded.wgsl. Where few centroids are candidates, their distances
// are found one point at a time, along its columns, and decide unless they differ by less than their errors; then the scores
// of nearest-expanded.ts are found by its operations in their order, which have the same bits. Points with many candidates
// are collected, and compared with all centroids, 8 points at a time.
// biome-ignore lint/style/useImportType: AssemblyScript has no imports of types
import { Bounds, compareAll, DOWN, errorOf, FAR, slackOf, TINY, UP } from './bounded-all'
import { copyPoint, exactScoreOf, scoreOf, scoresOf } from './bounded-scores'

/** Maximum number of centroids whose distances a point does not separate. */
const CLOSE: u32 = 8
const NONE: u32 = u32.MAX_VALUE

/**
 * Lists at `ids` the centroids that may be as near as `limit`, by the bounds at `at`; keeps the least bound of the others at
 * `rest`, and returns the number of candidates.
 */
function listCandidates(task: Bounds, at: usize, limit: f32, ids: usize, rest: usize): u32 {
  const bytes = (<usize>task.groups) << 4
  const motion = task.motion + bytes
  const limits = f32x4.splat(limit)
  const far = f32x4.splat(FAR)
  let least = far
  let to = ids
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const bound = v128.load(at + offset)
    const moved = v128.load(motion + offset)
    const near = f32x4.le(bound, f32x4.add(limits, moved))
    least = f32x4.pmin(least, v128.bitselect(far, f32x4.sub(bound, moved), near))
    for (let bits = i32x4.bitmask(near); bits; bits &= bits - 1) {
      store<u32>(to, (<u32>offset >> 2) + ctz(bits))
      to += 4
    }
  }
  v128.store(rest, least)
  return <u32>((to - ids) >> 2)
}

/** The least of four numbers. */
function leastOf(at: usize): f64 {
  return <f64>min(min(load<f32>(at), load<f32>(at, 4)), min(load<f32>(at, 8), load<f32>(at, 12)))
}

/** Writes the squared distances of a point to `count` listed centroids. */
function measureCandidates(task: Bounds, x: usize, ids: usize, count: u32, squares: usize, square: f32): void {
  const last = ids + ((<usize>(count - 1)) << 2)
  const norm = f32x4.splat(square)
  for (let id = ids; id <= last; id += 16) {
    const i1 = load<u32>(min(id + 4, last))
    const scores = scoresOf(task, x, load<u32>(id), i1, load<u32>(min(id + 8, last)), load<u32>(min(id + 12, last)))
    v128.store(squares + (id - ids), f32x4.add(f32x4.add(scores, scores), norm))
  }
}

/** The nearest of a point's own centroid and `count` others by their squares, or NONE where too many are too close. */
function choose(
  task: Bounds,
  x: usize,
  own: u32,
  ownSquare: f32,
  ids: usize,
  count: u32,
  squares: usize,
  slack: f64,
): u32 {
  let least = ownSquare
  let nearest = own
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const square = load<f32>(squares + i)
    if (square >= least) continue
    least = square
    nearest = load<u32>(ids + i)
  }
  const limit = <f64>least + slack
  let close: u32 = <f64>ownSquare <= limit ? 1 : 0
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) if (<f64>load<f32>(squares + i) <= limit) close++
  if (close === 1) return nearest
  if (close > CLOSE) return NONE
  let score = exactScoreOf(task, x, nearest)
  const first = nearest
  for (let i: usize = 0; i <= (<usize>count) << 2; i += 4) {
    const isOwn = i === (<usize>count) << 2
    const c = isOwn ? own : load<u32>(ids + i)
    if (c === first || <f64>(isOwn ? ownSquare : load<f32>(squares + i)) > limit) continue
    const other = exactScoreOf(task, x, c)
    if (other > score || (other === score && c > nearest)) continue
    score = other
    nearest = c
  }
  return nearest
}

/** Keeps the bound of a distance whose square is known, and returns the distance's least value. */
function keepBound(task: Bounds, at: usize, c: u32, square: f32, slack: f64): f64 {
  const bound = Math.sqrt(max<f64>(0, <f64>square - slack))
  const offset = (<usize>c) << 2
  const moved = <f64>load<f32>(task.motion + ((<usize>task.groups) << 4) + offset)
  store<f32>(at + offset, <f32>((bound + moved) * DOWN))
  return bound
}

/** Finds the nearest centroid of a point and keeps its bounds; false where it is to be compared with all. */
function settle(scratch: usize, task: Bounds, row: u32, scale: f32): bool {
  const head = task.bounds + ((<usize>row) << 2)
  const headBytes = (<usize>task.allRows) << 2
  const groupBytes = (<usize>task.groups) << 4
  const motion = task.motion + groupBytes
  const ends = motion + groupBytes
  const own = <u32>load<f32>(head + headBytes)
  const ownMotion = <f64>load<f32>(motion + ((<usize>own) << 2))
  const length = <f64>load<f32>(head + (headBytes << 2))
  const slack = slackOf(task.columns, length + <f64>load<f32>(ends, 4))
  const upper = <f64>load<f32>(head + (headBytes << 1)) + ownMotion
  let lower = <f64>load<f32>(head + headBytes * 3) - <f64>load<f32>(ends)
  store<u32>(task.nearest + ((<usize>row) << 2), own)
  if (lower > Math.sqrt(upper * upper + slack)) return true

  const x = scratch + 96
  const ids = x + <usize>task.pitch
  const squares = ids + groupBytes
  copyPoint(task, row, x, scale)
  const squaredLength = <f32>(length * length)
  const score = scoreOf(task, x, own)
  const ownSquare = score + score + squaredLength
  const tight = max<f64>(0, <f64>ownSquare) + slack
  const limit = Math.sqrt(tight + slack)
  let evaluations: f32 = 1
  let nearest = own
  let square = ownSquare
  if (lower <= limit) {
    const at = task.bounds + headBytes * 5 + row * groupBytes
    const count = listCandidates(task, at, <f32>(limit * UP), ids, scratch + 32)
    if (count > task.most) return false
    lower = leastOf(scratch + 32)
    if (count > 0) {
      measureCandidates(task, x, ids, count, squares, squaredLength)
      nearest = choose(task, x, own, ownSquare, ids, count, squares, slack)
      if (nearest === NONE) return false
      for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
        const c = load<u32>(ids + i)
        if (c === nearest) square = load<f32>(squares + i)
        else lower = min(lower, keepBound(task, at, c, load<f32>(squares + i), slack))
      }
      if (nearest !== own) {
        lower = min(lower, keepBound(task, at, own, ownSquare, slack))
        store<f32>(at + ((<usize>nearest) << 2), FAR)
        store<f32>(head + headBytes, <f32>nearest)
        store<u32>(task.nearest + ((<usize>row) << 2), nearest)
      }
      evaluations += <f32>count
    }
    store<f32>(head + headBytes * 3, <f32>((lower + <f64>load<f32>(ends)) * DOWN))
  }
  const distance = Math.sqrt(max<f64>(0, <f64>square) + slack)
  const moved = <f64>load<f32>(motion + ((<usize>nearest) << 2))
  store<f32>(head + (headBytes << 1), <f32>(distance - moved + (distance + moved) * (UP - 1)))
  store<f32>(head, load<f32>(head) + evaluations)
  return true
}

/**
 * Keeps the labels of four points from `row` on, and returns those whose least lower bound does not rule out all others, in
 * bits. Both bounds are squared; roundings to float32 take less than is added.
 */
function findUnsettled(task: Bounds, row: u32): i32 {
  const nearest = task.nearest + ((<usize>row) << 2)
  const head = task.bounds + ((<usize>row) << 2)
  const headBytes = (<usize>task.allRows) << 2
  const motion = task.motion + ((<usize>task.groups) << 4)
  const ends = motion + ((<usize>task.groups) << 4)
  v128.store(nearest, i32x4.trunc_sat_f32x4_u(v128.load(head + headBytes)))
  let path = v128.load32_splat(motion + ((<usize>load<u32>(nearest)) << 2))
  path = v128.load_lane<f32>(motion + ((<usize>load<u32>(nearest, 4)) << 2), path, 1)
  path = v128.load_lane<f32>(motion + ((<usize>load<u32>(nearest, 8)) << 2), path, 2)
  path = v128.load_lane<f32>(motion + ((<usize>load<u32>(nearest, 12)) << 2), path, 3)
  const upper = f32x4.add(v128.load(head + (headBytes << 1)), path)
  const lower = f32x4.sub(v128.load(head + headBytes * 3), v128.load32_splat(ends))
  const reach = f32x4.add(v128.load(head + (headBytes << 2)), v128.load32_splat(ends, 4))
  const slack = f32x4.mul(f32x4.splat(<f32>errorOf(task.columns)), f32x4.mul(reach, reach))
  const squares = f32x4.add(f32x4.add(f32x4.mul(upper, upper), slack), f32x4.splat(<f32>TINY))
  const above = f32x4.gt(f32x4.mul(lower, lower), f32x4.mul(squares, f32x4.splat(1 + 2.0 ** -20)))
  return i32x4.bitmask(v128.and(above, f32x4.gt(lower, f32x4.splat(0)))) ^ 15
}

/**
 * Labels of points `first` to `end` − 1. `scratch` has 96 bytes, a point, 32 bytes for each group of four centroids, a panel,
 * and 128 bytes for each group.
 */
export function boundRows(scratch: usize, first: u32, end: u32, bounds: usize, scale: f32): void {
  const task = changetype<Bounds>(bounds)
  const panel = scratch + 96 + <usize>task.pitch + ((<usize>task.groups) << 5)
  let listed: u32 = 0
  for (let row = first; row < end; row += 4) {
    const points = min(4, end - row)
    let bits = 15
    if (!task.anew && points === 4) bits = findUnsettled(task, row)
    for (let i: u32 = 0; i < points; i++) {
      if (!((bits >> i) & 1) || (!task.anew && settle(scratch, task, row + i, scale))) continue
      store<u32>(scratch + ((<usize>listed) << 2), row + i)
      if (++listed < 8) continue
      compareAll(task, scratch, listed, panel, scale)
      listed = 0
    }
  }
  if (listed) compareAll(task, scratch, listed, panel, scale)
}
