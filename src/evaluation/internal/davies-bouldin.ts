import type { Engine } from '../../engine/engine.js'
import { nextTask } from '../../engine/next-task.js'
import type { Points } from '../../types.js'
import { centroidsOf, spreadsOf } from './centroids.js'
import { requireSeveral } from './clusters.js'
import { type IndexOptions, loadClusters } from './load-clusters.js'

/** Centroids nearer than this share of what they are computed from differ by rounding only. */
const COINCIDENT = 1e-14
/** Milliseconds after which the event loop gets a turn. */
const TURN_MS = 50

/**
 * The mean over all clusters of their likeness to the one most like them (D. L. Davies and D. W. Bouldin, IEEE PAMI 1, 1979):
 * the mean distances of the points of both to their centroids, over the distance of the centroids; less is better. Pairs of
 * clusters whose centroids coincide are left out. Computed in float64.
 *
 * @param labels any integers, one a point
 * @throws LloydError `InputError` for an argument outside its range, for one cluster or as many as points, for NaN or infinity
 *   in the points (with row and column)
 */
export async function daviesBouldin(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: IndexOptions = {},
): Promise<number> {
  const { matrix, clusters, signal } = await loadClusters('daviesBouldin', engine, points, labels, options)
  requireSeveral('daviesBouldin', clusters)
  const { data, columns } = matrix
  const { count, sizes } = clusters
  const means = centroidsOf(data, columns, clusters)
  const spreads = spreadsOf(data, columns, clusters, means, true).map((spread, cluster) => spread / sizes[cluster])
  let sum = 0
  let turn = performance.now()
  for (let cluster = 0; cluster < count; cluster++) {
    sum += mostAlike(means, columns, spreads, cluster)
    if (performance.now() - turn < TURN_MS) continue
    await nextTask()
    signal?.throwIfAborted()
    turn = performance.now()
  }
  return sum / count
}

/** The likeness of a cluster to the one most like it; 0 where the centroids of all coincide. */
function mostAlike(means: Float64Array, columns: number, spreads: Float64Array, cluster: number): number {
  const own = cluster * columns
  let most = 0
  for (let other = 0, at = 0; other < spreads.length; other++) {
    let square = 0
    let size = 0
    for (let column = 0; column < columns; column++, at++) {
      square += (means[at] - means[own + column]) ** 2
      size = Math.max(size, Math.abs(means[own + column]))
    }
    const spread = spreads[cluster] + spreads[other]
    const distance = Math.sqrt(square)
    if (distance > COINCIDENT * (spread + size) && spread > most * distance) most = spread / distance
  }
  return most
}
