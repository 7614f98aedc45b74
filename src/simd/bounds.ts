import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { KMeansState } from '../kernels/kmeans/kmeans-state.js'
import type { nearestBounded } from '../kernels/kmeans/pruning/nearest-bounded.js'

/** Points whose labels are compared with their former ones at a time. */
const BLOCK = 2 ** 17
/** The share of all centroids, in points whose bounds are known, that the work of a point is taken for. */
const SHARE = 1 / 16
/** Bytes of addresses and numbers: `Bounds` in assembly/bounded-all.ts. */
const TASK_BYTES = 64

export const nearestBoundedSimd: SimdImplementation<typeof nearestBounded> = (host, parameters, at) => {
  const { firstRow, rows, allRows, columns, centroidCount, groups, most, scale, chunk, anew } = parameters
  const { exports, memory } = host
  const words = () => new Uint32Array(memory.memory.buffer, at.state, KMeansState.moves + chunk + 1)
  const { [KMeansState.stopped]: stopped, [KMeansState.iterations]: iterations } = words()
  if (stopped) return
  const former = words()[KMeansState.moves + chunk]
  let count = former
  const end = firstRow + rows
  const block = Math.min(rows, BLOCK)
  const pitch = 32 * Math.ceil(columns / 8)
  const copied = pitch === 4 * columns ? 0 : pitch * centroidCount
  const work = columns * centroidCount * (anew ? 1 : SHARE)
  const scratchBytes = 96 + pitch + 160 * groups + 32 * columns
  host.scratch(TASK_BYTES + 4 * block + copied, (task) => {
    const copy = task + TASK_BYTES + 4 * block
    if (copied > 0) exports.padRows(at.centroids, centroidCount, 4 * columns, copy, pitch)
    const centroids = copied > 0 ? copy : at.centroids
    for (let first = firstRow; first < end; first += block) {
      const items = { first, end: Math.min(end, first + block), work, align: 8 }
      const nearest = task + TASK_BYTES - 4 * first
      const addresses = [at.points, at.shift, centroids, at.motion, at.bounds, nearest]
      const sizes = [pitch, columns, groups, centroidCount, allRows, most, anew]
      new Uint32Array(memory.memory.buffer, task, TASK_BYTES / 4).set([...addresses, ...sizes])
      host.share('boundRows', items, scratchBytes, task, scale)
      count = exports.listMoves(nearest, at.labels, at.moves, first, items.end, count, iterations === 0 ? 1 : 0)
    }
  })
  const state = words()
  state[KMeansState.changes] += count - former
  state[KMeansState.moves + chunk] = count
}
