import { BufferScope, type Executor } from '../engine/engine.js'
import type { Matrix } from '../types.js'
import { createDitherer } from './dither/dither.js'
import type { EntrySink, Indices } from './image/entry-sink.js'
import type { Pixels } from './image/pixels.js'
import { type ChosenPalette, choosePalette } from './palette/choose-palette.js'
import { measureError, readU64, type SquaredErrors } from './palette/color-error.js'
import { distinctEntries, orderedEntries, paletteOrder } from './palette/palette-order.js'
import type { QuantizePlan } from './quantize-options.js'
import type { Reporter } from './reporter.js'
import { type ColorSpace, colorSpace } from './table/color-space.js'
import { type ColorTable, createColorTable } from './table/color-table.js'
import { type PixelWeights, weighTable } from './table/importance.js'

/** Images as one palette and what the sinks made of their entries. */
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
  /** Exact, over all its pixels, in squared coordinates of each space. */
  squaredErrors: SquaredErrors
}

/** Finds one palette for images, whose histograms are added, and maps each of them to it. */
export async function quantizeImages(
  executor: Executor,
  scope: BufferScope,
  images: readonly Pixels[],
  plan: QuantizePlan,
  importance: PixelWeights | null,
  newSink: (pixels: Pixels, entryCount: number) => EntrySink,
  reporter: Reporter,
): Promise<QuantizedImages> {
  const { space, dither, strength } = plan
  const alpha = plan.alpha || images.some((image) => image.alpha)
  const pixelCount = images.reduce((sum, { width, height }) => sum + width * height, 0)
  await reporter.step('count', 0, pixelCount)
  const table = await createColorTable(executor, scope, images, alpha, reporter)
  const chosen = await choosePalette(executor, scope, table, plan, images, importance, reporter)
  const { palette, centroids, kept, points, iterations } = chosen
  const results = (order: readonly number[], mapped: MappedImage[]): QuantizedImages => ({
    ...orderedEntries(palette, centroids, order, table.alpha, space),
    iterations,
    uniqueColors: table.unique,
    images: mapped,
  })

  await reporter.step('map', 0, pixelCount)
  const done = reporter.tally('map', pixelCount)
  if (dither === 'none' || points === null) {
    const { order, rank } = paletteOrder(palette, chosen.populations, kept)
    const ordered = Uint32Array.from(order, (k) => palette[k])
    const errors = await errorsOfImages(executor, table, images, chosen, reporter)
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
  const how = { dither, strength }
  const ditherImage = await createDitherer(executor, scope, table, points, entries, how, sinks[0].wide, reporter)
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

/** The part of each image in the error of the mapping: by the pixels that it has of each distinct colour. */
async function errorsOfImages(
  executor: Executor,
  table: ColorTable,
  images: readonly Pixels[],
  { palette, labels, squaredErrors }: ChosenPalette,
  reporter: Reporter,
): Promise<SquaredErrors[]> {
  if (images.length === 1 || (squaredErrors.srgb === 0n && squaredErrors.oklab === 0n)) {
    return images.map(() => squaredErrors)
  }
  const errors: SquaredErrors[] = []
  for (const pixels of images) {
    const own = new BufferScope(executor)
    try {
      const weights = await weighTable(executor, own, table, [pixels], () => 1, reporter)
      const mapping = { palette: own.upload('quantize.palette', palette.slice()), labels, weights }
      const read = async (name: ColorSpace['name']) => {
        const sum = await measureError(executor, own, table, colorSpace(name), mapping, reporter)
        return readU64(new Uint32Array(await executor.read(sum)), 0)
      }
      errors.push({ srgb: await read('srgb'), oklab: await read('oklab') })
    } finally {
      own.release()
    }
  }
  return errors
}
