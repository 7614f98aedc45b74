import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { chooseTile } from '../../engine/tuning.js'
import { KMeansState } from '../../kernels/kmeans/kmeans-state.js'
import { nearestCentroid } from '../../kernels/kmeans/nearest-centroid.js'
import { TUNE_KMEANS } from '../../options/kmeans.js'
import { readOptions } from '../../options/table.js'
import { MIN_ROWS } from './limits.js'
import { allocatePacked, candidateTiles, shapeClass, tileOptions } from './tiles.js'

/** Maximum number of points in a timed run; fewer on slow devices. */
const MAX_ROWS = 2 ** 16
const MAX_VALUES = 2 ** 22
/** Minimum number of centroids in a timed run. */
const MIN_CENTROIDS = 256
/**
 * Number of multiply-adds of one pass over the points from which on automatic tuning pays off: seconds of work in a
 * typical fit.
 */
const WORTH_TUNING = 2 ** 33

/**
 * Measures which tile of the assignment is fastest on the engine's device for this number of columns and clusters (and
 * all of their class: up to the next powers of two), and keeps it in the engine. A class that has a tile, measured or
 * imported, keeps it. Takes up to a few seconds, most of them for compiling; results do not depend on it. `kmeans`
 * tunes automatically for large problems. On the CPU executor there is nothing to tune.
 *
 * @param shape columns 1 … 4096, k 1 … 65 536
 */
export async function tuneKMeans(engine: Engine, shape: { columns: number; k: number }): Promise<void> {
  const executor = executorOf(engine)
  const { columns, k } = readOptions('tuneKMeans', shape, TUNE_KMEANS)
  if (!executor.traits.tunable || executor.tuning.has(shapeClass(columns, k).key)) return
  await tuneNearest(executor, columns, k)
}

/** Tunes for a problem that is large enough to pay off, once per engine and class of shapes. */
export async function tuneForRows(
  executor: Executor,
  rows: number,
  columns: number,
  k: number,
  signal?: AbortSignal,
): Promise<void> {
  if (!executor.traits.tunable || rows * columns * k < WORTH_TUNING) return
  if (executor.tuning.has(shapeClass(columns, k).key)) return
  try {
    await tuneNearest(executor, columns, k, signal)
  } catch (error) {
    // Without memory for it, the default table is used; the fit itself may still fit.
    if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
  }
}

async function tuneNearest(executor: Executor, ownColumns: number, ownK: number, signal?: AbortSignal): Promise<void> {
  const { key, columns, k } = shapeClass(ownColumns, ownK)
  const affordable = Math.min(MAX_VALUES / columns, executor.pace.budget / (2 * columns * k))
  const rows = Math.max(MIN_ROWS, Math.min(MAX_ROWS, 2 ** Math.floor(Math.log2(affordable))))
  // A pass over many centroids repeats the work of one over fewer.
  const compared = Math.min(k, Math.max(MIN_CENTROIDS, executor.pace.budget / (2 * columns * rows)))
  const groups = Math.ceil(compared / 4)
  const scope = new BufferScope(executor)
  try {
    const points = scope.allocate('tuning.points', 4 * rows * columns)
    const shift = scope.allocate('tuning.shift', UNIFORM_BYTES)
    const labels = scope.allocate('tuning.labels', 4 * rows)
    const moves = scope.allocate('tuning.moves', 8 * rows)
    const state = scope.upload('tuning.state', tuningState())
    const packed = [false, true].map((uniform) => allocatePacked(scope, columns, k, uniform))
    await chooseTile(executor, key, candidateTiles(executor, columns, k), async (tile) => {
      const nearest = await executor.compile(nearestCentroid, tileOptions(executor, tile, columns, k))
      const buffers = { points, shift, ...packed[nearest.flags.UNIFORM ? 1 : 0], labels, moves, state }
      return () => {
        signal?.throwIfAborted()
        executor.run(nearest, { firstRow: 0, rows, columns, groups, scale: 1, chunk: 0 }, buffers)
      }
    })
  } finally {
    scope.release()
  }
}

/** Labels as after the first iteration, so that no point moves. */
function tuningState(): Uint32Array<ArrayBuffer> {
  const state = new Uint32Array(KMeansState.moves + 1)
  state[KMeansState.iterations] = 1
  return state
}
