import source from '../../../../shaders/color/image/export-pixels.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'

/**
 * Writes rows for a texture, `rowWords` apart, of the values of the pixels' entries: 8, 16 (WIDE_ROWS) or 32 bits
 * (COLORS).
 */
export const exportPixels = /* @__PURE__ */ defineKernel({
  name: 'export-pixels',
  sources: [gridSource, source],
  parameters: { width: 'u32', rowWords: 'u32', wordCount: 'u32' },
  bindings: { indices: 'read u32', values: 'read u32', rows: 'read_write u32' },
  flags: { WIDE: false, WIDE_ROWS: false, COLORS: false },
  workgroupSize: 64,
  workgroups: ({ wordCount }, size) => Math.ceil(wordCount / size),
  twin({ width, rowWords, wordCount }, { indices, values, rows }, { WIDE, WIDE_ROWS, COLORS }) {
    const entries = WIDE
      ? new Uint16Array(indices.buffer, indices.byteOffset)
      : new Uint8Array(indices.buffer, indices.byteOffset)
    const perWord = COLORS ? 1 : WIDE_ROWS ? 2 : 4
    for (let word = 0; word < wordCount; word++) {
      const x = (word % rowWords) * perWord
      if (x >= width) continue
      const first = Math.floor(word / rowWords) * width + x
      let packed = 0
      for (let i = 0; i < Math.min(perWord, width - x); i++)
        packed |= values[entries[first + i]] << ((i * 32) / perWord)
      rows[word] = packed
    }
  },
})
