import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { measurePoints } from '../kernels/kmeans/measure-points.js'
import { type columnStatistics, STATISTICS_ROWS } from '../kernels/points/column-statistics.js'
import { MEASURE_BLOCK } from '../kernels/points/point-blocks.js'

/** Multiply-adds that a coordinate in float64 is taken for. */
const COORDINATE_WORK = 8

export const measurePointsSimd: SimdImplementation<typeof measurePoints> = (host, parameters, at, flags) => {
  const { firstRow, rows, columns, scale } = parameters
  const endRow = firstRow + rows
  const [first, end] = [firstRow / MEASURE_BLOCK, Math.ceil(endRow / MEASURE_BLOCK)]
  const items = { first, end, work: COORDINATE_WORK * MEASURE_BLOCK * columns, align: 1 }
  const addresses = [at.points, flags.WEIGHTED ? at.weights : 0, at.shift, at.centroids, at.labels, at.distances]
  host.share('measureDistances', items, 32, ...addresses, at.blockSums, endRow, columns, scale, flags.LOWER ? 1 : 0)
}

export const columnStatisticsSimd: SimdImplementation<typeof columnStatistics> = (host, parameters, at) => {
  const { rows, columns, firstBlock, blocks, scale } = parameters
  host.scratch(4 * blocks, (found) => {
    const items = {
      first: firstBlock,
      end: firstBlock + blocks,
      work: COORDINATE_WORK * STATISTICS_ROWS * columns,
      align: 1,
    }
    const addresses = [at.points, at.reference, at.statistics, found - 4 * firstBlock]
    host.share('describeColumns', items, 0, ...addresses, rows, columns, scale)
    const { buffer } = host.memory.memory
    const firstBad = new Uint32Array(buffer, at.firstBad, 1)
    for (const bad of new Uint32Array(buffer, found, blocks)) firstBad[0] = Math.min(firstBad[0], bad)
  })
}
