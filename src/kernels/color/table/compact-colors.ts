import source from '../../../../shaders/color/table/compact-colors.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { BLOCK_SLOTS } from './count-colors.js'

/** Writes the distinct colours, their pixel counts and their slots densely. */
export const compactColors = /* @__PURE__ */ defineKernel({
  name: 'compact-colors',
  sources: [gridSource, source],
  parameters: { blockCount: 'u32' },
  bindings: {
    keys: 'read_write u32',
    slotCounts: 'read u32',
    blockOffsets: 'read u32',
    colors: 'read_write u32',
    counts: 'read_write u32',
    slots: 'read_write u32',
  },
  words: { BLOCK_SLOTS },
  flags: { ALPHA: false },
  workgroupSize: 64,
  workgroups: ({ blockCount }, size) => Math.ceil(blockCount / size),
  twin({ blockCount }, { keys, slotCounts, blockOffsets, colors, counts, slots }, { ALPHA }) {
    for (let block = 0; block < blockCount; block++) {
      let index = blockOffsets[block]
      const first = block * BLOCK_SLOTS
      for (let i = first; index < blockOffsets[block + 1]; i++) {
        if (!ALPHA && i % 32 === 0) keys[i / 16 + 1] = index
        if (ALPHA ? slotCounts[i] === 0 : !(keys[2 * (i >>> 5)] & (1 << (i & 31)))) continue
        const opaque = ((i >>> 16) & 0xff) | (i & 0xff00) | ((i & 0xff) << 16) | 0xff000000
        colors[index] = ALPHA ? keys[i] ^ 1 : opaque
        if (ALPHA) counts[index] = slotCounts[i]
        slots[index] = ALPHA ? i : index
        index++
      }
    }
  },
})
