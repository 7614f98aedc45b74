import source from '../../shaders/mix-entries.wgsl?raw'
import colorSource from '../../shaders/shared/color.wgsl?raw'
import cellSource from '../../shaders/shared/color-cell.wgsl?raw'
import spaceSource from '../../shaders/shared/color-space.wgsl?raw'
import ditherSource from '../../shaders/shared/dither.wgsl?raw'
import gridSource from '../../shaders/shared/grid.wgsl?raw'
import nearestSource from '../../shaders/shared/nearest-color.wgsl?raw'
import oklabSource from '../../shaders/shared/oklab.wgsl?raw'
import u64Source from '../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { canonicalColor } from './shared/color.js'
import { Ditherer } from './shared/dither.js'

/** Entries in a mix, 16 bits each. */
export const PICKS = 8

/** For each colour, the PICKS entries, ascending, whose mean is near it; `mixes` gets them from `firstMix` on. */
export const mixEntries = /* @__PURE__ */ defineKernel({
  name: 'mix-entries',
  sources: [
    gridSource,
    u64Source,
    colorSource,
    oklabSource,
    spaceSource,
    cellSource,
    source,
    nearestSource,
    ditherSource,
  ],
  parameters: {
    firstColor: 'u32',
    colorCount: 'u32',
    firstMix: 'u32',
    strength: 'i32',
    cellBits: 'u32',
    centroidCount: 'u32',
  },
  bindings: {
    colors: 'read u32',
    palette: 'read u32',
    transfer: 'read u32',
    centroids: 'read u32',
    candidates: 'read u32',
    candidateCounts: 'read u32',
    mixes: 'read_write u32',
  },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / size),
  twin(parameters, { colors, palette, mixes, ...lists }, flags) {
    const { firstColor, colorCount, firstMix, strength } = parameters
    const ditherer = new Ditherer({ ...parameters, ...lists, flags })
    const picks = new Uint16Array(mixes.buffer, mixes.byteOffset, 2 * mixes.length)
    const error = new Int32Array(4)
    const off = new Int32Array(4)
    const change = new Int32Array(4)
    for (let place = 0; place < colorCount; place++) {
      const color = canonicalColor(colors[firstColor + place], flags.ALPHA)
      const at = PICKS * (firstMix + place)
      const mix = picks.subarray(at, at + PICKS)
      error.fill(0)
      for (let n = 0; n < PICKS; n++) {
        for (let channel = 0; channel < 4; channel++) change[channel] = (error[channel] * strength + 256) >> 9
        const wanted = ditherer.changeColor(color, change)
        mix[n] = ditherer.nearestEntry(wanted)
        ditherer.colorError(color, palette[mix[n]], off, 0)
        for (let channel = 0; channel < 4; channel++) error[channel] += off[channel]
      }
      mix.sort()
    }
  },
})
