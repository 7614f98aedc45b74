import wordSource from '../../../shaders/segments/superpixel.wgsl?raw'
import source from '../../../shaders/segments/update-superpixels.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { CENTER_WORDS, fractionOf, PLACE_BITS, SUM_WORDS } from './superpixel.js'

/** Moves each centre that has pixels to their mean, and sets its sums to 0. */
export const updateSuperpixels = /* @__PURE__ */ defineKernel({
  name: 'update-superpixels',
  sources: [gridSource, u64Source, u64OrderSource, wordSource, source],
  parameters: { centerCount: 'u32', fraction: 'u32' },
  bindings: { sums: 'read_write u32', centers: 'read_write u32' },
  words: { CENTER_WORDS, SUM_WORDS, PLACE_BITS },
  flags: { ALPHA: false },
  workgroupSize: 64,
  workgroups: ({ centerCount }, size) => Math.ceil(centerCount / size),
  twin({ centerCount, fraction }, { sums, centers }, flags) {
    for (let k = 0; k < centerCount; k++) {
      const first = SUM_WORDS * k
      const n = sums[first]
      if (n === 0) continue
      for (let word = 0; word < CENTER_WORDS; word++) {
        const at = first + 1 + 2 * word
        const scale = 2 ** (word < 4 ? fractionOf(word, fraction, flags) : PLACE_BITS)
        // Exact: the sum is below 2⁴³, and the quotient is at least 1/2n from the next integer.
        const sum = sums[at] + 2 ** 32 * sums[at + 1]
        centers[CENTER_WORDS * k + word] = Math.floor((2 * scale * sum + n) / (2 * n))
      }
      sums.fill(0, first, first + SUM_WORDS)
    }
  },
})
