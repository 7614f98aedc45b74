import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { takeCandidates } from '../kernels/kmeans/take-candidates.js'
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

export const takeCandidatesSimd: SimdImplementation<typeof takeCandidates> = (host, parameters, at, { WEIGHTED }) => {
  const { firstBlock, blockCount, rows, columns, latest, round, farthest, scale } = parameters
  const { memory } = host
  const stride = 4 * Math.ceil(columns / 4)
  const picked = new Uint32Array(memory.memory.buffer, at.pickedBlocks, latest).slice()
  host.scratch(8 * SEED_BLOCK, (squaresAt) => {
    for (const block of new Set(picked)) {
      if (block < firstBlock || block >= firstBlock + blockCount) continue
      const first = (block - firstBlock) * SEED_BLOCK
      const items = { first, end: Math.min(first + SEED_BLOCK, rows), work: 8 * columns, align: 4 }
      const addresses = [at.points, at.shift, at.candidates + 4 * latest * stride, squaresAt - 8 * first]
      host.share('measureRowsTo', items, 16, ...addresses, columns, scale)
      const { buffer } = memory.memory
      const shares = new Float64Array(buffer, squaresAt, items.end - first)
      const distances = new Float32Array(buffer, at.distances, items.end).subarray(first)
      const weights = WEIGHTED ? new Float32Array(buffer, at.weights, items.end).subarray(first) : null
      for (let i = 0; i < shares.length; i++) {
        if (round > 1) shares[i] = Math.min(shares[i], distances[i])
        if (weights && !farthest) shares[i] *= weights[i]
      }
      const picks = new Float32Array(buffer, at.picks, latest)
      for (let candidate = 0; candidate < latest; candidate++) {
        if (picked[candidate] !== block) continue
        const chosen = pick(shares, weights, picks[candidate], farthest !== 0)
        if (chosen < 0) continue
        const from = new Float32Array(buffer, at.points + 4 * (first + chosen) * columns, columns)
        const shift = new Float32Array(buffer, at.shift, columns)
        const to = new Float32Array(buffer, at.candidates + 4 * candidate * stride, columns)
        for (let column = 0; column < columns; column++) to[column] = Math.fround(from[column] - shift[column]) * scale
      }
    }
  })
}

/** The place that is drawn by `rest`, or the first of the greatest share, of positive weight; −1 if there is none. */
function pick(shares: Float64Array, weights: Float32Array | null, rest: number, farthest: boolean): number {
  let greatest = -1
  let chosen = -1
  for (let i = 0; i < shares.length; i++) {
    if (weights?.[i] === 0 || shares[i] <= greatest) continue
    chosen = i
    greatest = farthest ? shares[i] : 0
    if (farthest) continue
    if (rest < shares[i]) break
    rest -= shares[i]
  }
  return chosen
}
