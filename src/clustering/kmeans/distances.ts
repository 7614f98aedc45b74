import { BufferScope, type Engine, executorOf } from '../../engine/engine.js'
import { centroidDistances } from '../../kernels/kmeans/centroid-distances.js'
import type { Matrix, Points } from '../../types.js'
import { withCentroids } from './assign.js'

/** Maximum bytes of distances on the device at a time. */
const OUTPUT_BYTES = 2 ** 26

/** The Euclidean distances of all points to all centroids, rows × k. */
export async function distances(engine: Engine, points: Points, centroids: Points): Promise<Matrix> {
  const executor = executorOf(engine)
  return await withCentroids(executor, points, centroids, async (set, matrix) => {
    const { columns, scale, shiftBuffer: shift } = set
    const k = matrix.rows
    const kernel = await executor.compile(centroidDistances)
    const { pace } = executor
    const scope = new BufferScope(executor)
    try {
      const data = new Float32Array(set.rows * k)
      const atOnce = Math.max(1, Math.floor(Math.min(OUTPUT_BYTES, executor.maxBufferBytes) / (4 * k)))
      const output = scope.allocate('distances.output', 4 * k * Math.min(atOnce, set.rows))
      const working = scope.upload('distances.centroids', set.toWorking(matrix))
      for await (const chunk of set.pass()) {
        for (let firstRow = 0; firstRow < chunk.rows; ) {
          const budget = Math.max(64, Math.floor(pace.budget / (k * columns)))
          const rows = Math.min(atOnce, budget, chunk.rows - firstRow)
          executor.run(
            kernel,
            { firstRow, rows, columns, centroidCount: k, scale },
            { points: chunk.points, shift, centroids: working, distances: output },
          )
          await pace.spend(rows * k * columns)
          const squares = new Float32Array(await executor.read(output, 0, 4 * rows * k))
          const first = (chunk.firstRow + firstRow) * k
          for (let i = 0; i < squares.length; i++) data[first + i] = Math.sqrt(squares[i]) / scale
          firstRow += rows
        }
      }
      return { data, rows: set.rows, columns: k }
    } finally {
      scope.release()
    }
  })
}
