import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { sumSlices } from '../../kernels/linear/sum-slices.js'
import { convolutionWeights } from '../../kernels/network/convolution-weights.js'
import { convolve } from '../../kernels/network/convolve.js'
import { DISPATCH_WORK } from '../../linear/product.js'
import {
  type ConvolutionPart,
  type ConvolutionShape,
  type ConvolutionTile,
  convolutionTile,
} from './convolution-tiles.js'
import type { ImageShape } from './shapes.js'

/**
 * Minimum number of pixels of a slice, and maximum number of slices: enough threads for few weights, and not too many
 * sums to add.
 */
const SLICE_PIXELS = 64
const MAX_SLICES = 256
/** Maximum number of elements in the sums of all slices. */
const SLICE_NUMBERS = 2 ** 22

/** The weights in their buffer, and the activation of the sums. */
export interface Affine {
  weights: EngineBuffer
  weightOffset: number
  biasOffset: number | null
  activation: number
}

/** A convolution of `rows` images: its number of source channels and the strides of its weights. */
interface ConvolutionRun {
  rows: number
  sources: number
  target: ImageShape
  tapStride: number
  sourceStride: number
  targetStride: number
}

/** The three computations of a convolution: itself, its transpose, and the gradient of its weights. */
export class Convolution {
  private constructor(
    private readonly executor: Executor,
    private readonly shape: ConvolutionShape,
    private readonly kernels: Awaited<ReturnType<typeof compileConvolution>>,
    private readonly slices: EngineBuffer,
    private readonly sliceCount: (pixels: number) => number,
  ) {}

  /** Compiles the parts for up to `rows` images. */
  static async prepare(
    executor: Executor,
    scope: BufferScope,
    shape: ConvolutionShape,
    rows: number,
    tileOf = (part: ConvolutionPart) => convolutionTile(executor, shape, part),
  ): Promise<Convolution> {
    const { small, large, size } = shape
    const weights = (size * size * large[2] + 1) * small[2]
    const most = Math.max(1, Math.min(MAX_SLICES, Math.floor(SLICE_NUMBERS / weights)))
    const sliceCount = (pixels: number) => Math.min(most, Math.ceil(pixels / SLICE_PIXELS))
    const slices = scope.allocate('autoencoder.slices', 4 * weights * sliceCount(rows * small[0] * small[1]))
    return new Convolution(executor, shape, await compileConvolution(executor, shape, tileOf), slices, sliceCount)
  }

  /** Computes small images from large ones. */
  async forward(source: EngineBuffer, images: EngineBuffer, affine: Affine, rows: number): Promise<void> {
    const { small, large } = this.shape
    const strides = { tapStride: large[2] * small[2], sourceStride: small[2], targetStride: 1 }
    await this.#convolve(this.kernels.forward, source, images, affine, {
      rows,
      sources: large[2],
      target: small,
      ...strides,
    })
  }

  /** Computes large images from small ones. */
  async transposed(source: EngineBuffer, images: EngineBuffer, affine: Affine, rows: number): Promise<void> {
    const { small, large } = this.shape
    const strides = { tapStride: large[2] * small[2], sourceStride: 1, targetStride: small[2] }
    await this.#convolve(this.kernels.transposed, source, images, affine, {
      rows,
      sources: small[2],
      target: large,
      ...strides,
    })
  }

  async #convolve(
    kernel: Awaited<ReturnType<typeof compileConvolution>>['forward'],
    source: EngineBuffer,
    images: EngineBuffer,
    { weights, weightOffset, biasOffset, activation }: Affine,
    { rows, sources, target, ...strides }: ConvolutionRun,
  ): Promise<void> {
    const [height, width, targets] = target
    const { pace } = this.executor
    const pixels = rows * height * width
    const work = this.shape.size ** 2 * sources * targets
    for (let firstPixel = 0; firstPixel < pixels; ) {
      const pixelCount = Math.min(pixels - firstPixel, Math.max(256, Math.floor(pace.budget / work)))
      this.executor.run(
        kernel,
        {
          firstPixel,
          pixelCount,
          ...this.#geometry(),
          sources,
          targets,
          ...strides,
          weightOffset,
          biased: biasOffset === null ? 0 : 1,
          biasOffset: biasOffset ?? 0,
          activation,
        },
        { source, weights, images },
      )
      await pace.spend(pixelCount * work + DISPATCH_WORK)
      firstPixel += pixelCount
    }
  }

  /** Writes the gradient of the weights, and with `bias` of the biases after them, to `gradients` from `offset` on. */
  async differentiate(
    small: EngineBuffer,
    large: EngineBuffer,
    { gradients, offset, bias }: { gradients: EngineBuffer; offset: number; bias: boolean },
    rows: number,
  ): Promise<void> {
    const { executor, kernels, slices } = this
    const [height, width, smallChannels] = this.shape.small
    const largeChannels = this.shape.large[2]
    const pixelCount = rows * height * width
    const slicePixels = Math.ceil(pixelCount / this.sliceCount(pixelCount))
    const sliceCount = Math.ceil(pixelCount / slicePixels)
    const count = (this.shape.size ** 2 * largeChannels + (bias ? 1 : 0)) * smallChannels
    const { pace } = executor
    for (let firstSlice = 0; firstSlice < sliceCount; ) {
      const taken = Math.min(sliceCount - firstSlice, Math.max(1, Math.floor(pace.budget / (slicePixels * count))))
      executor.run(
        bias ? kernels.weightsAndBias : kernels.weights,
        { pixelCount, slicePixels, firstSlice, slices: taken, ...this.#geometry(), smallChannels, largeChannels },
        { small, large, sums: slices },
      )
      await pace.spend(taken * slicePixels * count + DISPATCH_WORK)
      firstSlice += taken
    }
    executor.run(kernels.sum, { count, slices: sliceCount, offset }, { slices, sums: gradients })
  }

  #geometry() {
    const { small, large, size, stride, top, left } = this.shape
    const [smallHeight, smallWidth] = small
    const [largeHeight, largeWidth] = large
    return { smallHeight, smallWidth, largeHeight, largeWidth, size, stride, top, left }
  }
}

async function compileConvolution(
  executor: Executor,
  { small, large }: ConvolutionShape,
  tileOf: (part: ConvolutionPart) => ConvolutionTile,
) {
  const options = (part: 'forward' | 'transposed', targets: number) => {
    const { pixels, channels, workgroup } = tileOf(part)
    return { constants: { PIXELS: pixels, FILTERS: Math.min(channels, targets) }, workgroupSize: workgroup }
  }
  const { channels, workgroup } = tileOf('weights')
  const gradient = { constants: { COLUMNS: Math.min(channels, small[2]) }, workgroupSize: workgroup }
  const [forward, transposed, weights, weightsAndBias, sum] = await Promise.all([
    executor.compile(convolve, options('forward', small[2])),
    executor.compile(convolve, { ...options('transposed', large[2]), flags: { TRANSPOSED: true } }),
    executor.compile(convolutionWeights, gradient),
    executor.compile(convolutionWeights, { ...gradient, flags: { BIAS: true } }),
    executor.compile(sumSlices),
  ])
  return { forward, transposed, weights, weightsAndBias, sum }
}
