import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { KMeansState } from '../kernels/kmeans/kmeans-state.js'
import type { nearestCentroid } from '../kernels/kmeans/nearest-centroid.js'
import type { sumClusters } from '../kernels/kmeans/sum-clusters.js'

/** Points whose labels are compared with their former ones at a time. */
const BLOCK = 2 ** 14
/** Maximum number of points that pass a group of centroids together, and their maximum size in bytes. */
const TILE = 64
const TILE_BYTES = 2 ** 15
/** Number of rows from which on a copy of the centroids, group after group, pays off. */
const PACK_ROWS = 64

export const nearestCentroidSimd: SimdImplementation<typeof nearestCentroid> = (host, parameters, at, flags) => {
  const { firstRow, rows, columns, groups, scale, chunk } = parameters
  const { exports, memory } = host
  const words = new Uint32Array(memory.memory.buffer, at.state, KMeansState.moves + chunk + 1)
  if (words[KMeansState.stopped]) return
  const anew = flags.CUMULATIVE || words[KMeansState.iterations] === 0
  const former = words[KMeansState.moves + chunk]
  let count = former
  const end = firstRow + rows
  const block = Math.min(rows, BLOCK)
  const packs = rows >= PACK_ROWS
  host.scratch(4 * block + (packs ? 16 * groups * columns : 0), (nearest) => {
    const packed = packs ? nearest + 4 * block : at.packed
    if (packs) exports.packGroups(at.packed, packed, columns, groups)
    const strides = packs ? [16 * columns, 16] : [16, 16 * groups]
    for (let first = firstRow; first < end; first += block) {
      const items = { first, end: Math.min(end, first + block), work: 4 * groups * columns, align: 8 }
      const labels = nearest - 4 * first
      if (flags.DIRECT) {
        const scratchBytes = 32 * columns + 32
        const operands = [at.points, at.shift, packed, labels, columns, groups, ...strides, scale]
        host.share('nearestDirect', items, scratchBytes, ...operands)
      } else {
        const tile = Math.min(TILE, Math.max(8, 8 * Math.floor(TILE_BYTES / (32 * columns))))
        const scratchBytes = (tile / 8) * (64 + 32 * columns)
        const operands = [at.points, at.shift, packed, at.halfNorms, labels, columns, groups, ...strides, scale, tile]
        host.share('nearestExpanded', items, scratchBytes, ...operands)
      }
      count = exports.listMoves(labels, at.labels, at.moves, items.first, items.end, count, anew ? 1 : 0)
    }
  })
  const state = new Uint32Array(memory.memory.buffer, at.state, KMeansState.moves + chunk + 1)
  state[KMeansState.changes] += count - former
  state[KMeansState.moves + chunk] = count
}

export const sumClustersSimd: SimdImplementation<typeof sumClusters> = (host, parameters, at, flags) => {
  const { firstMove, rows, columns, scale, weightScale, chunk } = parameters
  const state = new Uint32Array(host.memory.memory.buffer, at.state, KMeansState.moves + chunk + 1)
  if (state[KMeansState.stopped]) return
  const end = Math.min(firstMove + rows, state[KMeansState.moves + chunk])
  const { points, weights, shift, scales, labels, moves, sums } = at
  const weighted = flags.WEIGHTED ? 1 : 0
  const buffers = [points, weights, shift, scales, labels, moves, sums]
  // 64-bit additions take as long as some multiply-adds.
  const items = { first: 0, end: columns, work: 8 * Math.max(0, end - firstMove), align: 1 }
  host.share('sumMoves', items, 0, ...buffers, firstMove, end, columns, scale, weightScale, weighted)
}
