import type { BufferScope } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { QUANTIZE } from '../../options/color.js'
import type { PixelChunk, Size } from '../image/pixels.js'
import type { CandidateLists } from '../palette/candidate-lists.js'

export type Dither = (typeof QUANTIZE.dither.names)[number]

export interface DitherOptions {
  dither: Exclude<Dither, 'none'>
  /** Strength in 256ths, 1 … 256. */
  strength: number
}

/** A palette that pixels are dithered with, on the engine. */
export interface DitherPalette {
  /** One word per entry: rgba8. */
  palette: EngineBuffer
  /** Four coordinates per entry, in the space in which entries are chosen. */
  centroids: EngineBuffer
  candidates: CandidateLists
}

/**
 * Chooses an entry for every pixel of a chunk, one word each in `entries`; chunks come in order, from pixel `position`
 * on.
 */
export type ChooseEntries = (chunk: PixelChunk, position: number, entries: EngineBuffer) => Promise<void>

/** Prepares an image, with buffers from the scope. */
export type StartDithering = (scope: BufferScope, size: Size) => ChooseEntries
