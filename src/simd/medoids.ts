import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { swapChanges } from '../kernels/medoids/swap-changes.js'

/** Bytes of the distances of 8 candidates to a tile of points, and of their sums, in `assembly/clusters/swaps.ts`. */
const PANEL_BYTES = 2048 + 256
/** Multiply-adds that a distance takes as long as to be compared and added. */
const CHANGE_WORK = 6

export const swapChangesSimd: SimdImplementation<typeof swapChanges> = (host, parameters, at, flags) => {
  const { columns, first, count, candidateGroups, pointGroups, parts, begins, rooted } = parameters
  const numbers = [
    ...[at.candidates, at.points, at.clusters, at.changes, at.medoids],
    ...[columns, candidateGroups, pointGroups, parts, begins, rooted],
    ...[flags.MANHATTAN, flags.STORED].map(Number),
  ]
  const items = { first, end: first + count, work: 16 * pointGroups * (columns + CHANGE_WORK), align: 2 }
  host.scratch(4 * numbers.length, (task) => {
    new Uint32Array(host.memory.memory.buffer, task, numbers.length).set(numbers)
    host.share('compareSwaps', items, 16 * columns * (pointGroups + 2) + PANEL_BYTES, task)
  })
}
