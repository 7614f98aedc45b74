import source from '../../../../shaders/color/dither/measure-pixels.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import slotSource from '../../../../shaders/color/table/color-slot.wgsl?raw'
import labelSource from '../../../../shaders/color/table/slot-label.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64, slotLabel, squaredDistance } from '../space/color.js'
import { loadPoint } from '../space/color-point.js'

const ITEMS = 8

/** The squared error of dithered pixels in the space of `points`, the distinct colours whose indices the slots hold. */
export const measurePixels = /* @__PURE__ */ defineKernel({
  name: 'measure-pixels',
  sources: [gridSource, u64Source, colorSource, slotSource, pointSource, source, labelSource],
  parameters: { pixelCount: 'u32', slotMask: 'u32' },
  bindings: {
    pixels: 'read u32',
    keys: 'read u32',
    slotLabels: 'read u32',
    points: 'read u32',
    centroids: 'read vec4<u32>',
    entries: 'read u32',
    squaredError: 'read_write atomic<u32>',
  },
  words: { ITEMS },
  flags: { ALPHA: false, PACKED: false },
  workgroupSize: 64,
  workgroups: ({ pixelCount }, size) => Math.ceil(pixelCount / (size * ITEMS)),
  twin({ pixelCount, slotMask }, { pixels, keys, slotLabels, points, centroids, entries, squaredError }, flags) {
    const c = new Uint32Array(4)
    for (let i = 0; i < pixelCount; i++) {
      loadPoint(points, slotLabel(pixels[i], keys, slotLabels, slotMask, flags.ALPHA), flags, c)
      addU64(squaredError, 0, squaredDistance(c, 0, centroids, 4 * entries[i]))
    }
  },
})
