import { BufferScope, type Engine, executorOf } from '../../engine/engine.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { NONE } from '../../kernels/shared/none.js'
import { lowestLabels } from '../../neighbors/lowest-labels.js'
import { type MeasuredPoints, type Metric, measureTogether } from '../../neighbors/measured-points.js'
import { createPointForest } from '../../neighbors/point-forest.js'
import { PREDICT_DBSCAN } from '../../options/density.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'

export interface PredictDbscanOptions {
  /** The points that were clustered, or any of them with all core points. */
  training: Points
  /** What `dbscan` returned for them; of the labels only those of core points count. */
  clustering: { labels: ArrayLike<number>; corePoints: ArrayLike<number> }
  /** Distance up to which points are neighbours, as it was given to `dbscan`. */
  epsilon: number
  /** Distance of points, as it was given to `dbscan`; Euclidean by default. */
  metric?: Metric
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: sort, label. */
  onProgress?: (progress: Progress) => void
}

/**
 * The label of each of other points in a clustering by `dbscan`: the lowest among the core points within `epsilon`, and −1
 * without one, as for border points. So the points that were clustered get their own labels.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export async function predictDbscan(
  engine: Engine,
  points: Points,
  options: PredictDbscanOptions,
): Promise<Int32Array<ArrayBuffer>> {
  const executor = executorOf(engine)
  const settings = readOptions('predictDbscan', options, PREDICT_DBSCAN)
  const { training, clustering, epsilon, metric, ...control } = settings
  control.signal?.throwIfAborted()
  const [trained, measured] = await measureTogether(executor, { training, points }, metric, epsilon)
  const cores = coresOf(clustering, trained)
  const predicted = new Int32Array(measured.rows).fill(-1)
  if (cores.rows === 0) return predicted
  const scope = new BufferScope(executor)
  try {
    const forest = createPointForest(executor, scope, cores, null)
    const queries = createPointForest(executor, scope, measured, null, forest.rows)
    const labels = new Uint32Array(forest.rows + queries.rows).fill(NONE)
    for (const [place, row] of forest.order.entries()) labels[place] = cores.labels[row]
    control.onProgress?.({ stage: 'sort', done: queries.rows, total: queries.rows })
    const search = { forest, queries, limit: measured.limitOf(epsilon), ...control }
    const lowest = await lowestLabels(executor, scope, search, labels)
    for (const [place, row] of queries.order.entries()) predicted[row] = lowest[place] === NONE ? -1 : lowest[place]
    return predicted
  } finally {
    scope.release()
  }
}

/** The core points among those that were clustered, with their labels. */
function coresOf(clustering: PredictDbscanOptions['clustering'], { data, ...points }: MeasuredPoints) {
  const { labels, corePoints } = clustering ?? {}
  const { rows, columns } = points
  if (labels?.length !== rows) throw mustBe('clustering.labels', `${rows} labels, one for each training point`, labels)
  if (!(corePoints?.length >= 0)) throw mustBe('clustering.corePoints', 'rows of the training points', corePoints)
  const cores = new Float32Array(corePoints.length * columns)
  const own = new Uint32Array(corePoints.length)
  for (let core = 0; core < own.length; core++) {
    const row = corePoints[core]
    if (!(labels[row] >= 0)) {
      throw new LloydError('InputError', `clustering.corePoints has ${row}, which is no training point with a label`)
    }
    cores.set(data.subarray(row * columns, (row + 1) * columns), core * columns)
    own[core] = labels[row]
  }
  return { ...points, data: cores, rows: own.length, labels: own }
}
