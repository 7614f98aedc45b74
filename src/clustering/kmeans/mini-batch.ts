import type { Chunk } from '../../data/chunks.js'
import type { PointSet } from '../../data/points.js'
import { BufferScope, type Executor } from '../../engine/engine.js'
import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { judgeBatch } from '../../kernels/kmeans/judge-batch.js'
import { MEASURE_BLOCK } from '../../kernels/points/point-blocks.js'
import { randomBits } from '../../kernels/shared/random.js'
import type { Assignment } from './assignment.js'
import { type LloydEnd, LloydJob } from './lloyd.js'
import { copyRows, sampleRows } from './seeding.js'

/** Maximum number of consecutive batches without a new minimum of the average: scikit-learn's `max_no_improvement`. */
const PATIENCE = 10
/** Maximum number of batches that the average spans. */
const SPAN = 100

export interface MiniBatchOptions {
  batchSize: number
  maxIterations: number
  /**
   * Total movement of the centroids, in working units, at which a batch is the last; null: movement is not measured.
   */
  threshold: number | null
  seed: number
}

/**
 * Mini-batch k-means (D. Sculley, "Web-scale k-means clustering", WWW 2010): every iteration assigns a random batch of
 * points and moves each centroid to the mean of all points that were ever assigned to it. It starts from the centroids
 * of the assignment and leaves the result there. It stops, on the device, by `threshold` or when the batches' inertia
 * no longer falls (judge-batch).
 */
export async function iterateBatches(
  { executor, set, k, centroids, signal }: Assignment,
  { batchSize, maxIterations, threshold, seed }: MiniBatchOptions,
  onBatch: (iterations: number) => Promise<void>,
): Promise<LloydEnd> {
  const rows = Math.min(batchSize, set.rows)
  const scope = new BufferScope(executor)
  const batch = batchSet(set, rows, maxIterations, scope)
  const inner = await LloydJob.create(executor.plain ?? executor, batch, k, { cumulative: true, signal })
  try {
    const judge = await executor.compile(judgeBatch)
    const average = scope.allocate('kmeans.average', 12)
    const { state, measureOwn, centroids: means } = inner.assignment
    const { blockSums } = inner.assignment.buffersOf(batch.chunk)
    const share = averageShare(rows, set.rows)
    inner.start(new Float32Array(await executor.read(centroids)))
    const options = { maxIterations, threshold, emptyClusters: 'keep' } as const
    const end = await inner.iterate(options, onBatch, async (iteration) => {
      const total = await takeBatch(executor, set, batch.chunk, randomBits(seed, iteration, rows))
      await inner.queueIteration({ threshold: threshold ?? -1, fillEmpty: false }, measureOwn)
      const parameters = { blocks: batch.blocks, total, share, patience: PATIENCE }
      executor.run(judge, parameters, { blockSums, average, state })
    })
    executor.copy(means, centroids, 0)
    return end
  } finally {
    inner.release()
    scope.release()
  }
}

/**
 * A batch's share in the moving average: scikit-learn's, by which the average spans half a pass over the points, or a
 * larger one if that would be too many batches. For 100 000 points in batches of 100, scikit-learn's share took up to 1
 * 364 batches and this one 179; the greatest inertia above the full batch's was 4.3 % and 5.1 %, and in each run they
 * were at most 2.9 % apart.
 */
const averageShare = (batch: number, rows: number) => Math.min(1, Math.max((2 * batch) / (rows + 1), 2 / (SPAN + 1)))

/** Queues the draw of a batch, and returns its weight. */
async function takeBatch(executor: Executor, set: PointSet, { rows, ...chunk }: Chunk, seed: number): Promise<number> {
  const chosen = sampleRows(set.rows, rows, seed)
  await copyRows(executor, set, chosen, chunk.points)
  const { weights } = set
  if (!weights) return rows
  const own = Float32Array.from(chosen, (row) => weights[row])
  const uploaded = executor.upload('kmeans.nextWeights', own)
  executor.copy(uploaded, chunk.weights, 0)
  executor.release(uploaded)
  return own.reduce((sum, weight) => sum + weight, 0)
}

/**
 * A set of `rows` points in working coordinates, filled anew for every batch. It is always weighted, since all batches
 * together may have more points than a 32-bit count holds; its total weight is the maximum of all batches.
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
    pass: () => [chunk],
  }
}
