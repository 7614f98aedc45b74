// Whole runs of k-means of few points in float64: the operations of host-fit.ts in their order.
import { addRow, assignRows } from './fit-labels'
// biome-ignore lint/style/useImportType: AssemblyScript has no such imports.
import { FitPoints, FitRun, squaredDistance, weightOf } from './fit-points'
import { PANEL } from './panels'

/** Takes runs `first` to `end` − 1 further by so many iterations. `scratch` has 96 bytes. */
export function advanceRuns(scratch: usize, first: u32, end: u32, runs: usize, points: usize, iterations: u32): void {
  for (let i = first; i < end; i++) {
    const run = changetype<FitRun>(runs + <usize>i * offsetof<FitRun>())
    run.found = scratch
    advance(run, changetype<FitPoints>(points), iterations)
  }
}

function advance(run: FitRun, points: FitPoints, iterations: u32): void {
  for (let i: u32 = 0; i < iterations && !run.ended; i++) {
    let ends = run.left === 0
    if (!ends) {
      const moved = assignRows(points, run)
      if (points.threshold < 0 && moved === 0) ends = true
      else {
        if (points.weights) sumRows(points, run)
        fillEmpty(points, run)
        run.left--
        const movement = moveCentroids(run, points.columns)
        ends = points.threshold >= 0 && movement <= points.threshold
      }
    }
    if (!ends) continue
    assignRows(points, run)
    run.inertia = inertiaOf(points, run)
    run.ended = 1
  }
}

function sumRows(points: FitPoints, run: FitRun): void {
  const columns = points.columns
  memory.fill(run.sums, 0, (<usize>run.k * columns) << 3)
  memory.fill(run.totals, 0, (<usize>run.k) << 3)
  let row = points.data
  for (let i: usize = 0; i < points.rows; i++) {
    addRow(run, row, columns, load<i32>(run.labels + (i << 2)), load<f64>(points.weights + (i << 3)))
    row += (<usize>columns) << 3
  }
}

/** Moves the rows farthest from their centroids to clusters without weight. */
function fillEmpty(points: FitPoints, run: FitRun): void {
  const columns = points.columns
  const rowBytes = (<usize>columns) << 3
  for (let cluster: u32 = 0; cluster < run.k; cluster++) {
    if (load<f64>(run.totals + ((<usize>cluster) << 3)) > 0) continue
    let farthest: i32 = -1
    let most: f64 = 0
    let row = points.data
    for (let i: u32 = 0; i < points.rows; i++, row += rowBytes) {
      const label = <usize>load<i32>(run.labels + ((<usize>i) << 2))
      const weight = weightOf(points, i)
      if (weight === 0 || load<f64>(run.totals + (label << 3)) <= weight) continue
      const distance = squaredDistance(row, run.centroids + label * rowBytes, columns)
      if (distance <= most) continue
      most = distance
      farthest = i
    }
    if (farthest < 0) return
    const at = run.labels + ((<usize>farthest) << 2)
    row = points.data + <usize>farthest * rowBytes
    const weight = weightOf(points, farthest)
    addRow(run, row, columns, load<i32>(at), -weight)
    memory.fill(run.sums + <usize>cluster * rowBytes, 0, rowBytes)
    store<f64>(run.totals + ((<usize>cluster) << 3), 0)
    addRow(run, row, columns, cluster, weight)
    store<i32>(at, cluster)
    // The limit of its panel holds for the nearest centroid alone.
    store<f64>(run.limits + ((<usize>(farthest / PANEL)) << 3), -Infinity)
  }
}

/** Moves centroids to the means of their rows, and returns the sum of the distances that they moved. */
function moveCentroids(run: FitRun, columns: u32): f64 {
  let sum: f64 = 0
  let most: f64 = 0
  let next: f64 = 0
  let centroid = run.centroids
  let from = run.sums
  for (let cluster: usize = 0; cluster < run.k; cluster++) {
    const total = load<f64>(run.totals + (cluster << 3))
    let squared: f64 = 0
    for (let column: u32 = 0; column < columns; column++) {
      if (total !== 0) {
        const mean = load<f64>(from) / total
        const difference = mean - load<f64>(centroid)
        squared += difference * difference
        store<f64>(centroid, mean)
      }
      centroid += 8
      from += 8
    }
    const movement = sqrt(squared)
    sum += movement
    next = max(next, min(most, movement))
    most = max(most, movement)
  }
  run.drift += most + next
  return sum
}

function inertiaOf(points: FitPoints, run: FitRun): f64 {
  const columns = points.columns
  const rowBytes = (<usize>columns) << 3
  let sum: f64 = 0
  let row = points.data
  for (let i: u32 = 0; i < points.rows; i++, row += rowBytes) {
    const label = <usize>load<i32>(run.labels + ((<usize>i) << 2))
    sum += weightOf(points, i) * squaredDistance(row, run.centroids + label * rowBytes, columns)
  }
  return sum
}
