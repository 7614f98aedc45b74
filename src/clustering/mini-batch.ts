import { BufferScope } from '../engine/engine.js'
import { UNIFORM_BYTES } from '../engine/kernel.js'
import { MEASURE_BLOCK } from '../kernels/measure-points.js'
import { randomBits } from '../kernels/shared/random.js'
import type { Assignment } from './assignment.js'
import { LloydJob } from './lloyd.js'
import type { Chunk, PointSet } from './points.js'
import { copyRows, sampleRows } from './seeding.js'

/**
 * Mini-batch k-means (D. Sculley, "Web-scale k-means clustering", WWW 2010): every iteration assigns a random batch of
 * points and moves each centroid to the mean of all the points it was ever given. The assignment's centroids are where
 * it starts and ends. It stops when the centroids move by at most `threshold` (working units) in one batch; null: never before
 * `maxIterations`.
 */
export async function iterateBatches(
  { executor, set, k, centroids, signal }: Assignment,
  {
    batchSize,
    maxIterations,
    threshold,
    seed,
  }: { batchSize: number; maxIterations: number; threshold: number | null; seed: number },
  onBatch: (iterations: number) => Promise<void>,
): Promise<{ iterations: number; converged: boolean; centroids: null }> {
  const rows = Math.min(batchSize, set.rows)
  const scope = new BufferScope(executor)
  const batch = batchSet(set, rows, maxIterations, scope)
  const inner = await LloydJob.create(executor, batch, k, { cumulative: true, signal })
  try {
    inner.start(new Float32Array(await executor.read(centroids)))
    let iterations = 0
    let converged = false
    while (iterations < maxIterations && !converged) {
      const chosen = sampleRows(set.rows, rows, randomBits(seed, iterations, rows))
      await copyRows(executor, set, chosen, batch.chunk.points)
      const { weights } = set
      if (weights) {
        executor.write(
          batch.chunk.weights,
          Float32Array.from(chosen, (row) => weights[row]),
        )
      }
      iterations++
      converged = (await inner.iterate(iterations, threshold ?? -1, 'keep', async () => {})).converged
      await onBatch(iterations)
    }
    executor.copy(inner.assignment.centroids, centroids, 0)
    return { iterations, converged, centroids: null }
  } finally {
    inner.release()
    scope.release()
  }
}

/**
 * A set of `rows` points in working coordinates, filled anew for every batch. It is weighted in any case: the points of
 * all batches may be more than a 32-bit count holds, and its total weight is the most that all can have.
 */
function batchSet(set: PointSet, rows: number, batches: number, scope: BufferScope): PointSet & { chunk: Chunk } {
  const { columns } = set
  const blocks = Math.ceil(rows / MEASURE_BLOCK)
  const weights = new Float32Array(rows).fill(1)
  const largest = set.weights?.reduce((most, weight) => Math.max(most, weight), 0) ?? 1
  const chunk: Chunk = {
    firstRow: 0,
    firstBlock: 0,
    rows,
    blocks,
    points: scope.allocate('kmeans.batch', 4 * rows * columns),
    weights: scope.upload('kmeans.batchWeights', weights),
  }
  return {
    ...set,
    rows,
    blocks,
    chunkRows: [rows],
    chunk,
    weights,
    weightBuffers: [chunk.weights],
    totalWeight: Math.max(1, batches) * rows * largest,
    shift: new Float32Array(columns),
    scale: 1,
    shiftBuffer: scope.allocate('kmeans.batchShift', UNIFORM_BYTES),
    resident: true,
    pass: () => [chunk],
  }
}
