import { diffuseErrors } from '../../../src/kernels/color/dither/diffuse-errors.js'
import { measureEntries } from '../../../src/kernels/color/dither/measure-entries.js'
import { measurePixels } from '../../../src/kernels/color/dither/measure-pixels.js'
import { LEVELS, MIX_WORDS, mixEntries } from '../../../src/kernels/color/dither/mix-entries.js'
import { pickEntries } from '../../../src/kernels/color/dither/pick-entries.js'
import { transfer } from '../../../src/kernels/color/space/transfer.js'
import {
  anything,
  coordinatesOf,
  imagePixels,
  numberedPixels,
  numberedTableOf,
  PIXEL_COUNTS,
  pointsOf,
  randomPixels,
  searchOf,
} from '../colors'
import { integers, samplesOf } from '../sample'

type Random = () => number
type Space = { ALPHA: boolean; OKLAB: boolean }

/** Entries with their coordinates and candidate lists. */
function paletteOf(random: Random, entryCount: number, space: Space) {
  const palette = randomPixels(random, entryCount, space.ALPHA)
  const centroids = coordinatesOf(palette, space)
  const { search, lists } = searchOf(centroids, space, Math.ceil(entryCount / 3))
  return { search, buffers: { palette, transfer, centroids, ...lists } }
}

/** Mixes in the form of mix-entries. */
function mixesOf(random: Random, colors: Uint32Array, ALPHA: boolean): Uint32Array {
  const space = { ALPHA, OKLAB: false }
  const mixes = new Uint32Array(MIX_WORDS * colors.length)
  const { search, buffers } = paletteOf(random, 400, space)
  const parameters = { firstColor: 0, colorCount: colors.length, firstMix: 0, strength: 256, ...search }
  mixEntries.twin(parameters, { colors, ...buffers, mixes }, space)
  return mixes
}

export default [
  samplesOf(diffuseErrors, {
    agreement: 'exact',
    samples: (random, space) =>
      [
        { width: 1, rowCount: 5, entryCount: 3 },
        { width: 7, rowCount: 3, entryCount: 16, firstRow: 1 },
        { width: 1023, rowCount: 2, entryCount: 30 },
        { width: 1025, rowCount: 3, entryCount: 2, strength: 256, firstRow: 2 },
        { width: 100, rowCount: 6, entryCount: 2, strength: 256, flat: true },
        { width: 33, rowCount: 4, entryCount: 40, strength: 0, firstRow: 3 },
        { width: 65, rowCount: 6, entryCount: 8, segment: 9, workgroupSize: 8 },
        { width: 50, rowCount: 6, entryCount: 300, segment: 50, workgroupSize: 1 },
      ].map(({ width, rowCount, entryCount, firstRow = 0, strength = 224, flat, workgroupSize, ...rest }) => {
        const segment = rest.segment ?? Math.max(8, Math.ceil(width / 128))
        const { search, buffers } = paletteOf(random, entryCount, space)
        const rows = firstRow + rowCount
        const pixels = imagePixels(random, width * (rows + 1), space.ALPHA)
        if (flat) pixels.fill(0xff3355aa)
        const before = { width, segment, strength, ...search, firstRow: 0, rowCount: firstRow, firstPixel: 0 }
        const own = { errors: new Int32Array(8 * width), entries: anything(random, pixels.length) }
        diffuseErrors.twin(before, { pixels, ...buffers, ...own }, space)
        return {
          parameters: { ...before, firstRow, rowCount, firstPixel: firstRow * width },
          buffers: { pixels, ...buffers, ...own },
          workgroupSize,
        }
      }),
  }),
  samplesOf(mixEntries, {
    agreement: 'exact',
    samples: (random, space) =>
      [
        { colorCount: 1, entryCount: 1, strength: 256 },
        { colorCount: 63, entryCount: 4, strength: 224 },
        { colorCount: 64, entryCount: 16, strength: 0 },
        { colorCount: 65, entryCount: 300, strength: 256 },
        { colorCount: 500, entryCount: 30, strength: 256 },
        { colorCount: 500, entryCount: 30, strength: 100 },
        { colorCount: 70, entryCount: 12, strength: 256, workgroupSize: 4 },
      ].map(({ colorCount, entryCount, strength, workgroupSize }) => {
        const [firstColor, firstMix] = [9, 4]
        const { search, buffers } = paletteOf(random, entryCount, space)
        return {
          parameters: { firstColor, colorCount, firstMix, strength, ...search },
          buffers: {
            // Pixels, if colours are as many.
            colors: randomPixels(random, firstColor + colorCount, space.ALPHA),
            ...buffers,
            mixes: anything(random, MIX_WORDS * (firstMix + colorCount)),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(pickEntries, {
    agreement: 'exact',
    samples: (random, { ALPHA, DIRECT }) =>
      [
        { pixelCount: 1, width: 1, position: 0, patternSize: 8 },
        { pixelCount: 63, width: 63, position: 0, patternSize: 64 },
        { pixelCount: 64, width: 7, position: 70, patternSize: 8 },
        { pixelCount: 65, width: 100, position: 99, patternSize: 5 },
        { pixelCount: 1000, width: 37, position: 12, patternSize: 8 },
        { pixelCount: 90, width: 37, position: 5, patternSize: 8, workgroupSize: 4 },
      ].map(({ pixelCount, width, position, patternSize, workgroupSize }) => {
        const firstPixel = 3
        const pixels = imagePixels(random, firstPixel + pixelCount + 2, ALPHA)
        const { slotMask, keys, slotLabels, colors } = numberedTableOf(pixels, ALPHA)
        const mixed = DIRECT ? pixels.subarray(firstPixel, firstPixel + pixelCount) : colors
        return {
          parameters: { firstPixel, pixelCount, position, width, patternSize, slotMask },
          buffers: {
            pixels,
            keys,
            slotLabels,
            mixes: mixesOf(random, mixed, ALPHA),
            thresholds: integers(random, patternSize ** 2, LEVELS),
            entries: anything(random, pixels.length),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(measureEntries, {
    agreement: 'exact',
    samples: (random, { ALPHA, WIDE }) =>
      [
        { pixelCount: 1 },
        { pixelCount: 511 },
        { pixelCount: 513 },
        { pixelCount: 1024 },
        { pixelCount: 1025 },
        { pixelCount: 100, workgroupSize: 2 },
      ].map(({ pixelCount, workgroupSize }) => {
        const entryCount = WIDE ? 300 : 256
        const wordCount = Math.ceil((pixelCount * (WIDE ? 2 : 1)) / 4)
        const palette = randomPixels(random, entryCount, ALPHA)
        return {
          parameters: { pixelCount, wordCount },
          buffers: {
            pixels: imagePixels(random, pixelCount, ALPHA),
            centroids: coordinatesOf(palette, { ALPHA, OKLAB: false }),
            // Runs, too.
            entries: integers(random, pixelCount, entryCount).map((entry, i, all) => (entry % 3 ? all[i >> 2] : entry)),
            indices: anything(random, wordCount + 1),
            populations: integers(random, entryCount, 1000),
            squaredError: Uint32Array.of(2 ** 32 - 1, 7),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(measurePixels, {
    agreement: 'exact',
    samples: (random, { ALPHA, PACKED }) =>
      PIXEL_COUNTS.map(({ pixelCount, workgroupSize }) => {
        const space = { ALPHA, OKLAB: PACKED }
        const { slotMask, colors, ...table } = numberedPixels(random, pixelCount, ALPHA)
        return {
          parameters: { pixelCount, slotMask },
          buffers: {
            ...table,
            points: pointsOf(colors, { ...space, PACKED }),
            centroids: coordinatesOf(randomPixels(random, 20, ALPHA), space),
            entries: integers(random, pixelCount, 20),
            squaredError: Uint32Array.of(2 ** 32 - 1, 7),
          },
          workgroupSize,
        }
      }),
  }),
]
