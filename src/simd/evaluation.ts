import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { type meanDistances, SLICES } from '../kernels/evaluation/mean-distances.js'

/** Bytes of a panel's numbers, of its distances to a tile of others, and of its clusters, in `assembly/clusters/mean-distances.ts`. */
const PANEL_BYTES = 320 + 2048 + 32
/** Multiply-adds that a root and its addition take as long as. */
const ROOT_WORK = 4

export const meanDistancesSimd: SimdImplementation<typeof meanDistances> = (host, parameters, at, flags) => {
  const { columns, first, count, chunkGroups, slice, sliceGroups, firstCluster } = parameters
  const { MANHATTAN, SQUARED, EXTREMES } = flags
  const folds = (slice + 1) % SLICES === 0
  const numbers = [
    ...[at.chunk, at.owners, at.slice, at.state, columns, chunkGroups, sliceGroups, firstCluster],
    ...[slice === 0, folds, MANHATTAN, SQUARED, EXTREMES].map(Number),
  ]
  const items = { first, end: first + count, work: 16 * sliceGroups * (columns + ROOT_WORK), align: 2 }
  host.scratch(4 * numbers.length, (task) => {
    new Uint32Array(host.memory.memory.buffer, task, numbers.length).set(numbers)
    host.share('compareSlice', items, 16 * columns * (sliceGroups + 2) + PANEL_BYTES, task)
  })
}
