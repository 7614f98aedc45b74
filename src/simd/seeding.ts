import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { tryCandidates } from '../kernels/kmeans/try-candidates.js'
import { SEED_BLOCK } from '../kernels/points/point-blocks.js'

export const tryCandidatesSimd: SimdImplementation<typeof tryCandidates> = (host, parameters, at, { WEIGHTED }) => {
  const { firstBlock, begin, end, allBlocks, rows, columns, latest, round, farthest, scale } = parameters
  const groups = Math.ceil((latest + 1) / 4)
  host.scratch(16 * groups * columns, (packed) => {
    const rowBytes = 16 * Math.ceil(columns / 4)
    host.exports.packRowGroups(at.candidates, rowBytes, latest + 1, columns, packed)
    const items = { first: begin, end, work: SEED_BLOCK * (latest + 1) * columns, align: 1 }
    const buffers = [
      at.points,
      WEIGHTED ? at.weights : 0,
      at.shift,
      packed,
      at.distances,
      at.potentials + 4 * firstBlock,
    ]
    const numbers = [allBlocks, rows, columns, latest, round, farthest, scale]
    host.share('tryBlocks', items, 32 * columns + 128 * groups + 32 * latest, ...buffers, ...numbers)
  })
}
