import { BufferScope } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { measureEntries } from '../../kernels/color/dither/measure-entries.js'
import { measurePixels } from '../../kernels/color/dither/measure-pixels.js'
import { placePalette } from '../../kernels/color/palette/place-palette.js'
import type { EntrySink } from '../image/entry-sink.js'
import { CHUNK_PIXELS, type PixelChunk, type Pixels } from '../image/pixels.js'
import { createCandidateLists } from '../palette/candidate-lists.js'
import { readU64, type SquaredErrors } from '../palette/color-error.js'
import type { Tally } from '../reporter.js'
import { type ColorCells, type ColorPoints, createColorPoints } from '../table/color-points.js'
import { type ColorSpace, colorSpace } from '../table/color-space.js'
import type { ColorWork } from '../table/color-work.js'
import type { Dither, DitherOptions, DitherPalette } from './dither-method.js'
import { createErrorDiffusion } from './error-diffusion.js'
import { createOrderedDither } from './ordered-dither.js'

export interface Dithered {
  /** Number of pixels of each entry. */
  populations: Uint32Array
  /** Exact errors over all pixels, in squared coordinates of each space. */
  squaredErrors: SquaredErrors
}

/** The method and strength of dithering; strength 0 is no dithering. */
export function ditherOf(dither: Dither, strength: number): { dither: Dither; strength: number } {
  return { dither: strength === 0 ? 'none' : dither, strength }
}

/** Throws if an image is too wide for error diffusion, before any work. */
export function requireDitherable(dither: Dither, width: number): void {
  if (dither === 'floyd-steinberg' && width > CHUNK_PIXELS) {
    throw new LloydError(
      'InputError',
      `the image is ${width} pixels wide; floyd-steinberg takes at most ${CHUNK_PIXELS}; use blue-noise or ordered`,
    )
  }
}

/** Chooses an entry for every pixel of a counted image. */
export type DitherImage = (pixels: Pixels, into: EntrySink, mapped: Tally) => Promise<Dithered>

/**
 * Prepares the choice of entries of `palette` (rgba8 words; ascending brightness keeps ordered patterns calm) for
 * pixels, so that neighbours together approximate the image. A pixel whose neighbourhood is on the palette keeps its
 * colour, a transparent one its entry. `wide` as in the sinks. The labels of the table's slots are in use until all
 * images are done.
 */
export async function createDitherer(
  work: ColorWork,
  points: ColorPoints,
  palette: Uint32Array<ArrayBuffer>,
  { wide, ...options }: DitherOptions & { wide: boolean },
): Promise<DitherImage> {
  const { executor, scope, table } = work
  const measure = await executor.compile(measureEntries, { flags: { ALPHA: table.alpha, WIDE: wide } })
  const target = await createDitherPalette(work, points, palette)
  const srgb = await placeEntries(work, colorSpace('srgb'), target.palette)
  const measureOklab = await createOklabMeasure(work, points, target.palette)
  const create = options.dither === 'floyd-steinberg' ? createErrorDiffusion : createOrderedDither
  const start = await create(work, target, options)
  const entries = scope.allocate('dither.entries', 4 * table.chunkPixels)
  const indices = scope.allocate('dither.indices', table.chunkPixels * (wide ? 2 : 1))
  const numbers = scope.upload(
    'dither.numbers',
    Uint32Array.from({ length: table.unique }, (_, i) => i),
  )
  table.labelSlots(numbers, numbers)

  return async (pixels, into, mapped) => {
    const own = new BufferScope(executor)
    try {
      const choose = start(own, pixels)
      const populations = own.allocate('dither.populations', 4 * palette.length)
      const squaredError = own.allocate('dither.squaredError', 8)
      const oklabError = own.allocate('dither.oklabError', 8)
      for (const chunk of pixels.chunks) {
        await choose(chunk, chunk.end - chunk.count, entries)
        executor.run(
          measure,
          { pixelCount: chunk.count, wordCount: Math.ceil((chunk.count * (wide ? 2 : 1)) / 4) },
          { pixels: chunk.buffer(), centroids: srgb, entries, indices, populations, squaredError },
        )
        measureOklab(chunk, entries, oklabError)
        await into.take(chunk, indices)
        await mapped.add(chunk.count)
      }
      const [counts, ...errors] = (
        await Promise.all([populations, squaredError, oklabError].map((buffer) => executor.read(buffer)))
      ).map((bytes) => new Uint32Array(bytes))
      return { populations: counts, squaredErrors: { srgb: readU64(errors[0], 0), oklab: readU64(errors[1], 0) } }
    } finally {
      own.release()
    }
  }
}

/** The entries, with candidate lists for all cells, since a changed colour can lie anywhere. */
async function createDitherPalette(
  work: ColorWork,
  cells: ColorCells,
  colors: Uint32Array<ArrayBuffer>,
): Promise<DitherPalette> {
  const { executor, scope } = work
  const { cellCount, coarseCount } = cells
  const occupied = scope.upload('dither.cells', new Uint32Array(cellCount + coarseCount).fill(1))
  const state = scope.allocate('dither.state', 4)
  const palette = scope.upload('dither.palette', colors)
  const candidates = await createCandidateLists(executor, scope, { ...cells, occupied }, state, colors.length)
  const centroids = await placeEntries(work, cells.space, palette)
  candidates.update(centroids, false)
  return { palette, centroids, candidates }
}

/** The coordinates of the entries in a space. */
async function placeEntries(
  { executor, scope, table }: ColorWork,
  { OKLAB }: ColorSpace,
  palette: EngineBuffer,
): Promise<EngineBuffer> {
  const { alpha, transfer } = table
  const place = await executor.compile(placePalette, { flags: { ALPHA: alpha, OKLAB } })
  const entries = scope.allocate('dither.centroids', 4 * palette.size)
  executor.run(place, { entryCount: palette.size / 4 }, { palette, transfer, entries })
  return entries
}

/**
 * Sums the error in Oklab, from the coordinates of the distinct colours, since conversion per pixel would take longer.
 */
async function createOklabMeasure(work: ColorWork, points: ColorPoints, palette: EngineBuffer) {
  const { executor, scope, table } = work
  const oklab = colorSpace('oklab')
  const own = points.space === oklab ? points : await createColorPoints(executor, scope, table, oklab)
  const flags = { ALPHA: table.alpha, PACKED: true }
  const measure = await executor.compile(measurePixels, { flags })
  const centroids = await placeEntries(work, oklab, palette)
  const { keys, slotLabels, slotMask } = table.slots
  return (chunk: PixelChunk, entries: EngineBuffer, squaredError: EngineBuffer) =>
    executor.run(
      measure,
      { pixelCount: chunk.count, slotMask },
      { pixels: chunk.buffer(), keys, slotLabels, points: own.points, centroids, entries, squaredError },
    )
}
