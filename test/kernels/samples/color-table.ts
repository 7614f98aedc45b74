import { canonicalColor, hashedSlot } from '../../../src/kernels/color/space/color.js'
import { compactColors } from '../../../src/kernels/color/table/compact-colors.js'
import { countColors } from '../../../src/kernels/color/table/count-colors.js'
import { labelSlots } from '../../../src/kernels/color/table/label-slots.js'
import { mapPixels } from '../../../src/kernels/color/table/map-pixels.js'
import { scanBlocks } from '../../../src/kernels/color/table/scan-blocks.js'
import { weighColors } from '../../../src/kernels/color/table/weigh-colors.js'
import {
  anything,
  distinctColors,
  emptySlots,
  imagePixels,
  numberedPixels,
  numberedTableOf,
  PIXEL_COUNTS,
  randomWeights,
  tableOf,
} from '../colors'
import { integers, samplesOf } from '../sample'

/** Number of slots for opaque pixels with red below 4. */
const FEW_SLOTS = 2 ** 18

export default [
  samplesOf(countColors, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      // The last table of colours with alpha is full before: some pixels have no slot.
      [
        { counted: 0, pixelCount: 1, slotCount: 256 },
        { counted: 0, pixelCount: 511, slotCount: 512 },
        { counted: 100, pixelCount: 512, slotCount: 1024 },
        { counted: 300, pixelCount: 513, slotCount: 512 },
        { counted: 0, pixelCount: 2000, slotCount: 4096, workgroupSize: 4 },
        { counted: 256, pixelCount: 300, slotCount: 256 },
      ].map(({ counted, pixelCount, slotCount, workgroupSize }) => {
        const pixels = imagePixels(random, pixelCount, ALPHA, ALPHA ? 256 : 4)
        const earlier = ALPHA ? distinctColors(random, counted, ALPHA) : imagePixels(random, counted, ALPHA, 4)
        pixels.set(earlier.subarray(0, Math.min(counted, pixelCount / 2)))
        const slots = emptySlots(ALPHA, ALPHA ? slotCount : FEW_SLOTS)
        const slotMask = slotCount - 1
        countColors.twin({ pixelCount: counted, slotMask }, { pixels: earlier, ...slots }, { ALPHA })
        return { parameters: { pixelCount, slotMask }, buffers: { pixels, ...slots }, workgroupSize }
      }),
    // Colliding colours are in random order in the hash table: their counts are at the slots where they are found.
    arrange(left, { parameters: { slotMask }, buffers: { pixels, slotCounts } }) {
      if (slotCounts.length === 1) return
      const keys = left.keys as Uint32Array
      left.slotCounts = Uint32Array.from(
        pixels,
        (pixel) => left.slotCounts[hashedSlot(canonicalColor(pixel, true), keys, slotMask)],
      )
      keys.sort()
    },
  }),
  samplesOf(scanBlocks, {
    agreement: 'exact',
    samples: (random) =>
      [1, 127, 128, 129, 2000].flatMap((blockCount) =>
        [undefined, 3].map((workgroupSize) => ({
          parameters: { blockCount },
          buffers: { blockOffsets: integers(random, blockCount + 1, 257), state: anything(random, 10) },
          workgroupSize,
        })),
      ),
  }),
  samplesOf(compactColors, {
    agreement: 'exact',
    samples: (random, { ALPHA }) =>
      [
        { pixelCount: 1, slotCount: 2 ** 8 },
        { pixelCount: 700, slotCount: 2 ** 14 },
        { pixelCount: 3000, slotCount: 2 ** 15 },
        { pixelCount: 3000, slotCount: 2 ** 12, workgroupSize: 4 },
      ].map(({ pixelCount, slotCount, workgroupSize }) => {
        const pixels = imagePixels(random, pixelCount, ALPHA, ALPHA ? 256 : 4)
        const { blockCount, buffers } = tableOf(pixels, ALPHA, ALPHA ? slotCount : FEW_SLOTS)
        return { parameters: { blockCount }, buffers, workgroupSize }
      }),
  }),
  samplesOf(labelSlots, {
    agreement: 'exact',
    samples: (random) =>
      [1, 63, 64, 65, 1000].map((colorCount) => ({
        parameters: { colorCount },
        buffers: {
          slots: Uint32Array.from({ length: colorCount }, (_, i) => 3 * ((11 * i) % colorCount)),
          labels: integers(random, colorCount, 16),
          ranks: integers(random, 16, 2 ** 16),
          slotLabels: anything(random, 3 * colorCount),
        },
      })),
  }),
  samplesOf(mapPixels, {
    agreement: 'exact',
    samples: (random, { ALPHA, WIDE }) =>
      [
        { pixelCount: 1 },
        { pixelCount: 126 },
        { pixelCount: 128 },
        { pixelCount: 257 },
        { pixelCount: 1003 },
        { pixelCount: 515, workgroupSize: 4 },
      ].map(({ pixelCount, workgroupSize }) => {
        const pixels = imagePixels(random, pixelCount, ALPHA)
        const { keys, slotMask, slotLabels } = numberedTableOf(pixels, ALPHA)
        const labels = integers(random, slotLabels.length, WIDE ? 2 ** 16 : 2 ** 8)
        const wordCount = Math.ceil((pixelCount * (WIDE ? 2 : 1)) / 4)
        return {
          parameters: { pixelCount, slotMask, wordCount },
          buffers: { pixels, keys, slotLabels: labels, indices: anything(random, wordCount + 1) },
          workgroupSize,
        }
      }),
  }),
  samplesOf(weighColors, {
    agreement: 'exact',
    allows: ({ ALPHA, COUNTED }) => !(ALPHA && COUNTED),
    samples: (random, { ALPHA }) =>
      PIXEL_COUNTS.map(({ pixelCount, workgroupSize }) => {
        const { slotMask, colors, ...table } = numberedPixels(random, pixelCount, ALPHA)
        return {
          parameters: { pixelCount, slotMask },
          buffers: {
            ...table,
            importance: randomWeights(random, pixelCount),
            weights: integers(random, colors.length, 2 ** 31),
          },
          workgroupSize,
        }
      }),
  }),
]
