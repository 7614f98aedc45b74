import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { chooseTile } from '../../engine/tuning.js'
import { KMeansState } from '../../kernels/kmeans/kmeans-state.js'
import { nearestCentroid } from '../../kernels/kmeans/nearest-centroid.js'
import { TUNE_KMEANS } from '../../options/kmeans.js'
import { readOptions } from '../../options/table.js'
import { LEAST_ROWS } from './limits.js'
import { allocatePacked, candidateTiles, shapeClass, tileOptions } from './tiles.js'

/** Points that are assigned in a timed run, at most; fewer where the device is slow. */
const MOST_ROWS = 2 ** 16
const MOST_VALUES = 2 ** 22
/** And centroids that they are compared with, at least. */
const LEAST_CENTROIDS = 256
/** Multiply-adds of one pass over the points from which on tuning pays by itself: seconds of work in a usual fit. */
const WORTH_TUNING = 2 ** 33

/**
 * Measures which tile of the assignment is fastest on the engine's device for this number of columns and clusters (and
 * those of its class: up to the next powers of two), and keeps it for the engine; a class that has a tile, measured or
 * imported, keeps it. Takes a second or a few, most of them for compiling; results do not depend on it. `kmeans` does it
 * by itself for large problems. On the CPU executor there is nothing to tune.
 *
 * @param shape columns 1 … 4096, k 1 … 65 536
 */
export async function tuneKMeans(engine: Engine, shape: { columns: number; k: number }): Promise<void> {
  const executor = executorOf(engine)
  const { columns, k } = readOptions('tuneKMeans', shape, TUNE_KMEANS)
  if (!executor.traits.tunable || executor.tuning.has(shapeClass(columns, k).key)) return
  await tuneNearest(executor, columns, k)
}

/** Tunes for a problem that is large enough to be worth it, once an engine and class of shapes. */
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
    // Where memory is short the default table has to do; the fit itself may well fit.
    if (!(error instanceof LloydError && error.code === 'OutOfMemoryError')) throw error
  }
}

async function tuneNearest(executor: Executor, ownColumns: number, ownK: number, signal?: AbortSignal): Promise<void> {
  const { key, columns, k } = shapeClass(ownColumns, ownK)
  const affordable = Math.min(MOST_VALUES / columns, executor.pace.budget / (2 * columns * k))
  const rows = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, 2 ** Math.floor(Math.log2(affordable))))
  // A pass over many centroids repeats what it does with some.
  const compared = Math.min(k, Math.max(LEAST_CENTROIDS, executor.pace.budget / (2 * columns * rows)))
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

/** As after the first iteration, so that no point moves. */
function tuningState(): Uint32Array<ArrayBuffer> {
  const state = new Uint32Array(KMeansState.moves + 1)
  state[KMeansState.iterations] = 1
  return state
}
