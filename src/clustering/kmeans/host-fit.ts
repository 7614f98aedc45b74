import type { HostPoints } from './host-seeds.js'
import type { KMeansSettings } from './kmeans.js'

export interface HostFit {
  /** k × columns. */
  centroids: Float64Array
  /** Σ w‖x − c‖². */
  inertia: number
}

/** The state of a run. */
interface Run {
  k: number
  /** k × columns, and the same for the sums of the rows of each cluster. */
  centroids: Float64Array
  sums: Float64Array
  /** Sum of the weights of each cluster. */
  totals: Float64Array
  /** The cluster of each row; −1 before the first assignment. */
  labels: Int32Array
  /** Bounds of the distances of each row to its centroid, from above, and to all others, from below. */
  upper: Float64Array
  lower: Float64Array
}

/**
 * k-means on the host in float64, from given centroids: the iterations of `kmeans`, which end by its tolerance; an empty cluster
 * takes the farthest point. Bounds spare most distances (G. Hamerly, "Making k-means even faster", SDM 2010). Of few points,
 * where commands to a device take longer than the work, it is many times faster.
 */
export function fitOnHost(
  points: HostPoints,
  centroids: Float64Array,
  { tolerance, maxIterations }: Pick<KMeansSettings, 'tolerance' | 'maxIterations'>,
): HostFit {
  const { columns, weights } = points
  const rows = weights.length
  const k = centroids.length / columns
  const run: Run = {
    k,
    centroids: centroids.slice(),
    sums: new Float64Array(k * columns),
    totals: new Float64Array(k),
    labels: new Int32Array(rows).fill(-1),
    upper: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    lower: new Float64Array(rows),
  }
  const threshold = tolerance === 0 ? null : tolerance * deviationOf(points)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const moved = assignRows(points, run)
    if (threshold === null && moved === 0) break
    sumRows(points, run)
    fillEmpty(points, run)
    const movement = moveCentroids(run, columns)
    if (threshold !== null && movement <= threshold) break
  }
  assignRows(points, run)
  return { centroids: run.centroids, inertia: inertiaOf(points, run) }
}

/** Assigns every row to the nearest centroid, and returns the number of labels that changed. */
function assignRows(points: HostPoints, run: Run): number {
  const { k, labels, upper, lower } = run
  const halves = halfDistances(run, points.columns)
  let moved = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (label >= 0) {
      const bound = lower[row] > halves[label] ? lower[row] : halves[label]
      if (upper[row] <= bound) continue
      upper[row] = Math.sqrt(squaredDistance(points, run, row, label))
      if (upper[row] <= bound) continue
    }
    let nearest = 0
    let [least, second] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let cluster = 0; cluster < k; cluster++) {
      const distance = squaredDistance(points, run, row, cluster)
      if (distance < least) {
        second = least
        least = distance
        nearest = cluster
      } else if (distance < second) second = distance
    }
    upper[row] = Math.sqrt(least)
    lower[row] = Math.sqrt(second)
    if (nearest !== label) moved++
    labels[row] = nearest
  }
  return moved
}

/** Half the distance of each centroid to the nearest other one: rows within it belong to the centroid. */
function halfDistances({ k, centroids }: Run, columns: number): Float64Array {
  const halves = new Float64Array(k).fill(Number.POSITIVE_INFINITY)
  for (let a = 1; a < k; a++) {
    for (let b = 0; b < a; b++) {
      let squared = 0
      for (let column = 0; column < columns; column++) {
        squared += (centroids[a * columns + column] - centroids[b * columns + column]) ** 2
      }
      const half = Math.sqrt(squared) / 2
      halves[a] = Math.min(halves[a], half)
      halves[b] = Math.min(halves[b], half)
    }
  }
  return halves
}

function squaredDistance({ data, columns }: HostPoints, { centroids }: Run, row: number, cluster: number): number {
  let squared = 0
  for (let column = 0, at = row * columns, to = cluster * columns; column < columns; column++) {
    const difference = data[at++] - centroids[to++]
    squared += difference * difference
  }
  return squared
}

function sumRows({ data, columns, weights }: HostPoints, { labels, sums, totals }: Run): void {
  sums.fill(0)
  totals.fill(0)
  for (let row = 0, at = 0; row < weights.length; row++) {
    const weight = weights[row]
    totals[labels[row]] += weight
    for (let column = 0, to = labels[row] * columns; column < columns; column++) sums[to++] += weight * data[at++]
  }
}

/** Moves the rows farthest from their centroids to clusters without weight. */
function fillEmpty(points: HostPoints, run: Run): void {
  const { data, columns, weights } = points
  const { labels, sums, totals, upper, lower } = run
  for (let cluster = 0; cluster < totals.length; cluster++) {
    if (totals[cluster] > 0) continue
    let farthest = -1
    let most = 0
    for (let row = 0; row < labels.length; row++) {
      if (weights[row] === 0 || totals[labels[row]] <= weights[row]) continue
      const distance = squaredDistance(points, run, row, labels[row])
      if (distance > most) [farthest, most] = [row, distance]
    }
    if (farthest < 0) return
    const donor = labels[farthest]
    for (let column = 0; column < columns; column++) {
      const term = weights[farthest] * data[farthest * columns + column]
      sums[donor * columns + column] -= term
      sums[cluster * columns + column] = term
    }
    totals[donor] -= weights[farthest]
    totals[cluster] = weights[farthest]
    labels[farthest] = cluster
    // The bounds do not hold for a cluster that jumps.
    upper.fill(Number.POSITIVE_INFINITY)
    lower.fill(0)
  }
}

/** Moves centroids to the means of their rows, and returns the sum of the distances that they moved. */
function moveCentroids({ centroids, sums, totals, labels, upper, lower }: Run, columns: number): number {
  const movements = new Float64Array(totals.length)
  for (let cluster = 0, at = 0; cluster < totals.length; cluster++) {
    let squared = 0
    for (let column = 0; column < columns; column++, at++) {
      if (totals[cluster] === 0) continue
      const mean = sums[at] / totals[cluster]
      squared += (mean - centroids[at]) ** 2
      centroids[at] = mean
    }
    movements[cluster] = Math.sqrt(squared)
  }
  const most = movements.reduce((most, movement) => Math.max(most, movement), 0)
  for (let row = 0; row < labels.length; row++) {
    upper[row] += movements[labels[row]]
    lower[row] -= most
  }
  return movements.reduce((sum, movement) => sum + movement, 0)
}

function inertiaOf(points: HostPoints, run: Run): number {
  const { weights } = points
  let sum = 0
  for (let row = 0; row < weights.length; row++) {
    sum += weights[row] * squaredDistance(points, run, row, run.labels[row])
  }
  return sum
}

/** The root of the mean variance of the columns; weights do not count. */
function deviationOf({ data, columns, weights }: HostPoints): number {
  const sums = new Float64Array(columns)
  let squares = 0
  for (let row = 0, at = 0; row < weights.length; row++) {
    for (let column = 0; column < columns; column++, at++) {
      sums[column] += data[at]
      squares += data[at] * data[at]
    }
  }
  const rows = weights.length
  const variances = squares / rows - sums.reduce((sum, value) => sum + (value / rows) ** 2, 0)
  return Math.sqrt(Math.max(0, variances) / columns)
}
