import { BufferScope, type Executor } from '../engine/engine.js'
import { LloydError, requireInteger } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { measureEntries } from '../kernels/measure-entries.js'
import { roundPalette } from '../kernels/round-palette.js'
import { type CandidateLists, type ColorCells, createCandidateLists } from './candidate-lists.js'
import type { ColorTable } from './color-table.js'
import type { EntrySink } from './entry-sink.js'
import { createErrorDiffusion } from './error-diffusion.js'
import { createOrderedDither } from './ordered-dither.js'
import { CHUNK_PIXELS, type PixelChunk } from './pixels.js'
import type { Reporter } from './reporter.js'

export const DITHERS = ['none', 'floyd-steinberg', 'blue-noise', 'ordered'] as const
export type Dither = (typeof DITHERS)[number]

/** 1 in the integers that `ditherStrength` is given in. */
export const FULL_STRENGTH = 256
/**
 * 7/8. Whole errors swing in pictures with colours outside the palette's: over eight photographs in 16 and 64 colours
 * 7/8 has 0.83 to 1.01 times the squared error of full strength after a blur of σ = 1 pixel, and 0.72 to 0.93 times
 * without a blur; 3/4 and 15/16 are worse on most.
 */
export const DEFAULT_STRENGTH = 224

export interface DitherOptions {
  dither: Exclude<Dither, 'none'>
  /** 1 … FULL_STRENGTH. */
  strength: number
}

/** A palette that pixels are dithered with, on the engine. */
export interface DitherPalette {
  /** Per entry, rgba8 in a word. */
  palette: EngineBuffer
  /** Per entry, its four coordinates. */
  centroids: EngineBuffer
  candidates: CandidateLists
}

/** Chooses an entry for every pixel of a chunk, a word each in `entries`; chunks come in order, `position` pixels on. */
export type ChooseEntries = (chunk: PixelChunk, position: number, entries: EngineBuffer) => Promise<void>

export interface Dithered {
  /** Per entry, its pixels. */
  populations: Uint32Array
  /** Exact, in squared coordinates, over all pixels. */
  squaredError: bigint
}

/** The options as given or by default; no strength is no dithering. An `InputError` for anything else. */
export function checkDither(options: { dither?: Dither; ditherStrength?: number }): {
  dither: Dither
  strength: number
} {
  const { dither = 'none' } = options
  if (!DITHERS.includes(dither)) {
    throw new LloydError('InputError', `dither must be one of '${DITHERS.join("', '")}', got '${String(dither)}'`)
  }
  const strength = requireInteger('ditherStrength', options.ditherStrength ?? DEFAULT_STRENGTH, 0, FULL_STRENGTH)
  return { dither: strength === 0 ? 'none' : dither, strength }
}

/** Refuses what cannot be dithered, before any work. */
export function requireDitherable(dither: Dither, width: number): void {
  if (dither === 'floyd-steinberg' && width > CHUNK_PIXELS) {
    throw new LloydError(
      'InputError',
      `the image is ${width} pixels wide; floyd-steinberg takes at most ${CHUNK_PIXELS}; use blue-noise or ordered`,
    )
  }
}

/**
 * Gives every pixel an entry of `palette` (rgba8 words; ascending brightness keeps ordered patterns calm) so that
 * neighbours together look like the image. A pixel whose neighbourhood is on the palette keeps its colour, a transparent
 * one its entry.
 */
export async function ditherPixels(
  executor: Executor,
  table: ColorTable,
  cells: ColorCells,
  palette: Uint32Array<ArrayBuffer>,
  size: { width: number; height: number },
  options: DitherOptions,
  into: EntrySink,
  reporter: Reporter,
): Promise<Dithered> {
  const scope = new BufferScope(executor)
  try {
    const flags = { ALPHA: table.alpha }
    const measure = await executor.compile(measureEntries, { flags: { ...flags, WIDE: into.wide } })
    const target = await createDitherPalette(executor, scope, cells, palette)
    const create = options.dither === 'floyd-steinberg' ? createErrorDiffusion : createOrderedDither
    const choose = await create(executor, scope, table, target, size, options, reporter)

    const pixelCount = size.width * size.height
    const chunkPixels = Math.min(CHUNK_PIXELS, pixelCount)
    const entryBytes = into.wide ? 2 : 1
    const entries = scope.allocate('dither.entries', 4 * chunkPixels)
    const indices = scope.allocate('dither.indices', chunkPixels * entryBytes)
    const populations = scope.allocate('dither.populations', 4 * palette.length)
    const squaredError = scope.allocate('dither.squaredError', 8)
    for (const chunk of table.chunks) {
      const position = chunk.end - chunk.count
      await choose(chunk, position, entries)
      const wordCount = Math.ceil((chunk.count * entryBytes) / 4)
      executor.run(
        measure,
        { pixelCount: chunk.count, wordCount },
        { pixels: chunk.buffer(), centroids: target.centroids, entries, indices, populations, squaredError },
      )
      await into.take(chunk, indices)
      await reporter.step('map', chunk.end, pixelCount)
    }
    const [counts, [low, high]] = (
      await Promise.all([populations, squaredError].map((buffer) => executor.read(buffer)))
    ).map((bytes) => new Uint32Array(bytes))
    return { populations: counts, squaredError: (BigInt(high) << 32n) | BigInt(low) }
  } finally {
    scope.release()
  }
}

/** The entries, with candidate lists of all cells: a changed colour can lie anywhere. */
async function createDitherPalette(
  executor: Executor,
  scope: BufferScope,
  cells: ColorCells,
  colors: Uint32Array<ArrayBuffer>,
): Promise<DitherPalette> {
  const count = colors.length
  const { cellCount, coarseCount } = cells
  const occupied = scope.upload('dither.cells', new Uint32Array(cellCount + coarseCount).fill(1))
  const state = scope.allocate('dither.state', 4)
  const [round, candidates] = await Promise.all([
    executor.compile(roundPalette, { flags: { ALPHA: cells.alpha } }),
    createCandidateLists(executor, scope, { ...cells, occupied }, state, count),
  ])
  const palette = scope.upload('dither.palette', colors)
  const centroids = scope.allocate('dither.centroids', 16 * count)
  // All entries are fixed: they only get their coordinates. Nothing reads the centroids, whose place the result takes.
  const unread = scope.allocate('dither.unread', 16 * count)
  executor.run(round, { centroidCount: count, fixedCount: count }, { centroids: unread, palette, rounded: centroids })
  candidates.update(centroids, false)
  return { palette, centroids, candidates }
}
