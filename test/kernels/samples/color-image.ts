import { exportPixels } from '../../../src/kernels/color/image/export-pixels.js'
import { importPixels } from '../../../src/kernels/color/image/import-pixels.js'
import { anything, randomPixels } from '../colors'
import { integers, samplesOf } from '../sample'

export default [
  samplesOf(importPixels, {
    agreement: 'exact',
    samples: (random) =>
      [
        { width: 1, pixelCount: 1, least: 0xffffff },
        { width: 1, pixelCount: 70, least: 0x1000000 },
        { width: 511, pixelCount: 511, least: 0xfeffffff },
        { width: 64, pixelCount: 512, least: 0xff000000 },
        { width: 27, pixelCount: 513, least: 0, workgroupSize: 4 },
        { width: 65, pixelCount: 1300, least: 0 },
        { width: 65, pixelCount: 1300, least: 0, kinds: 3 },
      ].map(({ width, pixelCount, least, kinds = 0, workgroupSize }) => {
        const rowWords = 64 * Math.ceil(width / 64)
        const rows = randomPixels(random, rowWords * Math.ceil(pixelCount / width), least === 0)
        rows[0] = least || 0xff000000
        return {
          parameters: { width, pixelCount, rowWords },
          buffers: { rows, pixels: anything(random, pixelCount + 1), kinds: Uint32Array.of(kinds) },
          workgroupSize,
        }
      }),
  }),
  samplesOf(exportPixels, {
    agreement: 'exact',
    samples: (random, { WIDE, WIDE_ROWS, COLORS }) =>
      [
        { width: 1, height: 1, rowWords: 64 },
        { width: 63, height: 1, rowWords: 63 },
        { width: 5, height: 13, rowWords: 5 },
        { width: 33, height: 7, rowWords: 64 },
        { width: 259, height: 3, rowWords: 320 },
        { width: 63, height: 5, rowWords: 64, workgroupSize: 2 },
      ].map(({ width, height, rowWords, workgroupSize }) => {
        const entryCount = WIDE ? 1000 : 256
        const entries = integers(random, 4 * Math.ceil((width * height) / 4), entryCount)
        const packed = WIDE ? Uint16Array.from(entries) : Uint8Array.from(entries)
        const wordCount = rowWords * height
        return {
          parameters: { width, rowWords, wordCount },
          buffers: {
            indices: new Uint32Array(packed.buffer),
            values: integers(random, entryCount, COLORS ? 2 ** 32 : WIDE_ROWS ? 2 ** 16 : 2 ** 8),
            rows: anything(random, wordCount),
          },
          workgroupSize,
        }
      }),
  }),
]
