import type { BufferScope } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { QUANTIZE } from '../../options/color.js'
import type { PixelChunk, Size } from '../image/pixels.js'
import type { CandidateLists } from '../palette/candidate-lists.js'

export type Dither = (typeof QUANTIZE.dither.names)[number]

export interface DitherOptions {
  dither: Exclude<Dither, 'none'>
  /** In 256ths, at least 1. */
  strength: number
}

/** A palette that pixels are dithered with, on the engine. */
export interface DitherPalette {
  /** Per entry, rgba8 in a word. */
  palette: EngineBuffer
  /** Per entry, its four coordinates in the space that entries are chosen in. */
  centroids: EngineBuffer
  candidates: CandidateLists
}

/** Chooses an entry for every pixel of a chunk, a word each in `entries`; chunks come in order, `position` pixels on. */
export type ChooseEntries = (chunk: PixelChunk, position: number, entries: EngineBuffer) => Promise<void>

/** Begins an image, whose buffers come from the scope. */
export type StartDithering = (scope: BufferScope, size: Size) => ChooseEntries
