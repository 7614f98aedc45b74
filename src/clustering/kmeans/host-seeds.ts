import { randomBits } from '../../kernels/shared/random.js'

/** Points in memory, row-major, with a finite weight ≥ 0 for each, not all zero. */
export interface HostPoints {
  data: Float64Array
  columns: number
  weights: Float64Array
}

/**
 * Rows as the first k centroids, k × columns, by greedy k-means++: of 2 + ⌊ln k⌋ rows drawn by weight × squared distance, the one
 * that leaves the least.
 */
export function seedOnHost(points: HostPoints, k: number, seed: number): Float64Array {
  const { data, columns, weights } = points
  const trials = 2 + Math.floor(Math.log(k))
  const centroids = new Float64Array(k * columns)
  const distances = new Float64Array(weights.length).fill(1)
  const drawFor = (centroid: number, trial: number) =>
    drawRow(weights, distances, (total * randomBits(seed, centroid, trial)) / 2 ** 32)
  let total = weights.reduce((sum, weight) => sum + weight, 0)
  let row = drawFor(0, 0)
  distances.fill(Number.POSITIVE_INFINITY)
  for (let centroid = 0; centroid < k; centroid++) {
    let least = Number.POSITIVE_INFINITY
    for (let trial = 0; trial < trials && centroid > 0; trial++) {
      const candidate = drawFor(centroid, trial)
      const left = potentialWith(points, distances, candidate)
      if (left >= least) continue
      least = left
      row = candidate
    }
    centroids.set(data.subarray(row * columns, (row + 1) * columns), centroid * columns)
    total = includeRow(points, distances, row)
  }
  return centroids
}

/** The row at which the sum of weights × distances passes a number. */
function drawRow(weights: Float64Array, distances: Float64Array, rest: number): number {
  let left = rest
  let drawn = 0
  for (let row = 0; row < weights.length; row++) {
    const share = weights[row] * distances[row]
    if (share === 0) continue
    drawn = row
    if (left < share) break
    left -= share
  }
  return drawn
}

/** The sum of squared distances if a row were one more centroid. */
function potentialWith({ data, columns, weights }: HostPoints, distances: Float64Array, chosen: number): number {
  const origin = chosen * columns
  let sum = 0
  for (let row = 0, at = 0; row < weights.length; row++) {
    let distance = 0
    for (let column = 0; column < columns; column++) {
      const difference = data[at++] - data[origin + column]
      distance += difference * difference
    }
    sum += weights[row] * (distance < distances[row] ? distance : distances[row])
  }
  return sum
}

/** Lowers squared distances to those to a row, which is one more centroid, and returns their weighted sum. */
function includeRow({ data, columns, weights }: HostPoints, distances: Float64Array, chosen: number): number {
  const origin = chosen * columns
  let sum = 0
  for (let row = 0, at = 0; row < weights.length; row++) {
    let distance = 0
    for (let column = 0; column < columns; column++) {
      const difference = data[at++] - data[origin + column]
      distance += difference * difference
    }
    if (distance < distances[row]) distances[row] = distance
    sum += weights[row] * distances[row]
  }
  return sum
}
