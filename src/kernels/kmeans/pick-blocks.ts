import source from '../../../shaders/kmeans/pick-blocks.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomUnit } from '../shared/random.js'

/**
 * Draws the blocks of points in which the next candidates of k-means++ lie, or finds that of the farthest point. The
 * `fallback`, if all weights × distances are 0, is a block with a point of positive weight.
 */
export const pickBlocks = /* @__PURE__ */ defineKernel({
  name: 'pick-blocks',
  sources: [randomSource, source],
  parameters: {
    blockCount: 'u32',
    candidateCount: 'u32',
    seed: 'u32',
    round: 'u32',
    farthest: 'u32',
    fallback: 'u32',
  },
  bindings: { blockSums: 'read f32', picks: 'read_write f32', pickedBlocks: 'read_write u32' },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin({ blockCount, candidateCount, seed, round, farthest, fallback }, { blockSums, picks, pickedBlocks }) {
    if (farthest) {
      let best = fallback
      let greatest = 0
      for (let block = 0; block < blockCount; block++) {
        if (!(blockSums[block] > greatest)) continue
        greatest = blockSums[block]
        best = block
      }
      pickedBlocks[0] = best
      picks[0] = 0
      return
    }
    let total = 0
    for (let block = 0; block < blockCount; block++) total += blockSums[block]
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      let rest = randomUnit(seed, round, candidate) * total
      let picked = fallback
      for (let block = 0; block < blockCount; block++) {
        if (blockSums[block] > 0) {
          picked = block
          if (rest < blockSums[block]) break
          rest -= blockSums[block]
        }
      }
      pickedBlocks[candidate] = picked
      picks[candidate] = rest
    }
  },
})
