import source from '../../../../shaders/color/palette/try-colors.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64Halves, squaredDistance } from '../space/color.js'
import { loadPoint } from '../space/color-point.js'
import { SEED_BLOCK } from './quantizer-state.js'

/**
 * The blocks' sums of weight × squared distance with each candidate as the next seed; the blocks of a candidate are
 * consecutive.
 */
export const tryColors = /* @__PURE__ */ defineKernel({
  name: 'try-colors',
  sources: [gridSource, u64Source, colorSource, pointSource, source],
  parameters: { colorCount: 'u32', firstBlock: 'u32', blockCount: 'u32', allBlocks: 'u32', trials: 'u32' },
  bindings: {
    points: 'read u32',
    weights: 'read u32',
    distances: 'read u32',
    candidates: 'read vec4<u32>',
    potentials: 'read_write vec2<u32>',
  },
  words: { SEED_BLOCK },
  flags: { ALPHA: false, PACKED: false },
  workgroupSize: 64,
  workgroups: ({ blockCount, trials }, size) => Math.ceil((blockCount * trials) / size),
  twin(parameters, { points, weights, distances, candidates, potentials }, flags) {
    const { colorCount, firstBlock, blockCount, allBlocks, trials } = parameters
    const c = new Uint32Array(4)
    for (let place = 0; place < blockCount * trials; place++) {
      const block = firstBlock + (place % blockCount)
      const trial = Math.floor(place / blockCount)
      let [high, low] = [0, 0]
      for (let i = block * SEED_BLOCK; i < Math.min((block + 1) * SEED_BLOCK, colorCount); i++) {
        loadPoint(points, i, flags, c)
        let distance = squaredDistance(c, 0, candidates, 4 * trial)
        if (distances[i] < distance) distance = distances[i]
        high += weights[i] * (distance >>> 16)
        low += weights[i] * (distance & 0xffff)
      }
      const at = 2 * (trial * allBlocks + block)
      potentials[at] = 0
      potentials[at + 1] = 0
      addU64Halves(potentials, at, high, low)
    }
  },
})
