import source from '../../../../shaders/color/palette/include-color.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64Halves, squaredDistance } from '../space/color.js'
import { loadPoint } from '../space/color-point.js'
import { SEED_BLOCK, SeedState } from './quantizer-state.js'

/**
 * Updates each colour's squared distance to the seeds so far, and the blocks' sums of weight × distance or greatest
 * distances.
 */
export const includeColor = /* @__PURE__ */ defineKernel({
  name: 'include-color',
  sources: [gridSource, u64Source, colorSource, pointSource, source],
  parameters: {
    colorCount: 'u32',
    firstBlock: 'u32',
    blockCount: 'u32',
    seed: 'u32',
    begin: 'u32',
    afterDraw: 'u32',
    farthest: 'u32',
  },
  bindings: {
    points: 'read u32',
    weights: 'read u32',
    seeds: 'read vec4<u32>',
    state: 'read u32',
    distances: 'read_write u32',
    blockSums: 'read_write vec2<u32>',
  },
  words: { SEED_BLOCK, STATE: SeedState },
  flags: { ALPHA: false, PACKED: false },
  workgroupSize: 64,
  workgroups: ({ blockCount }, size) => Math.ceil(blockCount / size),
  twin(parameters, { points, weights, seeds, state, distances, blockSums }, flags) {
    const { colorCount, firstBlock, blockCount, seed, begin, afterDraw, farthest } = parameters
    if (afterDraw && !state[SeedState.drawn]) return
    const c = new Uint32Array(4)
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      let [high, low, greatest] = [0, 0, 0]
      for (let i = block * SEED_BLOCK; i < Math.min((block + 1) * SEED_BLOCK, colorCount); i++) {
        loadPoint(points, i, flags, c)
        let distance = squaredDistance(c, 0, seeds, 4 * seed)
        if (begin === 0) distance = Math.min(distance, distances[i])
        else if (begin === 2) distance = 1
        distances[i] = distance
        const weight = weights[i]
        // Either half of a block's sum is below 2⁵³.
        high += weight * (distance >>> 16)
        low += weight * (distance & 0xffff)
        if (weight !== 0 && distance > greatest) greatest = distance
      }
      blockSums[2 * block] = farthest ? greatest : 0
      blockSums[2 * block + 1] = 0
      if (!farthest) addU64Halves(blockSums, 2 * block, high, low)
    }
  },
})
