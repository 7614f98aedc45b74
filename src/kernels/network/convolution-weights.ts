import source from '../../../shaders/network/convolution-weights.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Number of rows of the gradient: one for each tap and large channel, and with BIAS one for the biases. */
const rowsOf = ({ size, largeChannels }: { size: number; largeChannels: number }, bias: boolean) =>
  size * size * largeChannels + (bias ? 1 : 0)

/**
 * The gradient of a convolution with respect to its weights, and with BIAS to its biases, by slices of pixels.
 *
 * Constants: COLUMNS (small channels per thread).
 */
export const convolutionWeights = /* @__PURE__ */ defineKernel({
  name: 'convolution-weights',
  sources: [gridSource, source],
  parameters: {
    pixelCount: 'u32',
    slicePixels: 'u32',
    firstSlice: 'u32',
    slices: 'u32',
    smallHeight: 'u32',
    smallWidth: 'u32',
    largeHeight: 'u32',
    largeWidth: 'u32',
    smallChannels: 'u32',
    largeChannels: 'u32',
    size: 'u32',
    stride: 'u32',
    top: 'u32',
    left: 'u32',
  },
  bindings: { small: 'read f32', large: 'read f32', sums: 'read_write f32' },
  flags: { BIAS: false },
  constants: { COLUMNS: 8 },
  workgroupSize: 32,
  // One row more than without BIAS: at most one workgroup too many.
  workgroups: (parameters, size, { COLUMNS }) =>
    parameters.slices * Math.ceil(rowsOf(parameters, true) / size) * Math.ceil(parameters.smallChannels / COLUMNS),
  twin(parameters, { small, large, sums }, { BIAS }) {
    const { pixelCount, slicePixels, firstSlice, slices, smallHeight, smallWidth, largeHeight, largeWidth } = parameters
    const { smallChannels: columns, largeChannels, size, stride, top, left } = parameters
    const rows = rowsOf(parameters, BIAS)
    const sum = new Float64Array(rows * columns)
    for (let slice = firstSlice; slice < firstSlice + slices; slice++) {
      sum.fill(0)
      const end = Math.min((slice + 1) * slicePixels, pixelCount)
      for (let pixel = slice * slicePixels; pixel < end; pixel++) {
        const image = Math.floor(pixel / (smallHeight * smallWidth))
        const placeY = Math.floor(pixel / smallWidth) % smallHeight
        const placeX = pixel % smallWidth
        for (let row = 0; row < rows; row++) {
          const tap = Math.floor(row / largeChannels)
          const y = placeY * stride + Math.floor(tap / size) - top
          const x = placeX * stride + (tap % size) - left
          const bias = BIAS && row === rows - 1
          if (!bias && (y < 0 || x < 0 || y >= largeHeight || x >= largeWidth)) continue
          const at = ((image * largeHeight + y) * largeWidth + x) * largeChannels + (row % largeChannels)
          const value = bias ? 1 : large[at]
          for (let c = 0; c < columns; c++) sum[row * columns + c] += value * small[pixel * columns + c]
        }
      }
      sums.set(sum, slice * rows * columns)
    }
  },
})
