import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { nearestCluster } from '../kernels/hierarchy/nearest-cluster.js'
import type { pairDistances } from '../kernels/hierarchy/pair-distances.js'

/** Bytes of the measures of 8 queries to a tile of clusters, and of 8 distances to 4 points twice. */
const [TILE_BYTES, PAIR_BYTES] = [2048, 256]
/** Multiply-adds that a measure takes as long as to be compared. */
const COMPARE_WORK = 3

export const nearestClusterSimd: SimdImplementation<typeof nearestCluster> = (host, parameters, at, flags) => {
  const { clusters, columns, first, count, queryGroups, firstOfSlice, sliceGroups } = parameters
  const sizes = [clusters, columns, queryGroups, firstOfSlice, sliceGroups]
  const numbers = [at.queries, at.slice, at.found, ...sizes, Number(flags.WARD), Number(flags.MANHATTAN)]
  const items = { first, end: first + count, work: 16 * sliceGroups * (columns + COMPARE_WORK), align: 2 }
  host.scratch(4 * numbers.length, (task) => {
    new Uint32Array(host.memory.memory.buffer, task, numbers.length).set(numbers)
    host.share('nearestClusters', items, 16 * columns * (sliceGroups + 2) + TILE_BYTES, task)
  })
}

export const pairDistancesSimd: SimdImplementation<typeof pairDistances> = (host, parameters, at, flags) => {
  const { columns, columnGroups, rowGroups, first, count, rooted, stride, firstRow, firstColumn, complete } = parameters
  const [members, others] = flags.UNITED ? [parameters.members, 2] : [1, 1]
  const numbers = [
    ...[at.columnPoints, at.rowPoints + 16 * first, at.distances + 16 * (4 * firstRow * stride + firstColumn)],
    ...[columns, columnGroups, rowGroups, rooted, stride, members, others, flags.UNITED ? complete : 0],
    Number(flags.MANHATTAN),
  ]
  const work = 16 * columnGroups * members * others * (columns + COMPARE_WORK)
  const scratchBytes = 16 * columns * (members * count + 2 * others) + PAIR_BYTES
  host.scratch(4 * numbers.length, (task) => {
    new Uint32Array(host.memory.memory.buffer, task, numbers.length).set(numbers)
    host.share('pairDistances', { first: 0, end: count, work, align: 1 }, scratchBytes, task)
  })
}
