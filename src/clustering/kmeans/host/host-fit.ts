import type { Turns } from '../../medoids/turns.js'
import { type HostPoints, squaredDistance } from './host-points.js'

export interface HostFit {
  /** k × columns. */
  centroids: Float64Array
  /** Σ w‖x − c‖². */
  inertia: number
}

export interface HostSettings {
  /** Runs end when the centroids move no more than this in all; where it is null, when no label changes. */
  threshold: number | null
  maxIterations: number
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
  /** Bounds of the distances of each row to its centroid, from above, and to all others, from below, at the last assignment. */
  upper: Float64Array
  lower: Float64Array
  /** How far each centroid has moved since, and how far at most another has. */
  movements: Float64Array
  others: Float64Array
  /** All weights are 1: sums of rows change by the rows that move, since their totals stay exact. */
  isPlain: boolean
}

/**
 * k-means on the host in float64, from given centroids: the iterations of `kmeans`, which end by its tolerance; an empty
 * cluster takes the farthest point. Bounds spare most distances (G. Hamerly, "Making k-means even faster", SDM 2010). Of
 * few points, where commands to a device take longer than the work, it is many times faster.
 */
export async function fitOnHost(
  points: HostPoints,
  centroids: Float64Array,
  { threshold, maxIterations }: HostSettings,
  turns: Turns,
): Promise<HostFit> {
  const run = startRun(points, centroids)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (turns.due) await turns.take()
    const moved = assignRows(points, run)
    if (threshold === null && moved === 0) break
    if (!run.isPlain) sumRows(points, run)
    fillEmpty(points, run)
    const movement = moveCentroids(run, points.columns)
    if (threshold !== null && movement <= threshold) break
  }
  assignRows(points, run)
  return { centroids: run.centroids, inertia: inertiaOf(points, run) }
}

function startRun({ columns, weights }: HostPoints, centroids: Float64Array): Run {
  const rows = weights.length
  const k = centroids.length / columns
  return {
    k,
    centroids: centroids.slice(),
    sums: new Float64Array(k * columns),
    totals: new Float64Array(k),
    labels: new Int32Array(rows).fill(-1),
    upper: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    lower: new Float64Array(rows),
    movements: new Float64Array(k),
    others: new Float64Array(k),
    isPlain: weights.every((weight) => weight === 1),
  }
}

/** Assigns every row to the nearest centroid, and returns the number of labels that changed. */
function assignRows(points: HostPoints, run: Run): number {
  const { data, columns } = points
  const { k, centroids, labels, upper, lower, movements, others, isPlain } = run
  const halves = halfDistances(run, columns)
  let moved = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    const from = row * columns
    if (label >= 0) {
      const half = halves[label]
      const reached = upper[row] + movements[label]
      const left = lower[row] - others[label]
      const bound = left > half ? left : half
      upper[row] = reached
      lower[row] = left
      if (reached < bound) continue
      const distance = Math.sqrt(squaredDistance(data, from, centroids, label * columns, columns))
      upper[row] = distance
      if (distance < bound) continue
    }
    let nearest = 0
    let least = Number.POSITIVE_INFINITY
    let second = Number.POSITIVE_INFINITY
    for (let cluster = 0; cluster < k; cluster++) {
      const distance = squaredDistance(data, from, centroids, cluster * columns, columns)
      if (distance < least) {
        second = least
        least = distance
        nearest = cluster
      } else if (distance < second) second = distance
    }
    upper[row] = Math.sqrt(least)
    lower[row] = Math.sqrt(second)
    if (nearest === label) continue
    labels[row] = nearest
    moved++
    if (!isPlain) continue
    if (label >= 0) addRow(points, run, row, label, -1)
    addRow(points, run, row, nearest, 1)
  }
  return moved
}

/** Adds a row to the sums of a cluster, or with −1 takes it away. */
function addRow({ data, columns }: HostPoints, { sums, totals }: Run, row: number, cluster: number, sign: number) {
  totals[cluster] += sign
  for (let column = 0, at = row * columns, to = cluster * columns; column < columns; column++) {
    sums[to++] += sign * data[at++]
  }
}

/** Half the distance of each centroid to the nearest other one: rows within it belong to the centroid. */
function halfDistances({ k, centroids }: Run, columns: number): Float64Array {
  const halves = new Float64Array(k).fill(Number.POSITIVE_INFINITY)
  for (let a = 1; a < k; a++) {
    for (let b = 0; b < a; b++) {
      const half = Math.sqrt(squaredDistance(centroids, a * columns, centroids, b * columns, columns)) / 2
      if (half < halves[a]) halves[a] = half
      if (half < halves[b]) halves[b] = half
    }
  }
  return halves
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
  const { centroids, labels, sums, totals, upper, lower } = run
  for (let cluster = 0; cluster < totals.length; cluster++) {
    if (totals[cluster] > 0) continue
    let farthest = -1
    let most = 0
    for (let row = 0; row < labels.length; row++) {
      if (weights[row] === 0 || totals[labels[row]] <= weights[row]) continue
      const distance = squaredDistance(data, row * columns, centroids, labels[row] * columns, columns)
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
function moveCentroids({ centroids, sums, totals, movements, others }: Run, columns: number): number {
  let [sum, most, next, farthest] = [0, 0, 0, 0]
  for (let cluster = 0, at = 0; cluster < totals.length; cluster++) {
    let squared = 0
    for (let column = 0; column < columns; column++, at++) {
      if (totals[cluster] === 0) continue
      const mean = sums[at] / totals[cluster]
      const difference = mean - centroids[at]
      squared += difference * difference
      centroids[at] = mean
    }
    const movement = Math.sqrt(squared)
    movements[cluster] = movement
    sum += movement
    if (movement > most) {
      next = most
      most = movement
      farthest = cluster
    } else if (movement > next) next = movement
  }
  others.fill(most)
  others[farthest] = next
  return sum
}

function inertiaOf({ data, columns, weights }: HostPoints, { labels, centroids }: Run): number {
  let sum = 0
  for (let row = 0; row < weights.length; row++) {
    sum += weights[row] * squaredDistance(data, row * columns, centroids, labels[row] * columns, columns)
  }
  return sum
}
