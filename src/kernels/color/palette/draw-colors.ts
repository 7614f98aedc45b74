import source from '../../../../shaders/color/palette/draw-colors.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import randomSource from '../../../../shaders/shared/random.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { randomWords } from '../../shared/random.js'
import { loadPoint } from '../space/color-point.js'
import { SEED_BLOCK, SeedState } from './quantizer-state.js'

/** Draws the next candidates of k-means++, or the farthest colour; none if every colour is a seed. */
export const drawColors = /* @__PURE__ */ defineKernel({
  name: 'draw-colors',
  sources: [u64Source, u64OrderSource, randomSource, colorSource, pointSource, source],
  parameters: {
    blockCount: 'u32',
    trials: 'u32',
    seed: 'u32',
    restart: 'u32',
    round: 'u32',
    farthest: 'u32',
  },
  bindings: {
    points: 'read u32',
    weights: 'read u32',
    distances: 'read u32',
    blockSums: 'read vec2<u32>',
    candidates: 'read_write vec4<u32>',
    state: 'read_write u32',
  },
  words: { SEED_BLOCK, STATE: SeedState },
  flags: { ALPHA: false, PACKED: false },
  workgroupSize: 64,
  workgroups: () => 1,
  twin(parameters, { points, weights, distances, blockSums, candidates, state }, flags) {
    const { blockCount, trials, seed, restart, round, farthest } = parameters
    const sums = new BigUint64Array(blockSums.buffer, blockSums.byteOffset, blockCount)
    const take = (i: number, trial: number) =>
      loadPoint(points, i, flags, candidates.subarray(4 * trial, 4 * trial + 4))
    let total = 0n
    let best = 0
    for (let block = 0; block < blockCount; block++) {
      total += sums[block]
      if (sums[block] > sums[best]) best = block
    }
    state[SeedState.drawn] = total > 0n ? 1 : 0
    if (total === 0n) return
    if (farthest) {
      const greatest = Number(sums[best])
      let i = best * SEED_BLOCK
      while (weights[i] === 0 || distances[i] !== greatest) i++
      take(i, 0)
      return
    }
    for (let trial = 0; trial < trials; trial++) {
      const [high, low] = randomWords(seed, restart, round * 16 + trial)
      let rest = (((BigInt(high) << 32n) | BigInt(low)) * total) >> 64n
      let block = 0
      while (rest >= sums[block]) rest -= sums[block++]
      let i = block * SEED_BLOCK
      for (; ; i++) {
        const share = BigInt(weights[i]) * BigInt(distances[i])
        if (rest < share) break
        rest -= share
      }
      take(i, trial)
    }
  },
})
