import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { KMeansState } from '../kernels/kmeans/kmeans-state.js'
import { BLOCK, LIST, type listCentroids } from '../kernels/kmeans/pruning/list-centroids.js'
import type { nearestListed } from '../kernels/kmeans/pruning/nearest-listed.js'

export const listCentroidsSimd: SimdImplementation<typeof listCentroids> = (host, parameters, at, { DIRECT }) => {
  const { rows, columns, centroidCount, groups, anew } = parameters
  const state = new Uint32Array(host.memory.memory.buffer, at.state, KMeansState.iterations + 1)
  if (state[KMeansState.stopped]) return
  const blocks = Math.ceil(rows / BLOCK)
  const all = anew || state[KMeansState.iterations] === 0 ? 1 : 0
  host.scratch(16 * groups, (moved) => {
    host.exports.markMoved(at.packed, at.former, moved, columns, groups)
    const items = { first: 0, end: blocks, work: columns * centroidCount, align: 4 }
    const numbers = [blocks, columns, groups, centroidCount, DIRECT ? 1 : 0, all]
    const scratchBytes = 16 * (columns + 2 + 4 * groups)
    host.share('listCentroids', items, scratchBytes, at.balls, at.packed, moved, at.lists, ...numbers)
  })
  const { buffer } = host.memory.memory
  const counts = new Uint32Array(buffer, at.lists, blocks)
  const tally = new Uint32Array(buffer, at.tally, 2)
  let sum = tally[0]
  for (let block = 0; block < blocks; block++) sum += counts[block] * Math.min(BLOCK, rows - block * BLOCK)
  tally[0] = sum
  tally[1] += Math.floor(sum / 2 ** 32)
}

export const nearestListedSimd: SimdImplementation<typeof nearestListed> = (host, parameters, at, { DIRECT }) => {
  const { firstBlock, someBlocks, rows, columns, groups, chunk } = parameters
  const { memory, exports } = host
  const words = () => new Uint32Array(memory.memory.buffer, at.state, KMeansState.moves + chunk + 1)
  const { [KMeansState.stopped]: stopped, [KMeansState.iterations]: iterations } = words()
  if (stopped) return
  const former = words()[KMeansState.moves + chunk]
  let count = former
  host.scratch((8 * BLOCK + 4) * someBlocks, (scratch) => {
    const end = firstBlock + someBlocks
    const moves = scratch - 8 * BLOCK * firstBlock
    const counts = scratch + 8 * BLOCK * someBlocks - 4 * firstBlock
    const items = { first: firstBlock, end, work: BLOCK * columns * Math.min(4 * groups, LIST), align: 1 }
    const buffers = [at.gathered, at.order, at.lists, at.packed, at.halfNorms, at.labels, moves, counts]
    const numbers = [rows, columns, groups, DIRECT ? 1 : 0, iterations === 0 ? 1 : 0]
    const scratchBytes = 4 * BLOCK + 16 * Math.max(LIST / 4, groups) * (columns + 2)
    host.share('nearestListed', items, scratchBytes, ...buffers, ...numbers)
    count = exports.joinMoves(moves, counts, firstBlock, end, at.moves, count)
  })
  const state = words()
  state[KMeansState.changes] += count - former
  state[KMeansState.moves + chunk] = count
}
