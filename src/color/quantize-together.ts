import { BufferScope, type Engine, executorOf } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import { QUANTIZE_TOGETHER } from '../options/color.js'
import { readOptions } from '../options/table.js'
import type { Matrix } from '../types.js'
import { requireDitherable } from './dither/dither.js'
import { MemorySink } from './image/entry-sink.js'
import { MAX_PIXELS, type QuantizeImage, toPixels } from './image/image.js'
import { PixelStore, type Pixels } from './image/pixels.js'
import type { SquaredErrors } from './palette/color-error.js'
import { meanErrors } from './palette/color-error.js'
import type { Quantized } from './quantize.js'
import { quantizeImages } from './quantize-images.js'
import { planOf, type QuantizeOptions } from './quantize-options.js'
import { Reporter } from './reporter.js'
import { scaleImportance } from './table/importance.js'

export type QuantizeTogetherOptions = Omit<QuantizeOptions, 'into'>

/** Images with one palette. Plain data. */
export interface QuantizedTogether {
  /** As in `Quantized`; each entry is used by some image, except for given ones. */
  palette: Uint8Array
  colors: number
  centroids: Matrix
  /** Mean over the pixels of all images. */
  mse: number
  oklabMse: number
  iterations: number
  /** Number of distinct colours of all images together. */
  uniqueColors: number
  /** The images in the given order; with `palette`, each can be passed to the encoders. */
  images: Pick<Quantized, 'indices' | 'width' | 'height' | 'mse' | 'oklabMse'>[]
}

/**
 * Reduces images to one palette, as `quantize` would a single image with the pixels of all: their histograms are added,
 * so palette, indices and errors are exactly those. Each image is dithered separately.
 *
 * @param images at least one image, of any sizes and kinds, with at most 2³¹ − 1 pixels together; opaque and
 *   translucent ones may be mixed
 * @param options as in `quantize`, except for `into`; `importance` has a weight for each pixel of the first image, then
 *   of the second, and so on
 * @throws LloydError as for `quantize`
 */
export async function quantizeTogether(
  engine: Engine,
  images: readonly QuantizeImage[],
  options: QuantizeTogetherOptions,
): Promise<QuantizedTogether> {
  const executor = executorOf(engine)
  if (!Array.isArray(images) || images.length === 0) {
    throw new LloydError(
      'InputError',
      'quantizeTogether needs a list of at least one image; quantize takes a single one',
    )
  }
  if ((options as QuantizeOptions)?.into) {
    throw new LloydError('InputError', 'into takes one image; leave it out, or quantize them one by one')
  }
  const { importance: _, signal, onProgress, ...settings } = readOptions('quantizeTogether', options, QUANTIZE_TOGETHER)
  const plan = planOf(settings)
  signal?.throwIfAborted()
  const reporter = new Reporter(executor, signal, onProgress)
  const scope = new BufferScope(executor)
  const work = { executor, scope, reporter }
  const store = new PixelStore(scope)
  try {
    const pixels = await bringAll(images, (image) => toPixels(executor, store, image))
    const pixelCount = countPixels(pixels)
    for (const { width } of pixels) requireDitherable(plan.dither, width)
    const { importance } = options
    const weights = importance === undefined ? null : scaleImportance(importance, { width: pixelCount, height: 1 })
    const newSink = ({ width, height }: Pixels, count: number) => new MemorySink(executor, width * height, count)
    const { images: mapped, ...found } = await quantizeImages(work, pixels, plan, weights, newSink)
    const total = (name: keyof SquaredErrors) =>
      mapped.reduce((sum, { squaredErrors }) => sum + squaredErrors[name], 0n)
    return {
      ...found,
      ...meanErrors({ srgb: total('srgb'), oklab: total('oklab') }, pixelCount),
      images: mapped.map(({ indices, squaredErrors }, at) => {
        const { width, height } = pixels[at]
        return { indices: indices as Quantized['indices'], width, height, ...meanErrors(squaredErrors, width * height) }
      }),
    }
  } finally {
    scope.release()
  }
}

/** Waits for all, which begin at the call; a failure is thrown once none is running. */
async function bringAll(
  images: readonly QuantizeImage[],
  bring: (image: QuantizeImage) => Promise<Pixels>,
): Promise<Pixels[]> {
  const outcomes = await Promise.allSettled(images.map(bring))
  return outcomes.map((outcome, at) => {
    if (outcome.status === 'fulfilled') return outcome.value
    const { reason } = outcome
    if (!(reason instanceof LloydError)) throw reason
    throw new LloydError(reason.code, `images[${at}]: ${reason.message}`, { cause: reason })
  })
}

function countPixels(images: readonly Pixels[]): number {
  const count = images.reduce((sum, { width, height }) => sum + width * height, 0)
  if (count <= MAX_PIXELS) return count
  throw new LloydError(
    'InputError',
    `the images have ${count} pixels together; at most ${MAX_PIXELS} are counted exactly; leave some out`,
  )
}
