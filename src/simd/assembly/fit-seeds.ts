// The first centroids of runs of k-means of few points: the operations of host-seeds.ts in their order.
// biome-ignore lint/style/useImportType: AssemblyScript has no such imports.
import { FitPoints, FitRun, weightOf } from './fit-points'

/**
 * Draws the first centroids of runs `first` to `end` − 1 by greedy k-means++ with so many trials. `scratch` has three numbers
 * for each row, of which there are an even number.
 */
export function seedRuns(scratch: usize, first: u32, end: u32, runs: usize, points: usize, trials: u32): void {
  for (let i = first; i < end; i++) {
    seed(scratch, changetype<FitRun>(runs + <usize>i * offsetof<FitRun>()), changetype<FitPoints>(points), trials)
  }
}

function seed(scratch: usize, run: FitRun, points: FitPoints, trials: u32): void {
  const rows = points.rows
  const bytes = ((<usize>rows + 1) & ~1) << 3
  const rowBytes = (<usize>points.columns) << 3
  // To the nearest centroid: of those so far, of those and the best candidate, and of those and another.
  let distances = scratch
  let best = scratch + bytes
  let other = best + bytes
  fill(distances, rows, 1)
  let total: f64 = 0
  for (let row: u32 = 0; row < rows; row++) total += weightOf(points, row)
  for (let centroid: u32 = 0; centroid < run.k; centroid++) {
    let chosen: u32 = 0
    let least: f64 = Infinity
    for (let trial: u32 = 0; trial < (centroid === 0 ? 1 : trials); trial++) {
      const drawn = drawRow(points, distances, (total * <f64>randomBits(run.seed, centroid, trial)) / 4294967296)
      if (centroid === 0) fill(distances, rows, Infinity)
      const left = includeRow(points, distances, points.data + <usize>drawn * rowBytes, other)
      if (left >= least) continue
      least = left
      chosen = drawn
      const spare = best
      best = other
      other = spare
    }
    memory.copy(run.centroids + <usize>centroid * rowBytes, points.data + <usize>chosen * rowBytes, rowBytes)
    total = least
    const spare = distances
    distances = best
    best = spare
  }
}

function fill(at: usize, count: u32, value: f64): void {
  for (const end = at + ((<usize>count) << 3); at < end; at += 8) store<f64>(at, value)
}

/** The first word of pcg3d: random.ts. */
function randomBits(a: u32, b: u32, c: u32): u32 {
  let x = a * 1664525 + 1013904223
  let y = b * 1664525 + 1013904223
  let z = c * 1664525 + 1013904223
  x += y * z
  y += z * x
  z += x * y
  x ^= x >> 16
  y ^= y >> 16
  z ^= z >> 16
  return x + y * z
}

/** The row at which the sum of weights × distances passes a number. */
function drawRow(points: FitPoints, distances: usize, left: f64): u32 {
  let drawn: u32 = 0
  for (let row: u32 = 0; row < points.rows; row++) {
    const share = weightOf(points, row) * load<f64>(distances + ((<usize>row) << 3))
    if (share === 0) continue
    drawn = row
    if (left < share) break
    left -= share
  }
  return drawn
}

/** Squared distances to the nearest centroid if a row were one more, and their weighted sum; two rows in a vector. */
function includeRow(points: FitPoints, distances: usize, chosen: usize, included: usize): f64 {
  const rows = points.rows
  const rowBytes = (<usize>points.columns) << 3
  const end = chosen + rowBytes
  let sum: f64 = 0
  let a = points.data
  for (let row: u32 = 0; row < rows; row += 2) {
    const isPair = row + 1 < rows
    let b = isPair ? a + rowBytes : a
    let squares = f64x2.splat(0)
    let c = chosen
    for (; c + 8 < end; c += 16) {
      const xa = v128.load(a)
      const xb = v128.load(b)
      const low = f64x2.sub(v128.shuffle<u64>(xa, xb, 0, 2), v128.load64_splat(c))
      squares = f64x2.add(squares, f64x2.mul(low, low))
      const high = f64x2.sub(v128.shuffle<u64>(xa, xb, 1, 3), v128.load64_splat(c, 8))
      squares = f64x2.add(squares, f64x2.mul(high, high))
      a += 16
      b += 16
    }
    if (c < end) {
      const last = f64x2.sub(v128.load_lane<u64>(b, v128.load64_splat(a), 1), v128.load64_splat(c))
      squares = f64x2.add(squares, f64x2.mul(last, last))
      a += 8
    }
    a += rowBytes
    const least = f64x2.pmin(v128.load(distances), squares)
    v128.store(included, least)
    sum += weightOf(points, row) * f64x2.extract_lane(least, 0)
    if (isPair) sum += weightOf(points, row + 1) * f64x2.extract_lane(least, 1)
    distances += 16
    included += 16
  }
  return sum
}
