import source from '../../../../shaders/color/dither/pick-entries.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import slotSource from '../../../../shaders/color/table/color-slot.wgsl?raw'
import labelSource from '../../../../shaders/color/table/slot-label.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { slotLabel } from '../space/color.js'
import { MIX_WORDS, PICKS } from './mix-entries.js'

/**
 * Picks an entry of its colour's mix for each pixel, by a pattern over the image. `position` is that of the first
 * pixel.
 */
export const pickEntries = /* @__PURE__ */ defineKernel({
  name: 'pick-entries',
  sources: [gridSource, colorSource, slotSource, source, labelSource],
  parameters: {
    firstPixel: 'u32',
    pixelCount: 'u32',
    position: 'u32',
    width: 'u32',
    patternSize: 'u32',
    slotMask: 'u32',
  },
  bindings: {
    pixels: 'read u32',
    keys: 'read u32',
    slotLabels: 'read u32',
    mixes: 'read vec2<u32>',
    thresholds: 'read u32',
    entries: 'read_write u32',
  },
  flags: { ALPHA: false, DIRECT: false },
  workgroupSize: 64,
  workgroups: ({ pixelCount }, size) => Math.ceil(pixelCount / size),
  twin(parameters, { pixels, keys, slotLabels, mixes, thresholds, entries }, { ALPHA, DIRECT }) {
    const { firstPixel, pixelCount, position, width, patternSize, slotMask } = parameters
    const mixBytes = new Uint8Array(mixes.buffer, mixes.byteOffset, mixes.byteLength)
    let [x, y] = [position % width, Math.floor(position / width)]
    for (let place = 0; place < pixelCount; place++) {
      const pixel = firstPixel + place
      const level = thresholds[(y % patternSize) * patternSize + (x % patternSize)]
      const mix = DIRECT ? place : slotLabel(pixels[pixel], keys, slotLabels, slotMask, ALPHA)
      const at = 4 * MIX_WORDS * mix
      let pick = 0
      while (mixBytes[at + 2 * PICKS + pick] <= level) pick++
      entries[pixel] = mixBytes[at + 2 * pick] + 256 * mixBytes[at + 2 * pick + 1]
      if (++x === width) [x, y] = [0, y + 1]
    }
  },
})
