import { BufferScope, type Engine, executorOf } from '../engine/engine.js'
import { spaceCoordinates } from '../kernels/shared/color-space.js'
import type { Matrix } from '../types.js'
import { meanErrors } from './color-error.js'
import { createColorPoints } from './color-points.js'
import type { ColorSpace } from './color-space.js'
import { createColorTable } from './color-table.js'
import { ditherPixels, requireDitherable } from './dither.js'
import { type EntrySink, MemorySink } from './entry-sink.js'
import { findPalette } from './find-palette.js'
import { type QuantizeImage, toPixels } from './image.js'
import { orderedEntries, paletteOrder, sortPalette } from './palette-order.js'
import { checkOptions, type QuantizeOptions } from './quantize-options.js'
import { Reporter } from './reporter.js'
import { checkTextures, type QuantizeTextures, TextureSink } from './texture-sink.js'
import { type ColorMoments, wuSeeds } from './wu.js'

export type { QuantizeImage } from './image.js'
export type { QuantizeOptions } from './quantize-options.js'

/** An image as a palette and an index per pixel. Plain data. */
export interface Quantized {
  /** RGBA bytes, not premultiplied, `colors` × 4: translucent entries first, then by brightness. */
  palette: Uint8Array
  /** Entry of each pixel, row by row; `Uint16Array` above 256 entries. */
  indices: Uint8Array | Uint16Array
  width: number
  height: number
  /** Entries in the palette, each of them used. */
  colors: number
  /**
   * The entries before rounding: columns r, g, b from 0 to 255, or in Oklab L, a, b, where white has L = 1; where pixels
   * have alpha, premultiplied with it, and a fourth column for it, from 0 to 255 or to 1.
   */
  centroids: Matrix
  /**
   * Squared error of a pixel in the mean, summed over the sRGB channels from 0 to 255 (with alpha premultiplied r, g, b,
   * and a) of the image and of `palette`, whatever the space; exact.
   */
  mse: number
  /** The same in Oklab, ΔL² + Δa² + Δb² (+ Δalpha²), where white has L = 1 and full alpha is 1; in integers of 1/31875. */
  oklabMse: number
  iterations: number
  /** Distinct colours of the image. */
  uniqueColors: number
}

/** A quantized image whose pixels are in the textures `into`. */
export type QuantizedInto = Omit<Quantized, 'indices'>

/**
 * Reduces an image to a palette of at most `colors` entries by k-means over its distinct colours: Wu's boxes, then
 * Lloyd's iterations in integer arithmetic, then a last mapping to the rounded palette.
 *
 * The same bytes, options and image give the same result on every device. An image that has no more distinct colours
 * than asked comes back unchanged. A fully transparent pixel is the entry 0,0,0,0, which counts in `colors`.
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
  const { colors, space, maxIterations, tolerance, dither, strength, into } = checkOptions(options)
  options.signal?.throwIfAborted()
  const reporter = new Reporter(executor, options.signal, options.onProgress)
  const scope = new BufferScope(executor)
  try {
    const pixels = await toPixels(executor, scope, image)
    const { width, height } = pixels
    requireDitherable(dither, width)
    if (into) checkTextures(executor, into, pixels, colors)
    await reporter.step('count', 0, width * height)
    const table = await createColorTable(executor, scope, pixels, reporter)
    const { alpha, unique } = table
    const newSink = (entryCount: number): EntrySink =>
      into
        ? new TextureSink(executor, scope, into, width, entryCount)
        : new MemorySink(executor, width * height, entryCount)

    if (unique <= colors) {
      const distinct = new Uint32Array(await executor.read(table.colors, 0, 4 * unique))
      const { order, rank } = paletteOrder(distinct, new Uint32Array(unique).fill(1))
      const result = orderedEntries(distinct, coordinatesOf(distinct, space, alpha), order, alpha, space)
      const sink = newSink(unique)
      await table.mapPixels(scope.upload('quantize.labels', Uint32Array.from(rank.keys())), rank, sink)
      const indices = await sink.finish({ ranks: null, palette: wordsOf(result.palette), usedCount: unique })
      const losses = { mse: 0, oklabMse: 0, iterations: 0 }
      return { ...result, ...(indices && { indices }), width, height, ...losses, uniqueColors: unique }
    }

    await reporter.step('seed', 0, 1)
    // A fully transparent pixel must stay so, and its entry must not be drawn towards translucent neighbours.
    const fixedCount = pixels.transparent && colors > 1 ? 1 : 0
    const points = await createColorPoints(executor, scope, table, space)
    const moments = await points.readMoments(fixedCount > 0)
    const wu = await wuSeeds(moments, colors - fixedCount, () => points.readSamples(fixedCount > 0))
    const seeds = new Uint32Array(4 * fixedCount + wu.length)
    if (fixedCount) seeds.set(space.origin)
    seeds.set(wu, 4 * fixedCount)
    await reporter.step('cluster', 0, maxIterations)
    const threshold = tolerance === 0 ? null : movementThreshold(tolerance, await points.readTotals())
    const lloyd = { fixedCount, maxIterations, movementThreshold: threshold }
    const found = await findPalette(executor, scope, table, points, seeds, lloyd, reporter)

    await reporter.step('map', 0, width * height)
    const shape = { width, height, iterations: found.iterations, uniqueColors: unique }
    if (dither === 'none') {
      const { order, rank } = paletteOrder(found.palette, found.populations)
      const result = orderedEntries(found.palette, found.centroids, order, alpha, space)
      const sink = newSink(order.length)
      await table.mapPixels(found.labels, rank, sink)
      const indices = await sink.finish({ ranks: null, palette: wordsOf(result.palette), usedCount: order.length })
      return { ...result, ...(indices && { indices }), ...meanErrors(found.squaredErrors, width * height), ...shape }
    }
    const sorted = sortPalette(found.palette, found.centroids)
    const sink = newSink(sorted.palette.length)
    const how = { dither, strength }
    const dithered = await ditherPixels(executor, table, points, sorted.palette, shape, how, sink, reporter)
    const { order, rank } = paletteOrder(sorted.palette, dithered.populations)
    const result = orderedEntries(sorted.palette, sorted.centroids, order, alpha, space)
    const indices = await sink.finish({ ranks: rank, palette: sorted.palette, usedCount: order.length })
    return { ...result, ...(indices && { indices }), ...meanErrors(dithered.squaredErrors, width * height), ...shape }
  } finally {
    scope.release()
  }
}

const wordsOf = ({ buffer }: Uint8Array) => new Uint32Array(buffer)

/** tolerance × √(mean variance of the coordinates over all pixels), in 1/16 of a coordinate. */
function movementThreshold(tolerance: number, { words, axes }: ColorMoments): number {
  const [n, ...totals] = Array.from({ length: 6 }, (_, m) => words[2 * m] + 0x100000000 * words[2 * m + 1])
  let explained = 0
  for (let axis = 0; axis < axes; axis++) explained += (totals[axis] * totals[axis]) / n
  const variance = Math.max(0, (totals[4] - explained) / (n * axes))
  return Math.min(Math.floor(16 * tolerance * Math.sqrt(variance)), Number.MAX_SAFE_INTEGER)
}

/** The coordinates of colours, four a colour. */
function coordinatesOf(colors: Uint32Array, { OKLAB }: ColorSpace, alpha: boolean): Uint32Array {
  const coordinates = new Uint32Array(4 * colors.length)
  for (const [i, color] of colors.entries()) {
    spaceCoordinates(color, { ALPHA: alpha, OKLAB }, coordinates.subarray(4 * i, 4 * i + 4))
  }
  return coordinates
}
