import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import slotSource from '../../../../shaders/color/table/color-slot.wgsl?raw'
import source from '../../../../shaders/color/table/count-colors.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { State } from '../palette/quantizer-state.js'
import { canonicalColor, directSlot, hashedSlot, NO_SLOT } from '../space/color.js'

const ITEMS = 8

/** Number of slots of a block, which one thread of compact-colors processes. */
export const BLOCK_SLOTS = 256

/**
 * Finds the distinct colours, and counts those of each block of slots. `keys` is the bitmap of opaque colours, or the hash
 * table of colours with alpha, whose pixels are counted in `slotCounts` as well.
 */
export const countColors = /* @__PURE__ */ defineKernel({
  name: 'count-colors',
  sources: [gridSource, colorSource, slotSource, source],
  parameters: { pixelCount: 'u32', slotMask: 'u32' },
  bindings: {
    pixels: 'read u32',
    keys: 'read_write atomic<u32>',
    slotCounts: 'read_write atomic<u32>',
    blockOffsets: 'read_write atomic<u32>',
    state: 'read_write atomic<u32>',
  },
  words: { ITEMS, BLOCK_SLOTS, STATE: State },
  flags: { ALPHA: false },
  workgroupSize: 64,
  workgroups: ({ pixelCount }, size) => Math.ceil(pixelCount / (size * ITEMS)),
  twin({ pixelCount, slotMask }, { pixels, keys, slotCounts, blockOffsets, state }, { ALPHA }) {
    for (let i = 0; i < pixelCount; i++) {
      const color = canonicalColor(pixels[i], ALPHA)
      if (!ALPHA) {
        const slot = directSlot(color)
        const [word, bit] = [2 * (slot >>> 5), 1 << (slot & 31)]
        if (!(keys[word] & bit)) blockOffsets[Math.floor(slot / BLOCK_SLOTS)]++
        keys[word] |= bit
        continue
      }
      const slot = hashedSlot(color, keys, slotMask)
      if (slot === NO_SLOT) {
        state[State.overflow] = 1
        continue
      }
      keys[slot] = color ^ 1
      if (slotCounts[slot]++ > 0) continue
      blockOffsets[Math.floor(slot / BLOCK_SLOTS)]++
      if (color >= 0xff000000) state[State.opaque] = 1
    }
  },
})
