import type { SimdImplementation } from '../engine/host/simd-engine.js'
import type { colorMoments } from '../kernels/color/palette/color-moments.js'
import type { measureMapping } from '../kernels/color/palette/measure-mapping.js'
import type { placeColors } from '../kernels/color/palette/place-colors.js'
import { opaqueAlpha } from '../kernels/color/space/color-cell.js'

/** Multiply-adds that take as long as the conversion of a colour. */
const COLOR_WORK = 128
/** Colours whose errors are summed together. */
const BLOCK = 4096

export const placeColorsSimd: SimdImplementation<typeof placeColors> = (host, parameters, at, flags) => {
  const { colorCount, cellBits, cellCount, coarseBits } = parameters
  const items = { first: 0, end: colorCount, work: COLOR_WORK, align: 16 }
  const numbers = [cellBits, cellCount, coarseBits, flags.OKLAB ? 1 : 0, flags.ALPHA ? 1 : 0, flags.PACKED ? 1 : 0]
  host.share('placePoints', items, 0, at.colors, at.transfer, at.points, at.occupied, ...numbers)
}

export const colorMomentsSimd: SimdImplementation<typeof colorMoments> = ({ exports }, parameters, at, flags) => {
  const { colorCount, cellBits, shift, skipTransparent } = parameters
  const space = [opaqueAlpha(flags), flags.OKLAB ? 1 : 0, flags.ALPHA ? 1 : 0, flags.PACKED ? 1 : 0]
  exports.sumMoments(at.points, at.weights, at.moments, colorCount, cellBits, shift, skipTransparent, ...space)
}

export const measureMappingSimd: SimdImplementation<typeof measureMapping> = (host, parameters, at, flags) => {
  const { firstColor, colorCount } = parameters
  const blocks = Math.ceil(colorCount / BLOCK)
  const items = { first: 0, end: blocks, work: BLOCK * COLOR_WORK, align: 1 }
  host.scratch(8 * blocks, (sums) => {
    const buffers = [at.colors, at.weights, at.labels, at.entries, at.transfer, sums]
    const space = [flags.OKLAB ? 1 : 0, flags.ALPHA ? 1 : 0]
    host.share('measureBlocks', items, 0, BLOCK, firstColor, firstColor + colorCount, ...buffers, ...space)
    host.exports.addNumbers(sums, blocks, at.sum)
  })
}
