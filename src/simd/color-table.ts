import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { State } from '../kernels/color/palette/quantizer-state.js'
import type { compactColors } from '../kernels/color/table/compact-colors.js'
import type { countColors } from '../kernels/color/table/count-colors.js'
import type { labelSlots } from '../kernels/color/table/label-slots.js'
import type { mapPixels } from '../kernels/color/table/map-pixels.js'
import type { weighColors } from '../kernels/color/table/weigh-colors.js'

/** Multiply-adds that take as long as a pixel's search in the table, and as a block of the table. */
const [PIXEL_WORK, BLOCK_WORK] = [16, 64]
/** Pixels from which on threads count them apart, and the maximum bytes of their counts. */
const MIN_SLICED = 2 ** 18
const MAX_SLICE_BYTES = 2 ** 26

export const countColorsSimd: SimdImplementation<typeof countColors> = (host, parameters, at, { ALPHA }) => {
  const { pixelCount, slotMask } = parameters
  const { exports, memory } = host
  if (!ALPHA) {
    exports.markPixels(at.pixels, pixelCount, at.keys, at.blockOffsets)
    return
  }
  const kinds = exports.hashPixels(at.pixels, pixelCount, at.keys, slotMask, at.slotCounts, at.blockOffsets)
  const state = new Uint32Array(memory.memory.buffer, at.state, State.words)
  if (kinds & 1) state[State.opaque] = 1
  if (kinds & 2) state[State.overflow] = 1
}

export const compactColorsSimd: SimdImplementation<typeof compactColors> = (host, { blockCount }, at, { ALPHA }) => {
  const items = { first: 0, end: blockCount, work: BLOCK_WORK, align: 1 }
  const buffers = [at.keys, at.blockOffsets, at.colors, at.slots]
  if (ALPHA) host.share('listHashed', items, 0, ...buffers, at.slotCounts, at.counts)
  else host.share('listMarked', items, 0, ...buffers)
}

export const weighColorsSimd: SimdImplementation<typeof weighColors> = (host, parameters, at, flags) => {
  const { pixelCount, slotMask } = parameters
  const { pixels, keys, weights } = at
  const { exports, threads } = host
  if (!flags.COUNTED) {
    exports.weighPixels(pixels, pixelCount, keys, at.slotLabels, at.importance, weights, slotMask, flags.ALPHA ? 1 : 0)
    return
  }
  const colors = threads > 1 && pixelCount >= MIN_SLICED ? exports.countMarked(keys, slotMask + 1) : 0
  const bytes = 4 * colors * threads
  if (colors === 0 || bytes > MAX_SLICE_BYTES) {
    exports.countRanks(pixels, pixelCount, keys, weights)
    return
  }
  host.scratch(bytes, (sums) => {
    const slices = { first: 0, end: threads, work: (PIXEL_WORK * pixelCount) / threads, align: 1 }
    host.share('countSlices', slices, 0, threads, pixels, pixelCount, keys, sums, colors)
    host.share('addArrays', { first: 0, end: colors, work: threads, align: 16 }, 0, sums, threads, colors, weights)
  })
}

export const labelSlotsSimd: SimdImplementation<typeof labelSlots> = (host, { colorCount }, at) => {
  const items = { first: 0, end: colorCount, work: 4, align: 16 }
  host.share('labelSlots', items, 0, at.slots, at.labels, at.ranks, at.slotLabels)
}

export const mapPixelsSimd: SimdImplementation<typeof mapPixels> = (host, parameters, at, { ALPHA, WIDE }) => {
  const { pixelCount, slotMask, wordCount } = parameters
  // Pixels may fill it in part.
  new Uint32Array(host.memory.memory.buffer, at.indices, wordCount)[wordCount - 1] = 0
  const items = { first: 0, end: pixelCount, work: PIXEL_WORK, align: 16 }
  const numbers = [slotMask, ALPHA ? 1 : 0, WIDE ? 1 : 0]
  host.share('labelPixels', items, 0, at.pixels, at.keys, at.slotLabels, at.indices, ...numbers)
}
