import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { diffuseErrors } from '../kernels/color/dither/diffuse-errors.js'
import type { measureEntries } from '../kernels/color/dither/measure-entries.js'
import type { measurePixels } from '../kernels/color/dither/measure-pixels.js'
import { MIX_WORDS, type mixEntries, PICKS } from '../kernels/color/dither/mix-entries.js'
import type { pickEntries } from '../kernels/color/dither/pick-entries.js'
import { listBytesOf, SEARCH_WORK, spaceOf } from './colors.js'

/** Multiply-adds that take as long as what is done with a pixel, beside searches. */
const PIXEL_WORK = 16
/** Pixels whose errors are summed together. */
const BLOCK = 4096

export const diffuseErrorsSimd: SimdImplementation<typeof diffuseErrors> = (host, parameters, at, flags) => {
  const { width, firstRow, rowCount, firstPixel, strength, cellBits, centroidCount } = parameters
  const roomBytes = listBytesOf(cellBits, centroidCount, flags)
  host.scratch(roomBytes, (room) => {
    const [pixels, entries] = [at.pixels + 4 * firstPixel, at.entries + 4 * firstPixel]
    const lists = [at.centroids, at.candidates, at.candidateCounts]
    const buffers = [pixels, at.palette, at.transfer, ...lists, at.errors, entries]
    const numbers = [cellBits, centroidCount, ...spaceOf(flags)]
    host.exports.diffuseRows(room, roomBytes, firstRow, firstRow + rowCount, width, strength, ...buffers, ...numbers)
  })
}

export const mixEntriesSimd: SimdImplementation<typeof mixEntries> = (host, parameters, at, flags) => {
  const { firstColor, colorCount, firstMix, strength, cellBits, centroidCount } = parameters
  const roomBytes = listBytesOf(cellBits, centroidCount, flags)
  const items = { first: 0, end: colorCount, work: PICKS * SEARCH_WORK, align: 1 }
  const mixes = at.mixes + 4 * MIX_WORDS * firstMix
  const lists = [at.centroids, at.candidates, at.candidateCounts]
  const buffers = [at.colors + 4 * firstColor, at.palette, at.transfer, ...lists, mixes]
  const numbers = [cellBits, centroidCount, ...spaceOf(flags)]
  host.share('mixColors', items, 8 * PICKS + roomBytes, roomBytes, strength, ...buffers, ...numbers)
}

export const pickEntriesSimd: SimdImplementation<typeof pickEntries> = (host, parameters, at, { ALPHA, DIRECT }) => {
  const { firstPixel, pixelCount, position, width, patternSize, slotMask } = parameters
  const items = { first: 0, end: pixelCount, work: PIXEL_WORK, align: 16 }
  const [pixels, entries] = [at.pixels + 4 * firstPixel, at.entries + 4 * firstPixel]
  const buffers = [pixels, at.keys, at.slotLabels, at.mixes, at.thresholds, entries]
  const numbers = [position, width, patternSize, slotMask, ALPHA ? 1 : 0, DIRECT ? 1 : 0]
  host.share('pickPixels', items, 0, ...buffers, ...numbers)
}

export const measureEntriesSimd: SimdImplementation<typeof measureEntries> = (host, parameters, at, flags) => {
  const { pixelCount, wordCount } = parameters
  const [alpha, wide] = [flags.ALPHA ? 1 : 0, flags.WIDE ? 1 : 0]
  // Pixels may fill it in part.
  new Uint32Array(host.memory.memory.buffer, at.indices, wordCount)[wordCount - 1] = 0
  const slices = host.threads
  const items = { first: 0, end: slices, work: (PIXEL_WORK * pixelCount) / slices, align: 1 }
  host.scratch(slices * (4 * (wide ? 2 ** 16 : 2 ** 8) + 8), (sums) => {
    const buffers = [at.pixels, at.centroids, at.entries, at.indices, sums]
    host.share('packSlices', items, 0, slices, pixelCount, ...buffers, alpha, wide)
    host.exports.addPacked(sums, slices, at.populations, at.squaredError, wide)
  })
}

export const measurePixelsSimd: SimdImplementation<typeof measurePixels> = (host, parameters, at, flags) => {
  const { pixelCount, slotMask } = parameters
  const blocks = Math.ceil(pixelCount / BLOCK)
  const items = { first: 0, end: blocks, work: PIXEL_WORK * BLOCK, align: 1 }
  host.scratch(8 * blocks, (sums) => {
    const buffers = [at.pixels, at.keys, at.slotLabels, at.points, at.centroids, at.entries, sums]
    const numbers = [slotMask, flags.ALPHA ? 1 : 0, flags.PACKED ? 1 : 0]
    host.share('measurePixelBlocks', items, 0, BLOCK, pixelCount, ...buffers, ...numbers)
    host.exports.addNumbers(sums, blocks, at.squaredError)
  })
}
