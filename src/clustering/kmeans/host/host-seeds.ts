import { randomBits } from '../../../kernels/shared/random.js'
import { type HostPoints, squaredDistance } from './host-points.js'

/** Number of rows of which the best is the next of k centroids. */
export const trialsOf = (k: number): number => 2 + Math.floor(Math.log(k))

/**
 * Rows as the first k centroids, k × columns, by greedy k-means++: of 2 + ⌊ln k⌋ rows drawn by weight × squared distance, the one
 * that leaves the least.
 */
export function seedOnHost(points: HostPoints, k: number, seed: number): Float64Array {
  const { data, columns, weights } = points
  const trials = trialsOf(k)
  const centroids = new Float64Array(k * columns)
  // To the nearest centroid: of those so far, of those and the best candidate, and of those and another.
  let distances = new Float64Array(weights.length).fill(1)
  let best = new Float64Array(weights.length)
  let other = new Float64Array(weights.length)
  let total = weights.reduce((sum, weight) => sum + weight, 0)
  for (let centroid = 0; centroid < k; centroid++) {
    let row = 0
    let least = Number.POSITIVE_INFINITY
    for (let trial = 0; trial < (centroid === 0 ? 1 : trials); trial++) {
      const drawn = drawRow(weights, distances, (total * randomBits(seed, centroid, trial)) / 2 ** 32)
      if (centroid === 0) distances.fill(Number.POSITIVE_INFINITY)
      const left = includeRow(points, distances, drawn, other)
      if (left >= least) continue
      least = left
      row = drawn
      ;[best, other] = [other, best]
    }
    centroids.set(data.subarray(row * columns, (row + 1) * columns), centroid * columns)
    total = least
    ;[distances, best] = [best, distances]
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

/** Squared distances to the nearest centroid if a row were one more, and their weighted sum. */
function includeRow(
  { data, columns, weights }: HostPoints,
  distances: Float64Array,
  chosen: number,
  included: Float64Array,
): number {
  let sum = 0
  for (let row = 0; row < weights.length; row++) {
    const distance = squaredDistance(data, row * columns, data, chosen * columns, columns)
    included[row] = distance < distances[row] ? distance : distances[row]
    sum += weights[row] * included[row]
  }
  return sum
}
