// biome-ignore lint/style/useImportType: AssemblyScript has no imports of types
import { Bounds } from './bounded-all'

/** The sum of the four lanes. */
function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/** Writes the working coordinates of a point at `x`, filled up with zeros to a multiple of 8. */
export function copyPoint(task: Bounds, row: u32, x: usize, scale: f32): void {
  const bytes = (<usize>task.columns) << 2
  const from = task.points + row * bytes
  const factor = f32x4.splat(scale)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    v128.store(x + at, f32x4.mul(f32x4.sub(v128.load(from + at), v128.load(task.shift + at)), factor))
  }
  for (; at < bytes; at += 4) store<f32>(x + at, (load<f32>(from + at) - load<f32>(task.shift + at)) * scale)
  for (; at < task.pitch; at += 4) store<f32>(x + at, 0)
}

/** The scores of four centroids, |c|²/2 − x·c, along the columns. */
export function scoresOf(task: Bounds, x: usize, i0: u32, i1: u32, i2: u32, i3: u32): v128 {
  const pitch: usize = task.pitch
  let c0 = task.centroids + i0 * pitch
  let c1 = task.centroids + i1 * pitch
  let c2 = task.centroids + i2 * pitch
  let c3 = task.centroids + i3 * pitch
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let b0 = a0
  let b1 = a0
  let b2 = a0
  let b3 = a0
  for (const end = x + pitch; x < end; x += 32) {
    const xa = v128.load(x)
    const xb = v128.load(x, 16)
    a0 = f32x4.add(a0, f32x4.mul(xa, v128.load(c0)))
    a1 = f32x4.add(a1, f32x4.mul(xa, v128.load(c1)))
    a2 = f32x4.add(a2, f32x4.mul(xa, v128.load(c2)))
    a3 = f32x4.add(a3, f32x4.mul(xa, v128.load(c3)))
    b0 = f32x4.add(b0, f32x4.mul(xb, v128.load(c0, 16)))
    b1 = f32x4.add(b1, f32x4.mul(xb, v128.load(c1, 16)))
    b2 = f32x4.add(b2, f32x4.mul(xb, v128.load(c2, 16)))
    b3 = f32x4.add(b3, f32x4.mul(xb, v128.load(c3, 16)))
    c0 += 32
    c1 += 32
    c2 += 32
    c3 += 32
  }
  a0 = f32x4.add(a0, b0)
  a1 = f32x4.add(a1, b1)
  a2 = f32x4.add(a2, b2)
  a3 = f32x4.add(a3, b3)
  const low01 = v128.shuffle<i32>(a0, a1, 0, 4, 1, 5)
  const low23 = v128.shuffle<i32>(a2, a3, 0, 4, 1, 5)
  const high01 = v128.shuffle<i32>(a0, a1, 2, 6, 3, 7)
  const high23 = v128.shuffle<i32>(a2, a3, 2, 6, 3, 7)
  const low = f32x4.add(v128.shuffle<i64>(low01, low23, 0, 2), v128.shuffle<i64>(low01, low23, 1, 3))
  const high = f32x4.add(v128.shuffle<i64>(high01, high23, 0, 2), v128.shuffle<i64>(high01, high23, 1, 3))
  let norms = v128.load32_splat(task.motion + (i0 << 2))
  norms = v128.load_lane<f32>(task.motion + (i1 << 2), norms, 1)
  norms = v128.load_lane<f32>(task.motion + (i2 << 2), norms, 2)
  norms = v128.load_lane<f32>(task.motion + (i3 << 2), norms, 3)
  return f32x4.sub(norms, f32x4.add(low, high))
}

/** The score of one centroid, along the columns. */
export function scoreOf(task: Bounds, x: usize, i: u32): f32 {
  let c = task.centroids + i * <usize>task.pitch
  let a = f32x4.splat(0)
  let b = a
  for (const end = x + <usize>task.pitch; x < end; x += 32) {
    a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load(c)))
    b = f32x4.add(b, f32x4.mul(v128.load(x, 16), v128.load(c, 16)))
    c += 32
  }
  return load<f32>(task.motion + (i << 2)) - sumOf(f32x4.add(a, b))
}

/** The score of one centroid by the operations of the full search. */
export function exactScoreOf(task: Bounds, x: usize, i: u32): f32 {
  let c = task.centroids + i * <usize>task.pitch
  let score = load<f32>(task.motion + (i << 2))
  for (const end = x + ((<usize>task.columns) << 2); x < end; x += 4) {
    score = score - load<f32>(x) * load<f32>(c)
    c += 4
  }
  return score
}
