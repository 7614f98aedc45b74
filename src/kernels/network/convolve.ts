import source from '../../../shaders/network/convolve.wgsl?raw'
import activationSource from '../../../shaders/shared/activation.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { activate } from '../shared/activation.js'

/**
 * A convolution from the large images to the small ones, f(x ∗ W + bias), or with TRANSPOSED its transpose, from the
 * small to the large.
 *
 * Constants: PIXELS and FILTERS (pixels, and channels of each, per thread).
 */
export const convolve = /* @__PURE__ */ defineKernel({
  name: 'convolve',
  sources: [gridSource, activationSource, source],
  parameters: {
    firstPixel: 'u32',
    pixelCount: 'u32',
    smallHeight: 'u32',
    smallWidth: 'u32',
    largeHeight: 'u32',
    largeWidth: 'u32',
    sources: 'u32',
    targets: 'u32',
    size: 'u32',
    stride: 'u32',
    top: 'u32',
    left: 'u32',
    tapStride: 'u32',
    sourceStride: 'u32',
    targetStride: 'u32',
    weightOffset: 'u32',
    biased: 'u32',
    biasOffset: 'u32',
    activation: 'u32',
  },
  bindings: { source: 'read f32', weights: 'read f32', images: 'read_write f32' },
  flags: { TRANSPOSED: false },
  constants: { PIXELS: 4, FILTERS: 8 },
  registerLoops: true,
  workgroupSize: 32,
  workgroups: ({ pixelCount, targets }, size, { PIXELS, FILTERS }) =>
    Math.ceil(pixelCount / (size * PIXELS)) * Math.ceil(targets / FILTERS),
  twin(parameters, { source, weights, images }, { TRANSPOSED }) {
    const { smallHeight, smallWidth, largeHeight, largeWidth, sources, targets, size, stride, top, left } = parameters
    const { firstPixel, pixelCount, tapStride, sourceStride, targetStride, weightOffset, activation } = parameters
    const [targetHeight, targetWidth] = TRANSPOSED ? [largeHeight, largeWidth] : [smallHeight, smallWidth]
    const [sourceHeight, sourceWidth] = TRANSPOSED ? [smallHeight, smallWidth] : [largeHeight, largeWidth]
    const sum = new Float64Array(targets)
    for (let pixel = firstPixel; pixel < firstPixel + pixelCount; pixel++) {
      const image = Math.floor(pixel / (targetHeight * targetWidth))
      const placeY = Math.floor(pixel / targetWidth) % targetHeight
      const placeX = pixel % targetWidth
      sum.fill(0)
      for (let tap = 0; tap < size * size; tap++) {
        const ky = Math.floor(tap / size)
        const kx = tap % size
        const y = TRANSPOSED ? (placeY + top - ky) / stride : placeY * stride + ky - top
        const x = TRANSPOSED ? (placeX + left - kx) / stride : placeX * stride + kx - left
        if (!Number.isInteger(y) || !Number.isInteger(x)) continue
        if (y < 0 || x < 0 || y >= sourceHeight || x >= sourceWidth) continue
        const start = ((image * sourceHeight + y) * sourceWidth + x) * sources
        for (let channel = 0; channel < sources; channel++) {
          const value = source[start + channel]
          const weightAt = weightOffset + tap * tapStride + channel * sourceStride
          for (let target = 0; target < targets; target++)
            sum[target] += value * weights[weightAt + target * targetStride]
        }
      }
      for (let target = 0; target < targets; target++) {
        const addend = parameters.biased ? weights[parameters.biasOffset + target] : 0
        images[pixel * targets + target] = activate(activation, sum[target] + addend)
      }
    }
  },
})
