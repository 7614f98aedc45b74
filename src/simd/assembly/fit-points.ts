// Few points in memory and runs of k-means of them, as simd-fits.ts lays them out.
import { PANEL } from './panels'

/** The points: words as simd-fits.ts writes them. */
@unmanaged
export class FitPoints {
  /** Rows × columns of float64; their weights, 0 where all are 1. */
  data: usize
  weights: usize
  /** The same in float32, for 8 rows a column after the other; and ‖x‖² of each. */
  panels: usize
  norms: usize
  rows: u32
  columns: u32
  /** Runs end when the centroids move no more than this; when no label changes if it is negative. */
  threshold: f64
  /** Above the rounding of differences of squared distances in float32. */
  margin: f64
}

/** A run. */
@unmanaged
export class FitRun {
  /** k × columns of float64, the sums of their rows, and the weights of each. */
  centroids: usize
  sums: usize
  totals: usize
  /** The cluster of each row, −1 before the first assignment; the drift at which a block must be looked at again. */
  labels: usize
  limits: usize
  /** Pairs of centroids in float32, a column after the other, and behind each pair ‖c‖² / 2. */
  packed: usize
  /** The nearest centroids of a panel, their scores and the next ones: 96 bytes of the thread. */
  found: usize
  k: u32
  /** Iterations that may follow; and whether the run has ended. */
  left: u32
  ended: u32
  /** Of the random numbers that draw the first centroids. */
  seed: u32
  unused: u32
  /** How far two centroids have moved apart from their rows at most. */
  drift: f64
  inertia: f64
}

/** Packs the points, the last one repeated, and returns the greatest ‖x‖². */
export function packFitPoints(address: usize): f64 {
  const points = changetype<FitPoints>(address)
  const columns = points.columns
  let greatest: f64 = 0
  for (let row: u32 = 0; row < ((points.rows + PANEL - 1) & ~(PANEL - 1)); row++) {
    let from = points.data + ((<usize>min(row, points.rows - 1) * columns) << 3)
    let to = points.panels + ((<usize>(row & ~(PANEL - 1)) * columns) << 2) + ((<usize>(row % PANEL)) << 2)
    let norm: f64 = 0
    for (let column: u32 = 0; column < columns; column++) {
      const value = load<f64>(from)
      norm += value * value
      store<f32>(to, <f32>value)
      from += 8
      to += 32
    }
    store<f32>(points.norms + ((<usize>row) << 2), <f32>norm)
    greatest = max(greatest, norm)
  }
  return greatest
}

/** ‖x − c‖², summed in the order of the columns. */
export function squaredDistance(a: usize, b: usize, columns: u32): f64 {
  let squared: f64 = 0
  for (const end = a + ((<usize>columns) << 3); a < end; a += 8) {
    const difference = load<f64>(a) - load<f64>(b)
    squared += difference * difference
    b += 8
  }
  return squared
}

export function weightOf(points: FitPoints, row: u32): f64 {
  return points.weights ? load<f64>(points.weights + ((<usize>row) << 3)) : 1
}
