export type EmptyClusters = 'farthest' | 'split' | 'keep'

/**
 * Indices of the points with the `count` largest positive distances, largest first, lowest index among equals. Points
 * of weight 0 are skipped.
 */
export function farthestPoints(distances: Float32Array, count: number, weights: Float32Array | null): number[] {
  const order = (i: number, j: number) => distances[j] - distances[i] || i - j
  let best: number[] = []
  // Keeps the best of every stretch, so that at most `count` plus one stretch are sorted at a time.
  const stretch = Math.max(1024, count)
  for (let first = 0; first < distances.length; first += stretch) {
    for (let i = first; i < Math.min(first + stretch, distances.length); i++) {
      if (distances[i] > 0 && !(weights && weights[i] === 0)) best.push(i)
    }
    best = best.sort(order).slice(0, count)
  }
  return best
}

/**
 * Moves each empty cluster's centroid beside that of the largest cluster whose points do not all coincide, and the
 * latter slightly to the opposite side. Returns false if there is none. `sizes` are numbers of points with a weight,
 * `spreads` sums of their squared distances; `centroids`, clusters × columns, change.
 */
export function splitClusters(
  centroids: Float32Array,
  empty: readonly number[],
  sizes: Uint32Array,
  spreads: Float64Array,
): boolean {
  const columns = centroids.length / sizes.length
  for (const cluster of empty) {
    let largest = -1
    for (const [other, size] of sizes.entries()) {
      if (size > 1 && spreads[other] > 0 && (largest < 0 || size > sizes[largest])) largest = other
    }
    if (largest < 0) return cluster !== empty[0]
    sizes[cluster] = sizes[largest] >>> 1
    sizes[largest] -= sizes[cluster]
    spreads[cluster] = spreads[largest]
    for (let column = 0; column < columns; column++) {
      const c = centroids[largest * columns + column]
      // Alternating signs, so that the two differ in direction and not only in length (as in FAISS).
      const step = (column % 2 === 0 ? 1 : -1) * Math.max(Math.abs(c), 2 ** -10) * 2 ** -10
      centroids[cluster * columns + column] = c + step
      centroids[largest * columns + column] = c - step
    }
  }
  return true
}
