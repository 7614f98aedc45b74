import { BufferScope, type Engine, executorOf } from '../engine/engine.js'
import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../engine/error.js'
import { colorCoordinates } from '../kernels/shared/color.js'
import type { Matrix, Progress } from '../types.js'
import { createColorPoints } from './color-points.js'
import { createColorTable } from './color-table.js'
import { checkDither, type Dither, ditherPixels, requireDitherable } from './dither.js'
import { type EntrySink, MemorySink } from './entry-sink.js'
import { type FoundPalette, findPalette } from './find-palette.js'
import { type QuantizeImage, toPixels } from './image.js'
import { Reporter } from './reporter.js'
import { checkTextures, type QuantizeTextures, TextureSink } from './texture-sink.js'
import { type ColorMoments, wuSeeds } from './wu.js'

export type { QuantizeImage } from './image.js'

export interface QuantizeOptions {
  /** Palette entries wanted, 1 … 65 536. Fewer come back when fewer are of use. */
  colors: number
  /** Where distances are measured: the stored sRGB values. */
  space?: 'srgb'
  /**
   * `'none'`: every pixel gets its nearest entry. The others mix entries among neighbouring pixels: by error diffusion
   * (Floyd and Steinberg, serpentine), by a pattern of blue noise, or by Bayer's 8 × 8 matrix. What lies on the palette,
   * and an image with no more distinct colours than asked, comes back unchanged under each.
   */
  dither?: Dither
  /** How much of a pixel's error its neighbours make up for, an integer 0 (none) … 256 (all of it); default 224. */
  ditherStrength?: number
  /** Wu's variance-minimising boxes. */
  init?: 'wu'
  /** Most iterations of Lloyd, 0 … 1 000 000; default 20. */
  maxIterations?: number
  /**
   * Stop when the centroids move by at most `tolerance` × √(mean channel variance) in total;
   * 0 (the default) when no colour changes its entry.
   */
  tolerance?: number
  /** Textures to leave the result in; then no `indices` come back and no pixel passes through memory. */
  into?: QuantizeTextures
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages in order: count, seed, cluster, map. With it, every step waits for the device. */
  onProgress?: (progress: Progress) => void
}

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
  /** The entries before rounding, 0 … 255: columns r, g, b, or premultiplied r, g, b, and a where pixels have alpha. */
  centroids: Matrix
  /** Squared error of a pixel in the mean, summed over the channels (premultiplied r, g, b and a with alpha); exact. */
  mse: number
  iterations: number
  /** Distinct colours of the image. */
  uniqueColors: number
}

/** A quantized image whose pixels are in the textures `into`. */
export type QuantizedInto = Omit<Quantized, 'indices'>

const OPTIONS = [
  'colors',
  'space',
  'dither',
  'ditherStrength',
  'init',
  'maxIterations',
  'tolerance',
  'into',
  'signal',
  'onProgress',
]
export const MAX_COLORS = 65536

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
  const { colors, maxIterations, tolerance, dither, strength, into } = checkOptions(options)
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
    const shape = { width, height, uniqueColors: table.unique }
    const newSink = (entryCount: number): EntrySink =>
      into
        ? new TextureSink(executor, scope, into, width, entryCount)
        : new MemorySink(executor, width * height, entryCount)

    if (table.unique <= colors) {
      const distinct = new Uint32Array(await executor.read(table.colors, 0, 4 * table.unique))
      const { order, rank } = paletteOrder(distinct, new Uint32Array(table.unique).fill(1))
      const sink = newSink(table.unique)
      await table.mapPixels(scope.upload('quantize.rank', rank), sink)
      const palette = Uint32Array.from(order, (k) => distinct[k])
      const indices = await sink.finish({ ranks: null, palette, usedCount: table.unique })
      const coordinates = new Uint32Array(4 * table.unique)
      for (let i = 0; i < table.unique; i++) {
        colorCoordinates(distinct[i], table.alpha, coordinates.subarray(4 * i, 4 * i + 4))
      }
      return {
        ...entries(distinct, coordinates, order, table.alpha),
        ...(indices && { indices }),
        mse: 0,
        iterations: 0,
        ...shape,
      }
    }

    await reporter.step('seed', 0, 1)
    // A fully transparent pixel must stay so, and its entry must not be drawn towards translucent neighbours.
    const fixedCount = pixels.transparent && colors > 1 ? 1 : 0
    const points = await createColorPoints(executor, scope, table)
    const moments = await points.readMoments(fixedCount > 0)
    const wu = await wuSeeds(moments, colors - fixedCount, () => points.readSamples(fixedCount > 0))
    const seeds = new Uint32Array(4 * fixedCount + wu.length)
    seeds.set(wu, 4 * fixedCount)
    await reporter.step('cluster', 0, maxIterations)
    const found = await findPalette(
      executor,
      scope,
      table,
      points,
      seeds,
      { fixedCount, maxIterations, movementThreshold: movementThreshold(tolerance, moments, width * height) },
      reporter,
    )

    await reporter.step('map', 0, width * height)
    const sink = newSink(found.palette.length)
    let mapped: Pick<FoundPalette, 'palette' | 'centroids' | 'populations' | 'squaredError'> = found
    if (dither === 'none') {
      await table.mapPixels(found.labels, sink)
    } else {
      const sorted = sortPalette(found)
      const options = { dither, strength }
      const dithered = await ditherPixels(executor, table, points, sorted.palette, shape, options, sink, reporter)
      mapped = { ...sorted, ...dithered }
    }
    const { order, rank } = paletteOrder(mapped.palette, mapped.populations)
    const indices = await sink.finish({ ranks: rank, palette: mapped.palette, usedCount: order.length })
    return {
      ...entries(mapped.palette, mapped.centroids, order, table.alpha),
      ...(indices && { indices }),
      mse: Number(mapped.squaredError) / (16384 * width * height),
      iterations: found.iterations,
      ...shape,
    }
  } finally {
    scope.release()
  }
}

function checkOptions(options: QuantizeOptions) {
  if (typeof options !== 'object' || options === null) {
    throw new LloydError('InputError', 'quantize needs options with the number of colors, { colors: 256 }')
  }
  requireKnownOptions('quantize', options, OPTIONS)
  const { space = 'srgb', init = 'wu' } = options
  for (const [name, value, only] of [
    ['space', space, 'srgb'],
    ['init', init, 'wu'],
  ]) {
    if (value !== only) throw new LloydError('InputError', `${name} must be '${only}', got '${String(value)}'`)
  }
  return {
    ...checkDither(options),
    into: options.into,
    colors: requireInteger('colors', options.colors, 1, MAX_COLORS),
    maxIterations: requireInteger('maxIterations', options.maxIterations ?? 20, 0, 1_000_000),
    tolerance: requireNumber('tolerance', options.tolerance ?? 0, 0),
  }
}

/**
 * tolerance × √(mean variance of the channels over all pixels) in units of 1/2048; null for tolerance 0. Transparent
 * pixels that the moments leave out are zeros, which count.
 */
function movementThreshold(tolerance: number, { words, axes }: ColorMoments, n: number): number | null {
  if (tolerance === 0) return null
  const total = new Float64Array(6)
  for (let i = 0; i < words.length; i += 2) total[(i / 2) % 6] += words[i] + 0x100000000 * words[i + 1]
  const [, ...sums] = total
  let explained = 0
  for (let axis = 0; axis < axes; axis++) explained += (sums[axis] * sums[axis]) / n
  const variance = Math.max(0, (total[5] - explained) / (n * axes))
  return Math.min(Math.floor(2048 * tolerance * Math.sqrt(variance)), Number.MAX_SAFE_INTEGER)
}

/**
 * The entries in use: translucent ones first (so that a PNG's tRNS ends early), then by brightness (which compresses),
 * then by value. `rank` turns an entry's number into its place.
 */
function paletteOrder(palette: Uint32Array, populations: Uint32Array) {
  const keys = Array.from(palette, (color) => {
    const [r, g, b, a] = [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff, color >>> 24]
    return { a, luma: 299 * r + 587 * g + 114 * b, rgb: (r << 16) | (g << 8) | b }
  })
  const order = Array.from(palette.keys())
    .filter((k) => populations[k] > 0)
    .sort((i, j) => keys[i].a - keys[j].a || keys[i].luma - keys[j].luma || keys[i].rgb - keys[j].rgb)
  const rank = new Uint32Array(palette.length)
  for (const [place, k] of order.entries()) rank[k] = place
  return { order, rank }
}

/** All entries, in the palette's order, those of the same bytes once. */
function sortPalette({ palette, centroids }: FoundPalette) {
  const { order } = paletteOrder(palette, new Uint32Array(palette.length).fill(1))
  const distinct = order.filter((k, place) => place === 0 || palette[k] !== palette[order[place - 1]])
  const coordinates = new Uint32Array(4 * distinct.length)
  for (const [place, k] of distinct.entries()) coordinates.set(centroids.subarray(4 * k, 4 * k + 4), 4 * place)
  return { palette: Uint32Array.from(distinct, (k) => palette[k]), centroids: coordinates }
}

/** Palette bytes and unrounded centroids in the given order. */
function entries(palette: Uint32Array, coordinates: Uint32Array, order: readonly number[], alpha: boolean) {
  const bytes = new Uint32Array(order.length)
  const columns = alpha ? 4 : 3
  const data = new Float32Array(order.length * columns)
  for (const [place, k] of order.entries()) {
    bytes[place] = palette[k]
    for (let column = 0; column < columns; column++) {
      data[place * columns + column] = coordinates[4 * k + column] / 128
    }
  }
  return {
    palette: new Uint8Array(bytes.buffer),
    colors: order.length,
    centroids: { data, rows: order.length, columns },
  }
}
