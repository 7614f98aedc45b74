import { BufferScope } from '../engine/engine.js'
import type { Matrix } from '../types.js'
import { createDitherer } from './dither/dither.js'
import type { EntrySink, Indices } from './image/entry-sink.js'
import type { Pixels } from './image/pixels.js'
import { type ChosenPalette, choosePalette } from './palette/choose-palette.js'
import { measureError, readU64, type SquaredErrors } from './palette/color-error.js'
import { distinctEntries, orderedEntries, paletteOrder } from './palette/palette-order.js'
import type { QuantizePlan } from './quantize-options.js'
import { type ColorSpace, colorSpace } from './table/color-space.js'
import { createColorTable } from './table/color-table.js'
import type { ColorWork } from './table/color-work.js'
import { type PixelWeights, weighTable } from './table/importance.js'

/** Images as one palette and the results of their sinks. */
export interface QuantizedImages {
  palette: Uint8Array
  colors: number
  centroids: Matrix
  iterations: number
  uniqueColors: number
  images: MappedImage[]
}

export interface MappedImage {
  indices: Indices | null
  /** Exact errors over all its pixels, in squared coordinates of each space. */
  squaredErrors: SquaredErrors
}

/** Finds one palette for images, whose histograms are added, and maps each of them to it. */
export async function quantizeImages(
  { executor, scope, reporter }: Omit<ColorWork, 'table'>,
  images: readonly Pixels[],
  plan: QuantizePlan,
  importance: PixelWeights | null,
  newSink: (pixels: Pixels, entryCount: number) => EntrySink,
): Promise<QuantizedImages> {
  const { space, dither, strength } = plan
  const alpha = plan.alpha || images.some((image) => image.alpha)
  const pixelCount = images.reduce((sum, { width, height }) => sum + width * height, 0)
  await reporter.report('count', 0, pixelCount)
  const table = await createColorTable(executor, scope, images, alpha, reporter)
  const work = { executor, scope, table, reporter }
  const chosen = await choosePalette(work, plan, images, importance)
  const { palette, centroids, kept, points, iterations } = chosen
  const results = (order: readonly number[], mapped: MappedImage[]): QuantizedImages => ({
    ...orderedEntries(palette, centroids, order, table.alpha, space),
    iterations,
    uniqueColors: table.unique,
    images: mapped,
  })

  await reporter.report('map', 0, pixelCount)
  const done = reporter.tally('map', pixelCount)
  if (dither === 'none' || points === null) {
    const { order, rank } = paletteOrder(palette, chosen.populations, kept)
    const ordered = Uint32Array.from(order, (k) => palette[k])
    const errors = await errorsOfImages(work, images, chosen)
    const mapped: MappedImage[] = []
    for (const [at, pixels] of images.entries()) {
      const sink = newSink(pixels, order.length)
      await table.mapPixels(pixels, chosen.labels, rank, sink, done)
      const indices = await sink.finish({ ranks: null, palette: ordered, usedCount: order.length })
      mapped.push({ indices, squaredErrors: errors[at] })
    }
    return results(order, mapped)
  }
  const numbers = distinctEntries(palette)
  const entries = numbers.map((k) => palette[k])
  const sinks = images.map((pixels) => newSink(pixels, palette.length))
  const ditherImage = await createDitherer(work, points, entries, { dither, strength, wide: sinks[0].wide })
  const populations = new Float64Array(palette.length)
  const errors: SquaredErrors[] = []
  for (const [at, pixels] of images.entries()) {
    const dithered = await ditherImage(pixels, sinks[at], done)
    for (const [i, k] of numbers.entries()) populations[k] += dithered.populations[i]
    errors.push(dithered.squaredErrors)
  }
  const { order, rank } = paletteOrder(palette, populations, kept)
  const places = { ranks: numbers.map((k) => rank[k]), palette: entries, usedCount: order.length }
  const mapped: MappedImage[] = []
  for (const [at, sink] of sinks.entries()) {
    mapped.push({ indices: await sink.finish(places), squaredErrors: errors[at] })
  }
  return results(order, mapped)
}

/** The share of each image in the error of the mapping, by its number of pixels of each distinct colour. */
async function errorsOfImages(
  work: ColorWork,
  images: readonly Pixels[],
  { palette, labels, squaredErrors }: ChosenPalette,
): Promise<SquaredErrors[]> {
  if (images.length === 1 || (squaredErrors.srgb === 0n && squaredErrors.oklab === 0n)) {
    return images.map(() => squaredErrors)
  }
  const { executor } = work
  const errors: SquaredErrors[] = []
  for (const pixels of images) {
    const own = new BufferScope(executor)
    const part = { ...work, scope: own }
    try {
      const weights = await weighTable(part, [pixels], () => 1)
      const mapping = { palette: own.upload('quantize.palette', palette.slice()), labels, weights }
      const read = async (name: ColorSpace['name']) => {
        const sum = await measureError(part, colorSpace(name), mapping)
        return readU64(new Uint32Array(await executor.read(sum)), 0)
      }
      errors.push({ srgb: await read('srgb'), oklab: await read('oklab') })
    } finally {
      own.release()
    }
  }
  return errors
}
