import source from '../../../../shaders/color/dither/diffuse-errors.wgsl?raw'
import ditherSource from '../../../../shaders/color/dither/dither.wgsl?raw'
import nearestSource from '../../../../shaders/color/palette/nearest-color.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import spaceSource from '../../../../shaders/color/space/color-space.wgsl?raw'
import oklabSource from '../../../../shaders/color/space/oklab.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { canonicalColor } from '../space/color.js'
import { Ditherer } from './dither.js'

/**
 * Floyd and Steinberg's error diffusion over whole rows, serpentine. `errors` holds four words per pixel for two rows,
 * starts as zeros and is passed from dispatch to dispatch.
 */
export const diffuseErrors = /* @__PURE__ */ defineKernel({
  name: 'diffuse-errors',
  sources: [
    u64Source,
    u64OrderSource,
    colorSource,
    oklabSource,
    spaceSource,
    cellSource,
    source,
    nearestSource,
    ditherSource,
  ],
  parameters: {
    width: 'u32',
    firstRow: 'u32',
    rowCount: 'u32',
    firstPixel: 'u32',
    segment: 'u32',
    strength: 'i32',
    cellBits: 'u32',
    centroidCount: 'u32',
  },
  bindings: {
    pixels: 'read u32',
    palette: 'read u32',
    transfer: 'read u32',
    centroids: 'read vec4<u32>',
    candidates: 'read u32',
    candidateCounts: 'read u32',
    errors: 'read_write vec4<i32>',
    entries: 'read_write u32',
  },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 128,
  workgroups: () => 1,
  twin(parameters, { pixels, palette, errors, entries, ...lists }, flags) {
    const { width, firstRow, rowCount, firstPixel, strength } = parameters
    const ditherer = new Ditherer({ ...parameters, ...lists, flags })
    const change = new Int32Array(4)
    for (let offset = 0; offset < rowCount; offset++) {
      const row = firstRow + offset
      const forward = row % 2 === 0
      const own = 4 * width * (row & 1)
      const above = 4 * width - own
      for (let i = 0; i < width; i++) {
        const x = forward ? i : width - 1 - i
        const before = forward ? x - 1 : x + 1
        const after = forward ? x + 1 : x - 1
        for (let channel = 0; channel < 4; channel++) {
          let sum = 5 * errors[above + 4 * x + channel]
          if (i > 0) sum += 7 * errors[own + 4 * before + channel] + 3 * errors[above + 4 * before + channel]
          if (i < width - 1) sum += errors[above + 4 * after + channel]
          change[channel] = (sum * strength + 2048) >> 12
        }
        const at = firstPixel + offset * width + x
        const pixel = canonicalColor(pixels[at], flags.ALPHA)
        const wanted = ditherer.changeColor(pixel, change)
        entries[at] = ditherer.nearestEntry(wanted)
        ditherer.colorError(wanted, palette[entries[at]], errors, own + 4 * x)
      }
    }
  },
})
