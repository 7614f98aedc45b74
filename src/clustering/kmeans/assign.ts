import { toMatrix } from '../../data/matrix.js'
import { findOrigin } from '../../data/origin.js'
import { type PointSet, withPointSet } from '../../data/points.js'
import { type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { requireOutput } from '../../engine/output.js'
import { detach } from '../../engine/webgpu/detach.js'
import { ASSIGN } from '../../options/kmeans.js'
import { MAX_CLUSTERS } from '../../options/limits.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Points, TypedArray } from '../../types.js'
import { Assignment } from './assignment.js'

/**
 * The nearest centroid of each point: `labels[i]` is the label that minimizes ‖points[i] − centroids[label]‖, the
 * lowest one among equals.
 *
 * With `output: 'gpu'` the labels stay on the engine's device, as u32 in a buffer (STORAGE, COPY_SRC, COPY_DST) that
 * the caller destroys.
 */
export async function assign(
  engine: Engine,
  points: Points,
  centroids: Points,
  options?: { output?: 'cpu' },
): Promise<Uint32Array>
export async function assign(
  engine: Engine,
  points: Points,
  centroids: Points,
  options: { output: 'gpu' },
): Promise<GPUBuffer>
export async function assign(
  engine: Engine,
  points: Points,
  centroids: Points,
  options: { output?: 'cpu' | 'gpu' } = {},
): Promise<Uint32Array | GPUBuffer> {
  const executor = executorOf(engine)
  const { output } = readOptions('assign', options, ASSIGN)
  requireOutput(executor, output)
  return await withCentroids(executor, points, centroids, async (set, matrix) => {
    const assignment = await Assignment.create(executor, set, matrix.rows)
    try {
      assignment.start(set.toWorking(matrix))
      if (output === 'cpu') return (await assignment.finish()).labels
      assignment.start()
      assignment.pack()
      await assignment.pass(assignment.assign)
      const labels = executor.allocate('kmeans.allLabels', 4 * set.rows)
      for (const [firstRow, chunk] of assignment.chunks) executor.copy(chunk.labels, labels, 4 * firstRow)
      const buffer = detach(executor, labels)
      await executor.idle()
      return buffer
    } finally {
      assignment.release()
    }
  })
}

/** Prepares points and centroids with the same columns. */
export async function withCentroids<T>(
  executor: Executor,
  points: Points,
  centroids: Points,
  work: (set: PointSet, centroids: Matrix<TypedArray>) => Promise<T>,
): Promise<T> {
  const matrix = await toMatrix(executor, centroids, 'centroids')
  if (matrix.rows > MAX_CLUSTERS) {
    throw new LloydError('InputError', `there are ${matrix.rows} centroids; at most ${MAX_CLUSTERS} are compared`)
  }
  const check = (_: number, columns: number) => {
    if (matrix.columns !== columns) {
      throw new LloydError('InputError', `centroids have ${matrix.columns} columns, the points ${columns}`)
    }
    const bytes = 4 * Math.ceil(matrix.rows / 4) * 4 * columns
    if (bytes <= executor.maxBufferBytes) return
    throw new LloydError(
      'InputError',
      `${matrix.rows} centroids of ${columns} columns take ${bytes} bytes; this device binds at most ` +
        `${executor.maxBufferBytes}; use fewer centroids at once`,
    )
  }
  return await withPointSet(executor, points, { check, originOf: findOrigin }, (set) => work(set, matrix))
}
