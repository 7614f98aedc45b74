import { BufferScope, type Engine, executorOf } from '../engine/engine.js'
import { QUANTIZE } from '../options/color.js'
import { readOptions } from '../options/table.js'
import type { Matrix } from '../types.js'
import { requireDitherable } from './dither/dither.js'
import { type EntrySink, MemorySink } from './image/entry-sink.js'
import { type QuantizeImage, toPixels } from './image/image.js'
import { PixelStore } from './image/pixels.js'
import { checkTextures, type QuantizeTextures, TextureSink } from './image/texture-sink.js'
import { meanErrors } from './palette/color-error.js'
import { quantizeImages } from './quantize-images.js'
import { planOf, type QuantizeOptions } from './quantize-options.js'
import { Reporter } from './reporter.js'
import { scaleImportance } from './table/importance.js'

export type { QuantizeImage } from './image/image.js'
export type { QuantizeOptions } from './quantize-options.js'

/** An image as a palette and an index per pixel. Plain data. */
export interface Quantized {
  /**
   * RGBA bytes, not premultiplied, `colors` × 4: translucent entries first, then by brightness. A given `palette` or
   * `fixedColors` come first, unchanged.
   */
  palette: Uint8Array
  /** Entry of each pixel, row by row; `Uint16Array` above 256 entries. */
  indices: Uint8Array | Uint16Array
  width: number
  height: number
  /** Number of palette entries, each of them used except for given ones. */
  colors: number
  /**
   * The entries before rounding: columns r, g, b from 0 to 255, or in Oklab L, a, b, where white has L = 1; with alpha,
   * premultiplied, and a fourth column for it, from 0 to 255 or to 1.
   */
  centroids: Matrix
  /**
   * Mean squared error per pixel, summed over the sRGB channels from 0 to 255 (with alpha premultiplied r, g, b, and a)
   * of the image and of `palette`, regardless of the space; exact.
   */
  mse: number
  /** The same in Oklab, ΔL² + Δa² + Δb² (+ Δalpha²), where white has L = 1 and full alpha is 1; in integers of 1/31875. */
  oklabMse: number
  iterations: number
  /** Number of distinct colours of the image. */
  uniqueColors: number
}

/** A quantized image whose pixels are in the textures `into`. */
export type QuantizedInto = Omit<Quantized, 'indices'>

/**
 * Reduces an image to a palette of at most `colors` entries by k-means over its distinct colours: Wu's boxes, then
 * Lloyd's iterations in integer arithmetic, then a last mapping to the rounded palette.
 *
 * The same image and options give the same bytes on every device. An image with no more distinct colours than requested
 * is returned unchanged. A fully transparent pixel gets the entry 0,0,0,0, which counts in `colors`; an opaque one gets
 * the nearest opaque entry. An entry shared by opaque and translucent pixels is opaque and has the mean of their
 * straight colours, weighted by alpha, so that soft edges do not darken it. With a single colour for both, or if given
 * and fixed colours leave no room, not everything can be kept: an opaque entry takes precedence over the transparent
 * one, and a given palette without either is used unchanged.
 *
 * @throws LloydError `InputError` for an option or image outside its range, `OutOfMemoryError`, `DeviceLostError`.
 */
export function quantize(
  engine: Engine,
  image: QuantizeImage,
  options: QuantizeOptions & { into: QuantizeTextures },
): Promise<QuantizedInto>
export function quantize(engine: Engine, image: QuantizeImage, options: QuantizeOptions): Promise<Quantized>
export async function quantize(
  engine: Engine,
  image: QuantizeImage,
  options: QuantizeOptions,
): Promise<Quantized | QuantizedInto> {
  const executor = executorOf(engine)
  const { importance: _, into, signal, onProgress, ...settings } = readOptions('quantize', options, QUANTIZE)
  const plan = planOf(settings)
  signal?.throwIfAborted()
  const reporter = new Reporter(executor, signal, onProgress)
  const scope = new BufferScope(executor)
  const work = { executor, scope, reporter }
  try {
    const pixels = await toPixels(executor, new PixelStore(scope), image)
    const { width, height } = pixels
    requireDitherable(plan.dither, width)
    const { importance } = options // null: no importance
    const weights = importance === undefined ? null : scaleImportance(importance, pixels)
    if (into !== undefined) checkTextures(executor, into, pixels, plan.colors)
    const newSink = (_: unknown, entryCount: number): EntrySink =>
      into
        ? new TextureSink(executor, scope, into, width, entryCount)
        : new MemorySink(executor, width * height, entryCount)
    const { images, ...found } = await quantizeImages(work, [pixels], plan, weights, newSink)
    const [{ indices, squaredErrors }] = images
    return { ...found, ...(indices && { indices }), ...meanErrors(squaredErrors, width * height), width, height }
  } finally {
    scope.release()
  }
}
