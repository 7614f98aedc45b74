import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import slotSource from '../../../../shaders/color/table/color-slot.wgsl?raw'
import source from '../../../../shaders/color/table/map-pixels.wgsl?raw'
import labelSource from '../../../../shaders/color/table/slot-label.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { slotLabel } from '../space/color.js'

/** The label of every pixel, four 8-bit or (WIDE) two 16-bit labels to a word, little-endian. */
export const mapPixels = /* @__PURE__ */ defineKernel({
  name: 'map-pixels',
  sources: [gridSource, colorSource, slotSource, source, labelSource],
  parameters: { pixelCount: 'u32', slotMask: 'u32', wordCount: 'u32' },
  bindings: { pixels: 'read u32', keys: 'read u32', slotLabels: 'read u32', indices: 'read_write u32' },
  flags: { ALPHA: false, WIDE: false },
  workgroupSize: 64,
  workgroups: ({ wordCount }, size) => Math.ceil(wordCount / size),
  twin({ pixelCount, slotMask, wordCount }, { pixels, keys, slotLabels, indices }, { ALPHA, WIDE }) {
    indices[wordCount - 1] = 0 // which pixels may fill in part
    const out = WIDE
      ? new Uint16Array(indices.buffer, indices.byteOffset)
      : new Uint8Array(indices.buffer, indices.byteOffset)
    for (let i = 0; i < pixelCount; i++) {
      out[i] = slotLabel(pixels[i], keys, slotLabels, slotMask, ALPHA)
    }
  },
})
