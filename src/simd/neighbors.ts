import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { scanPoints } from '../kernels/neighbors/scan-points.js'

/** Bytes of the points that are compared with all queries of a thread: half of a core's first cache. */
const TILE_BYTES = 2 ** 14

export const scanPointsSimd: SimdImplementation<typeof scanPoints> = (host, parameters, at, { OTHERS, MANHATTAN }) => {
  const { columns, first, count, queryGroups, firstOfSlice, sliceGroups, end, kept } = parameters
  const width = columns + (OTHERS ? 2 : 0)
  const tile = Math.min(sliceGroups, Math.max(1, Math.floor(TILE_BYTES / (16 * width))))
  const numbers = [
    ...[at.queries, at.slice, at.floors, at.nearest],
    ...[columns, width, kept, queryGroups, firstOfSlice, sliceGroups, end, tile, MANHATTAN ? 1 : 0],
  ]
  const items = { first, end: first + count, work: 16 * sliceGroups * columns, align: 2 }
  host.scratch(4 * numbers.length, (scan) => {
    new Uint32Array(host.memory.memory.buffer, scan, numbers.length).set(numbers)
    host.share('scanPoints', items, 16 * width * (tile + 2) + 16, scan)
  })
}
