import { type Engine, executorOf } from '../../engine/engine.js'
import { measurePoints } from '../../neighbors/measured-points.js'
import { DUNN } from '../../options/evaluation.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { gatherMembers, readClusters, requireSeveral } from './clusters.js'
import type { IndexOptions } from './load-clusters.js'
import { compareClusters } from './mean-distances.js'

export interface DunnOptions extends IndexOptions {
  /** Stage: measure, which tells points. */
  onProgress?: (progress: Progress) => void
}

/**
 * The smallest Euclidean distance between points of different clusters over the largest within one (J. C. Dunn, J. Cybernetics
 * 3, 1974); more is better. All pairs of points are measured, in float32. Where all points of each cluster are equal it is
 * Infinity, and 0 if points of different ones are too.
 *
 * @param labels any integers, one a point
 * @throws LloydError `InputError` for an argument outside its range, for one cluster or as many as points, for NaN or infinity
 *   in the points (with row and column); `OutOfMemoryError`; `DeviceLostError`
 */
export async function dunn(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: DunnOptions = {},
): Promise<number> {
  const executor = executorOf(engine)
  const { noise, signal, onProgress } = readOptions('dunn', options, DUNN)
  signal?.throwIfAborted()
  const { data, columns, rows, distanceOf } = await measurePoints(executor, points, 'euclidean', 0)
  const clusters = readClusters(labels, rows, noise)
  requireSeveral('dunn', clusters)
  const { members, owners, count } = clusters
  const sorted = gatherMembers(data, columns, members)
  const factors = new Float32Array(count).fill(1)
  const comparison = { columns, points: sorted, owners, others: sorted, clusters: owners, factors }
  const { own, other } = await compareClusters(
    executor,
    { ...comparison, squared: true, extremes: true },
    { signal, onProgress },
  )
  const between = other.reduce((least, measure) => Math.min(least, measure))
  const within = own.reduce((most, measure) => Math.max(most, measure))
  return between === 0 ? 0 : distanceOf(between) / distanceOf(within)
}
