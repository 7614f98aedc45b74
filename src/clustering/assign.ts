import { type Engine, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { Matrix, Points, TypedArray } from '../types.js'
import { LloydJob } from './lloyd.js'
import { createPointSet, toMatrix } from './points.js'

/**
 * The nearest centroid of each point: `labels[i]` minimises ‖points[i] − centroids[label]‖, the lowest number among
 * equals.
 */
export async function assign(engine: Engine, points: Points, centroids: Points): Promise<Uint32Array> {
  const executor = executorOf(engine)
  const matrix = await toMatrix(centroids, 'centroids')
  const set = await createPointSet(executor, points)
  try {
    requireSameColumns(matrix, set.columns)
    const job = await LloydJob.create(executor, set, matrix.rows)
    try {
      job.start(set.toWorking(matrix))
      return (await job.finish()).labels
    } finally {
      job.release()
    }
  } finally {
    set.release()
  }
}

function requireSameColumns(centroids: Matrix<TypedArray>, columns: number): void {
  if (centroids.columns !== columns) {
    throw new LloydError('InputError', `centroids have ${centroids.columns} columns, the points ${columns}`)
  }
}
