import ditherSource from '../../../../shaders/color/dither/dither.wgsl?raw'
import source from '../../../../shaders/color/dither/mix-entries.wgsl?raw'
import nearestSource from '../../../../shaders/color/palette/nearest-color.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import spaceSource from '../../../../shaders/color/space/color-space.wgsl?raw'
import oklabSource from '../../../../shaders/color/space/oklab.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { canonicalColor } from '../space/color.js'
import { Ditherer } from './dither.js'

/** Sum of the weights of a mix. */
export const LEVELS = 64
/**
 * The weights of the picks at full strength. Each is at most half of the remaining weight, rounded up, so that a mean
 * can be any multiple of 1/64 between two entries; the first ones are smaller, since an entry that is nearer in Oklab
 * can be farther in bytes.
 */
const WEIGHTS = [18, 15, 12, 8, 5, 3, 2, 1]
/** Number of entries in a mix. */
export const PICKS = 8
/** Number of words of a mix: its entries, 16 bits each, and the sum of the weights up to each, 8 bits each. */
export const MIX_WORDS = 6

/** Mixes each colour: entries, ascending, with weights whose mean is near it; `mixes` holds them from `firstMix` on. */
export const mixEntries = /* @__PURE__ */ defineKernel({
  name: 'mix-entries',
  sources: [
    gridSource,
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
    centroids: 'read vec4<u32>',
    candidates: 'read u32',
    candidateCounts: 'read u32',
    mixes: 'read_write vec2<u32>',
  },
  words: { PICKS },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / size),
  twin(parameters, { colors, palette, mixes, ...lists }, flags) {
    const { firstColor, colorCount, firstMix, strength } = parameters
    const ditherer = new Ditherer({ ...parameters, ...lists, flags })
    const error = new Int32Array(4)
    const off = new Int32Array(4)
    const change = new Int32Array(4)
    const entries = new Uint32Array(PICKS)
    const picks = new Uint32Array(PICKS)
    const mixBytes = new Uint8Array(mixes.buffer, mixes.byteOffset, mixes.byteLength)
    const full = strength === 256
    const weights = full ? WEIGHTS : new Array<number>(PICKS).fill(LEVELS / PICKS)
    for (let place = 0; place < colorCount; place++) {
      const color = canonicalColor(colors[firstColor + place], flags.ALPHA)
      error.fill(0)
      let left = LEVELS
      for (let n = 0; n < PICKS; n++) {
        const share = full ? left : 16
        for (let channel = 0; channel < 4; channel++) {
          change[channel] = Math.floor((error[channel] * strength + 128 * share) / (256 * share))
        }
        const wanted = ditherer.changeColor(color, change)
        entries[n] = ditherer.nearestEntry(wanted)
        if (full && flags.OKLAB) entries[n] = ditherer.nearestOf(wanted, entries, n, palette)
        ditherer.colorError(color, palette[entries[n]], off, 0)
        for (let channel = 0; channel < 4; channel++) error[channel] += weights[n] * off[channel]
        left -= weights[n]
        picks[n] = 256 * entries[n] + weights[n]
      }
      picks.sort()
      const at = 4 * MIX_WORDS * (firstMix + place)
      let end = 0
      for (const [i, pick] of picks.entries()) {
        mixBytes[at + 2 * i] = pick >>> 8
        mixBytes[at + 2 * i + 1] = pick >>> 16
        mixBytes[at + 2 * PICKS + i] = end += pick & 0xff
      }
    }
  },
})
