import source from '../../../../shaders/color/image/import-pixels.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'

const ITEMS = 8

/** Bits of `kinds`: some pixel is not opaque, some pixel is fully transparent. */
export const TRANSLUCENT = 1
export const TRANSPARENT = 2

/**
 * Packs pixels from rows of a texture, `rowWords` apart, without gaps, red in the low byte; notes their kinds of alpha.
 */
export const importPixels = /* @__PURE__ */ defineKernel({
  name: 'import-pixels',
  sources: [gridSource, source],
  parameters: { width: 'u32', pixelCount: 'u32', rowWords: 'u32' },
  bindings: { rows: 'read u32', pixels: 'read_write u32', kinds: 'read_write atomic<u32>' },
  words: { ITEMS, TRANSLUCENT, TRANSPARENT },
  flags: { BGRA: false },
  workgroupSize: 64,
  workgroups: ({ pixelCount }, size) => Math.ceil(pixelCount / (size * ITEMS)),
  twin({ width, pixelCount, rowWords }, { rows, pixels, kinds }, { BGRA }) {
    for (let i = 0; i < pixelCount; i++) {
      const texel = rows[Math.floor(i / width) * rowWords + (i % width)]
      const swapped = (texel & 0xff00ff00) | ((texel & 0xff) << 16) | ((texel >>> 16) & 0xff)
      const pixel = BGRA ? swapped >>> 0 : texel
      pixels[i] = pixel
      if (pixel < 0xff000000) kinds[0] |= TRANSLUCENT
      if (pixel < 0x01000000) kinds[0] |= TRANSPARENT
    }
  },
})
