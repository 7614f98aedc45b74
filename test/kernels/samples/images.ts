import { convolutionWeights } from '../../../src/kernels/network/convolution-weights.js'
import { convolve } from '../../../src/kernels/network/convolve.js'
import { pool } from '../../../src/kernels/network/pool.js'
import { spread } from '../../../src/kernels/network/spread.js'
import { floats, samplesOf, wholes } from '../sample'

/** Convolutions with and without borders, of filters of 1 × 1 and more, and with strides that skip pixels. */
const CONVOLUTIONS = [
  { images: 1, small: [1, 1, 1], large: [1, 1, 1], size: 1, stride: 1, top: 0, left: 0 },
  { images: 2, small: [5, 7, 3], large: [5, 7, 2], size: 3, stride: 1, top: 1, left: 1 },
  { images: 3, small: [4, 3, 9], large: [7, 6, 4], size: 3, stride: 2, top: 1, left: 0 },
  { images: 2, small: [3, 2, 8], large: [11, 7, 5], size: 2, stride: 4, top: 0, left: 0 },
  { images: 1, small: [9, 9, 17], large: [9, 9, 1], size: 5, stride: 1, top: 2, left: 2 },
]

/** Images cut into windows, also at their borders. */
const WINDOWS = [
  { images: 1, height: 1, width: 1, channels: 1, size: 2 },
  { images: 2, height: 4, width: 6, channels: 3, size: 2 },
  { images: 3, height: 5, width: 7, channels: 5, size: 2 },
  { images: 2, height: 6, width: 9, channels: 2, size: 4 },
].map(({ images, height, width, channels, size }) => {
  const [smallHeight, smallWidth] = [height, width].map((length) => Math.ceil(length / size))
  return {
    shape: { smallHeight, smallWidth, largeHeight: height, largeWidth: width, channels, size },
    small: images * smallHeight * smallWidth * channels,
    large: images * height * width * channels,
  }
})

export default [
  samplesOf(convolutionWeights, {
    agreement: 'exact',
    samples: (random) =>
      CONVOLUTIONS.map(({ images, small, large, ...filter }, index) => {
        const pixelCount = images * small[0] * small[1]
        const slicePixels = [1, 64, 5, 7, 40][index]
        const all = Math.ceil(pixelCount / slicePixels)
        const firstSlice = Math.min(1, all - 1)
        return {
          parameters: {
            ...filter,
            pixelCount,
            slicePixels,
            firstSlice,
            slices: all - firstSlice,
            smallHeight: small[0],
            smallWidth: small[1],
            largeHeight: large[0],
            largeWidth: large[1],
            smallChannels: small[2],
            largeChannels: large[2],
          },
          buffers: {
            small: wholes(random, pixelCount * small[2]),
            large: wholes(random, images * large[0] * large[1] * large[2]),
            sums: floats(random, all * (filter.size ** 2 * large[2] + 1) * small[2]),
          },
          constants: index === 2 ? { COLUMNS: 4 } : undefined,
          workgroupSize: index === 2 ? 4 : undefined,
        }
      }),
  }),
  // The activations are matrix-product's.
  samplesOf(convolve, {
    agreement: 'exact',
    samples: (random, { TRANSPOSED }) =>
      CONVOLUTIONS.flatMap(({ images, small, large, ...filter }, index) => {
        const [target, source] = TRANSPOSED ? [large, small] : [small, large]
        const pixels = images * target[0] * target[1]
        const weightOffset = index
        const biasOffset = weightOffset + filter.size ** 2 * large[2] * small[2]
        return [0, 1].map((activation) => {
          const firstPixel = activation ? Math.floor(pixels / 3) : 0
          return {
            parameters: {
              ...filter,
              firstPixel,
              pixelCount: pixels - firstPixel,
              smallHeight: small[0],
              smallWidth: small[1],
              largeHeight: large[0],
              largeWidth: large[1],
              sources: source[2],
              targets: target[2],
              tapStride: large[2] * small[2],
              sourceStride: TRANSPOSED ? 1 : small[2],
              targetStride: TRANSPOSED ? small[2] : 1,
              weightOffset,
              biased: activation,
              biasOffset,
              activation,
            },
            buffers: {
              source: wholes(random, images * source[0] * source[1] * source[2]),
              weights: wholes(random, biasOffset + target[2]),
              images: floats(random, pixels * target[2] + 1),
            },
            constants: index === 2 ? { PIXELS: 2, FILTERS: 4 } : undefined,
            workgroupSize: index === 2 ? 4 : undefined,
          }
        })
      }),
  }),
  // Windows of 1, 2, 4, 8 and 16 pixels, since every device divides exactly by powers of two.
  samplesOf(pool, {
    agreement: 'exact',
    allows: ({ MAX, MEAN }) => !(MAX && MEAN),
    samples: (random) =>
      WINDOWS.flatMap(({ shape, small, large }) =>
        [0, 50].map((below) => ({
          parameters: { ...shape, count: small },
          buffers: { large: wholes(random, large, 9).map((value) => value - below), small: floats(random, small + 1) },
        })),
      ),
  }),
  samplesOf(spread, {
    agreement: 'exact',
    allows: ({ MAX, MEAN }) => !(MAX && MEAN),
    samples: (random) =>
      WINDOWS.map(({ shape, small, large }) => ({
        parameters: { ...shape, count: large },
        // Few distinct numbers, so that windows have several maxima.
        buffers: { small: wholes(random, small), original: wholes(random, large, 2), large: floats(random, large + 1) },
      })),
  }),
]
