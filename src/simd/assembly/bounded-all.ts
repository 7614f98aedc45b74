import { fillListed } from './panels'

/** A bound above all others. */
export const FAR: f32 = 3.4e38
/** Factors that keep bounds on their side when they are rounded to float32. */
export const DOWN: f64 = 1 - 2.0 ** -22
export const UP: f64 = 1 + 2.0 ** -22

/** Addresses and numbers of nearest-bounded in memory. */
@unmanaged
export class Bounds {
  points: u32 = 0
  shift: u32 = 0
  /** Centroid after centroid, `pitch` bytes apart, filled up with zeros to a multiple of 8 columns. */
  centroids: u32 = 0
  motion: u32 = 0
  bounds: u32 = 0
  nearest: u32 = 0
  pitch: u32 = 0
  columns: u32 = 0
  groups: u32 = 0
  count: u32 = 0
  allRows: u32 = 0
  /** Maximum number of candidates of a point that is compared with those alone. */
  most: u32 = 0
  anew: u32 = 0
}

/** Of the slack of squared distances (nearest-bounded.ts) what is not relative. */
export const TINY: f64 = 1e-36

/** The relative slack of squared distances. */
export function errorOf(columns: u32): f64 {
  return <f64>(columns + 8) * 2.0 ** -22
}

/** The slack of squared distances: nearest-bounded.ts. */
export function slackOf(columns: u32, reach: f64): f64 {
  return errorOf(columns) * reach * reach + TINY
}

/** Writes the scores of a panel's 8 points and four centroids, the last one repeated, 32 bytes for each. */
function scorePanel(
  panel: usize,
  panelEnd: usize,
  c0: usize,
  last: usize,
  pitch: usize,
  norms: usize,
  to: usize,
): void {
  let c1 = min(c0 + pitch, last)
  let c2 = min(c1 + pitch, last)
  let c3 = min(c2 + pitch, last)
  let a0 = v128.load32_splat(norms)
  let a1 = v128.load32_splat(norms, 4)
  let a2 = v128.load32_splat(norms, 8)
  let a3 = v128.load32_splat(norms, 12)
  let b0 = a0
  let b1 = a1
  let b2 = a2
  let b3 = a3
  for (let x = panel; x < panelEnd; x += 32) {
    const xa = v128.load(x)
    const xb = v128.load(x, 16)
    let y = v128.load32_splat(c0)
    a0 = f32x4.sub(a0, f32x4.mul(xa, y))
    b0 = f32x4.sub(b0, f32x4.mul(xb, y))
    y = v128.load32_splat(c1)
    a1 = f32x4.sub(a1, f32x4.mul(xa, y))
    b1 = f32x4.sub(b1, f32x4.mul(xb, y))
    y = v128.load32_splat(c2)
    a2 = f32x4.sub(a2, f32x4.mul(xa, y))
    b2 = f32x4.sub(b2, f32x4.mul(xb, y))
    y = v128.load32_splat(c3)
    a3 = f32x4.sub(a3, f32x4.mul(xa, y))
    b3 = f32x4.sub(b3, f32x4.mul(xb, y))
    c0 += 4
    c1 += 4
    c2 += 4
    c3 += 4
  }
  v128.store(to, a0)
  v128.store(to, b0, 16)
  v128.store(to, a1, 32)
  v128.store(to, b1, 48)
  v128.store(to, a2, 64)
  v128.store(to, b2, 80)
  v128.store(to, a3, 96)
  v128.store(to, b3, 112)
}

/** Compares the listed points, at most 8, with all centroids, and keeps new bounds. */
export function compareAll(task: Bounds, list: usize, count: u32, panel: usize, scale: f32): void {
  const panelEnd = fillListed(task.points, task.shift, panel, list, count, task.columns, scale)
  const groupBytes = (<usize>task.groups) << 4
  const motion = task.motion
  const pitch: usize = task.pitch
  const last = task.centroids + (task.count - 1) * pitch
  let centroids: usize = task.centroids
  let scores = panelEnd
  for (let group: usize = 0; group < groupBytes; group += 16) {
    scorePanel(panel, panelEnd, centroids, last, pitch, motion + group, scores)
    centroids += pitch << 2
    scores += 128
  }
  for (let half: u32 = 0; half < min(count, 8); half += 4) {
    boundFour(task, list, half, count, panel + (half << 2), panelEnd)
  }
}

/** Keeps the labels and the bounds of four points of a panel, whose scores of each centroid are 32 bytes apart. */
function boundFour(task: Bounds, list: usize, half: u32, count: u32, panel: usize, panelEnd: usize): void {
  let square = f32x4.splat(0)
  for (let x = panel; x < panelEnd; x += 32) square = f32x4.add(square, f32x4.mul(v128.load(x), v128.load(x)))
  const scores = panelEnd + (half << 2)
  let least = f32x4.splat(Infinity)
  let nearest = i32x4.splat(0)
  for (let c: u32 = 0; c < task.count; c++) {
    const score = v128.load(scores + ((<usize>c) << 5))
    nearest = v128.bitselect(i32x4.splat(<i32>c), nearest, f32x4.lt(score, least))
    least = f32x4.pmin(least, score)
  }
  const length = f32x4.sqrt(square)
  const ends = task.motion + ((<usize>task.groups) << 5)
  const reach = f32x4.add(length, v128.load32_splat(ends, 4))
  const relative = f32x4.mul(f32x4.splat(<f32>(errorOf(task.columns) * UP)), f32x4.mul(reach, reach))
  const slack = f32x4.add(relative, f32x4.splat(<f32>TINY))
  const lower = keepBounds(task, list, half, count, scores, square, slack, nearest)
  const distance = f32x4.sqrt(f32x4.add(f32x4.pmax(f32x4.add(f32x4.add(least, least), square), f32x4.splat(0)), slack))
  keepHeads(task, list, half, count, nearest, distance, lower, length)
}

/** Keeps the bounds of four points, and returns the least ones. */
function keepBounds(
  task: Bounds,
  list: usize,
  half: u32,
  count: u32,
  scores: usize,
  square: v128,
  slack: v128,
  nearest: v128,
): v128 {
  const groupBytes = (<usize>task.groups) << 4
  const motion = task.motion + groupBytes
  const rows = task.bounds + ((<usize>task.allRows) << 2) * 5
  const far = f32x4.splat(FAR)
  const down = f32x4.splat(<f32>DOWN)
  const rest = f32x4.sub(square, slack)
  const last = count - 1
  const r0 = rows + load<u32>(list + ((<usize>min(half, last)) << 2)) * groupBytes
  const r1 = rows + load<u32>(list + ((<usize>min(half + 1, last)) << 2)) * groupBytes
  const r2 = rows + load<u32>(list + ((<usize>min(half + 2, last)) << 2)) * groupBytes
  const r3 = rows + load<u32>(list + ((<usize>min(half + 3, last)) << 2)) * groupBytes
  let lower = far
  for (let c: u32 = 0; c < task.count; c += 4) {
    const offset = (<usize>c) << 2
    let b0 = far
    let b1 = far
    let b2 = far
    let b3 = far
    for (let i: u32 = 0; i < 4; i++) {
      let bound = far
      if (c + i < task.count) {
        const score = v128.load(scores + ((<usize>(c + i)) << 5))
        const distance = f32x4.sqrt(f32x4.pmax(f32x4.add(f32x4.add(score, score), rest), f32x4.splat(0)))
        const own = i32x4.eq(nearest, i32x4.splat(<i32>(c + i)))
        lower = f32x4.pmin(lower, v128.bitselect(far, distance, own))
        bound = f32x4.mul(f32x4.add(distance, v128.load32_splat(motion + offset + (i << 2))), down)
        bound = v128.bitselect(far, bound, own)
      }
      if (i === 0) b0 = bound
      else if (i === 1) b1 = bound
      else if (i === 2) b2 = bound
      else b3 = bound
    }
    const low01 = v128.shuffle<i32>(b0, b1, 0, 4, 1, 5)
    const low23 = v128.shuffle<i32>(b2, b3, 0, 4, 1, 5)
    const high01 = v128.shuffle<i32>(b0, b1, 2, 6, 3, 7)
    const high23 = v128.shuffle<i32>(b2, b3, 2, 6, 3, 7)
    v128.store(r0 + offset, v128.shuffle<i64>(low01, low23, 0, 2))
    v128.store(r1 + offset, v128.shuffle<i64>(low01, low23, 1, 3))
    v128.store(r2 + offset, v128.shuffle<i64>(high01, high23, 0, 2))
    v128.store(r3 + offset, v128.shuffle<i64>(high01, high23, 1, 3))
  }
  return lower
}

/** Keeps labels, counts, upper and least lower bounds, and lengths of four points. */
function keepHeads(
  task: Bounds,
  list: usize,
  half: u32,
  count: u32,
  nearest: v128,
  distance: v128,
  lower: v128,
  length: v128,
): void {
  const headBytes = (<usize>task.allRows) << 2
  const motion = task.motion + ((<usize>task.groups) << 4)
  const ends = motion + ((<usize>task.groups) << 4)
  const at = list + 32
  v128.store(at, nearest)
  v128.store(at, distance, 16)
  v128.store(at, lower, 32)
  v128.store(at, length, 48)
  for (let i = half; i < min(half + 4, count); i++) {
    const lane = at + ((<usize>(i - half)) << 2)
    const offset = (<usize>load<u32>(list + ((<usize>i) << 2))) << 2
    const head = task.bounds + offset
    const own = load<u32>(lane)
    const upper = <f64>load<f32>(lane, 16) * UP
    const moved = <f64>load<f32>(motion + ((<usize>own) << 2))
    store<u32>(task.nearest + offset, own)
    store<f32>(head, load<f32>(head) + <f32>task.count)
    store<f32>(head + headBytes, <f32>own)
    store<f32>(head + headBytes * 2, <f32>(upper - moved + (upper + moved) * (UP - 1)))
    store<f32>(head + headBytes * 3, <f32>((<f64>load<f32>(lane, 32) + <f64>load<f32>(ends)) * DOWN))
    store<f32>(head + headBytes * 4, load<f32>(lane, 48))
  }
}

/** Copies `count` rows to rows `pitch` bytes apart, filled up with zeros. */
export function padRows(rows: usize, count: u32, rowBytes: usize, to: usize, pitch: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    memory.copy(to, rows, rowBytes)
    memory.fill(to + rowBytes, 0, pitch - rowBytes)
    rows += rowBytes
    to += pitch
  }
}
