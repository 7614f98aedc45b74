import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { PixelChunk } from './pixels.js'

/** The destination of the entries chosen for pixels, chunk by chunk in order. */
export interface EntrySink {
  /** Whether entries take 16 bits instead of 8. */
  readonly wide: boolean
  /** Stores the packed entries of a chunk from a buffer that is overwritten afterwards. */
  take(chunk: PixelChunk, entries: EngineBuffer): Promise<void>
  /**
   * Converts each pixel's entry to its place in the palette; returns the indices, or null if they stay on the device.
   */
  finish(places: EntryPlaces): Promise<Indices | null>
}

export type Indices = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

export interface EntryPlaces {
  /** Place of each entry; null if entries are places. */
  ranks: Uint32Array<ArrayBuffer> | null
  /** Colour of each entry as rgba8. */
  palette: Uint32Array
  /** Number of places. */
  usedCount: number
}

/** Reads entries, below `entryCount`, into memory. */
export class MemorySink implements EntrySink {
  readonly wide: boolean
  readonly #indices: Indices

  constructor(
    private readonly executor: Executor,
    pixelCount: number,
    entryCount: number,
  ) {
    this.wide = entryCount > 256
    this.#indices = newIndices(pixelCount, this.wide)
  }

  async take({ count, end }: PixelChunk, entries: EngineBuffer): Promise<void> {
    await this.executor.readInto(entries, this.#indices.subarray(end - count, end))
  }

  async finish({ ranks, usedCount }: EntryPlaces): Promise<Indices> {
    const indices = this.#indices
    // Of 300 entries, 200 may be in use: then the indices become bytes. Otherwise they are renumbered in place.
    const narrowed = this.wide && usedCount <= 256
    if (ranks === null && !narrowed) return indices
    const ranked = narrowed ? newIndices(indices.length, false) : indices
    for (let i = 0; i < indices.length; i++) ranked[i] = ranks ? ranks[indices[i]] : indices[i]
    return ranked
  }
}

function newIndices(pixelCount: number, wide: boolean): Indices {
  try {
    return new (wide ? Uint16Array : Uint8Array)(pixelCount)
  } catch (cause) {
    const bytes = pixelCount * (wide ? 2 : 1)
    throw new LloydError(
      'OutOfMemoryError',
      `the indices of ${pixelCount} pixels need ${bytes} bytes, too many; make the image smaller or quantize parts`,
      { cause },
    )
  }
}
