import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import slotSource from '../../../../shaders/color/table/color-slot.wgsl?raw'
import labelSource from '../../../../shaders/color/table/slot-label.wgsl?raw'
import source from '../../../../shaders/color/table/weigh-colors.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { rankOf, slotLabel } from '../space/color.js'

const ITEMS = 8

/**
 * Sums the weights of each distinct colour's pixels; the slots hold the colours' indices. COUNTED, for opaque images:
 * every pixel has the weight 1, and `slotLabels` and `importance` are not read.
 */
export const weighColors = /* @__PURE__ */ defineKernel({
  name: 'weigh-colors',
  sources: [gridSource, colorSource, slotSource, source, labelSource],
  parameters: { pixelCount: 'u32', slotMask: 'u32' },
  bindings: {
    pixels: 'read u32',
    keys: 'read u32',
    slotLabels: 'read u32',
    importance: 'read u32',
    weights: 'read_write atomic<u32>',
  },
  words: { ITEMS },
  flags: { ALPHA: false, COUNTED: false },
  workgroupSize: 64,
  workgroups: ({ pixelCount }, size) => Math.ceil(pixelCount / (size * ITEMS)),
  twin({ pixelCount, slotMask }, { pixels, keys, slotLabels, importance, weights }, { ALPHA, COUNTED }) {
    if (COUNTED) {
      for (let i = 0; i < pixelCount; i++) weights[rankOf(pixels[i], keys)]++
      return
    }
    for (let i = 0; i < pixelCount; i++) {
      weights[slotLabel(pixels[i], keys, slotLabels, slotMask, ALPHA)] += importance[i]
    }
  },
})
