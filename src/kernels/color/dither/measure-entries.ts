import source from '../../../../shaders/color/dither/measure-entries.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64, canonicalColor, colorCoordinates, squaredDistance } from '../space/color.js'

const WORDS = 4

/**
 * Counts the pixels of each entry, sums the squared error of all, and packs the entries, four or (WIDE) two to a word.
 */
export const measureEntries = /* @__PURE__ */ defineKernel({
  name: 'measure-entries',
  sources: [gridSource, u64Source, colorSource, source],
  parameters: { pixelCount: 'u32', wordCount: 'u32' },
  bindings: {
    pixels: 'read u32',
    centroids: 'read vec4<u32>',
    entries: 'read u32',
    indices: 'read_write u32',
    populations: 'read_write atomic<u32>',
    squaredError: 'read_write atomic<u32>',
  },
  words: { WORDS },
  flags: { ALPHA: false, WIDE: false },
  workgroupSize: 64,
  workgroups: ({ wordCount }, size) => Math.ceil(wordCount / (size * WORDS)),
  twin({ pixelCount, wordCount }, { pixels, centroids, entries, indices, populations, squaredError }, { ALPHA, WIDE }) {
    indices[wordCount - 1] = 0 // which pixels may fill in part
    const out = WIDE
      ? new Uint16Array(indices.buffer, indices.byteOffset)
      : new Uint8Array(indices.buffer, indices.byteOffset)
    const coordinates = new Uint32Array(4)
    for (let i = 0; i < pixelCount; i++) {
      const entry = entries[i]
      colorCoordinates(canonicalColor(pixels[i], ALPHA), ALPHA, coordinates)
      addU64(squaredError, 0, squaredDistance(coordinates, 0, centroids, 4 * entry))
      out[i] = entry
      populations[entry]++
    }
  },
})
