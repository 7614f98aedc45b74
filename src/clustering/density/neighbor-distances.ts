import { BufferScope, type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type Metric, measurePoints } from '../../neighbors/measured-points.js'
import { nearestMeasures } from '../../neighbors/nearest.js'
import { createPointForest } from '../../neighbors/point-forest.js'
import { NEIGHBOR_DISTANCES } from '../../options/density.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'

export interface NeighborDistancesOptions {
  /** Which nearest point, the point itself included: 1 … the number of points, at most 2²⁴. */
  k: number
  /** Distance of points: Euclidean (the default), Manhattan, or the cosine distance 1 − cos, for which no point may be 0. */
  metric?: Metric
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: sort; nearest, of which more than 32 neighbours take several. */
  onProgress?: (progress: Progress) => void
}

/**
 * The distance of every point to its k-th nearest, itself included, in the order of the points. With k the `minPoints` of
 * `dbscan`, a point is a core point from this epsilon on, and the sorted distances bend where noise begins (Ester et al.,
 * KDD 1996, §4.2). Distances are computed in float32, as `dbscan` does.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export async function neighborDistances(
  engine: Engine,
  points: Points,
  options: NeighborDistancesOptions,
): Promise<Float64Array<ArrayBuffer>> {
  const executor = executorOf(engine)
  const { k, metric, signal, onProgress } = readOptions('neighborDistances', options, NEIGHBOR_DISTANCES)
  signal?.throwIfAborted()
  const measured = await measurePoints(executor, points, metric, 0)
  const { rows, distanceOf } = measured
  if (k > rows) {
    throw new LloydError('InputError', `k is ${k} but there are only ${rows} points; each counts as its own nearest`)
  }
  const scope = new BufferScope(executor)
  try {
    const forest = createPointForest(executor, scope, measured, null)
    onProgress?.({ stage: 'sort', done: rows, total: rows })
    const measures = await nearestMeasures(executor, scope, forest, k, { signal, onProgress })
    const distances = new Float64Array(rows)
    for (let place = 0; place < rows; place++) distances[forest.order[place]] = distanceOf(measures[place])
    return distances
  } finally {
    scope.release()
  }
}
