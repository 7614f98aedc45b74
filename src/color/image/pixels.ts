import { roundSamples } from '../../data/round-samples.js'
import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'

/** Maximum number of pixels of one dispatch: 16 MiB, some milliseconds on a software adapter. */
export const CHUNK_PIXELS = 2 ** 22
/** Maximum number of pixels that stay on the device between counting and mapping; larger images are uploaded twice. */
export const RESIDENT_PIXELS = 2 ** 24
/** Number of pixels of a chunk of such an image, since transfers to and from the device take memory as well. */
const STREAMED_PIXELS = 2 ** 20

export interface Size {
  width: number
  height: number
}

/** The pixels of an image in a form that kernels can use, with their kinds of alpha. */
export interface Pixels extends Size {
  /** Whether some pixel is not opaque. */
  alpha: boolean
  /** Whether some pixel is fully transparent. */
  transparent: boolean
  /** All pixels, in order. */
  chunks: readonly PixelChunk[]
}

/** Neighbouring pixels, of whole rows unless a single row is longer than CHUNK_PIXELS. */
export interface PixelChunk {
  count: number
  end: number
  /** rgba8 words, red in the low byte; valid until those of another chunk are requested. */
  buffer(): EngineBuffer
  /** The same on the host, where the image is in its memory. */
  words?(): Uint32Array
}

/**
 * The storage of pixels between the passes over them: on the engine, up to RESIDENT_PIXELS of all images together;
 * others are uploaded through one buffer for every pass.
 */
export class PixelStore {
  #room = RESIDENT_PIXELS
  #shared: EngineBuffer | null = null
  #held: PixelChunk | null = null

  constructor(readonly scope: BufferScope) {}

  hasRoom({ width, height }: Size): boolean {
    return width * height <= this.#room
  }

  /** Whether the pixels of an image stay on the engine; reserves space for them. */
  reserve(size: Size): boolean {
    const resident = this.hasRoom(size)
    if (resident) this.#room -= size.width * size.height
    return resident
  }

  /** Cuts an image into chunks. `load` uploads one: into the given buffer or, if they all stay, a new one. */
  cut(
    size: Size,
    resident: boolean,
    load: (first: number, count: number, into: EngineBuffer | null) => EngineBuffer,
  ): PixelChunk[] {
    const pixelCount = size.width * size.height
    const length = chunkLength(size, resident)
    return Array.from({ length: Math.ceil(pixelCount / length) }, (_, index) => {
      const first = index * length
      const end = Math.min(first + length, pixelCount)
      const count = end - first
      let loaded: EngineBuffer | null = null
      const chunk: PixelChunk = {
        count,
        end,
        buffer: () => {
          if (resident) return (loaded ??= load(first, count, null))
          if (this.#held === chunk && this.#shared) return this.#shared
          const buffer = this.#sharedBuffer(4 * length)
          load(first, count, buffer)
          this.#held = chunk
          return buffer
        },
      }
      return chunk
    })
  }

  #sharedBuffer(bytes: number): EngineBuffer {
    if (this.#shared && this.#shared.size < bytes) {
      this.scope.releaseOne(this.#shared)
      this.#shared = null
    }
    this.#shared ??= this.scope.allocate('quantize.pixels', bytes)
    return this.#shared
  }
}

/** Number of pixels of every chunk but the last. */
export function chunkLength({ width }: Size, resident: boolean): number {
  if (width > CHUNK_PIXELS) return CHUNK_PIXELS
  const most = resident ? CHUNK_PIXELS : Math.max(STREAMED_PIXELS, width)
  return most - (most % width)
}

/** The pixels of RGBA samples in memory. They are copied to the engine chunk by chunk, without another copy. */
export function memoryPixels(
  executor: Executor,
  store: PixelStore,
  data: Uint8Array | Uint8ClampedArray | Uint16Array,
  size: Size,
): Pixels {
  // Words must be aligned, and WebGPU does not accept a shared buffer: only those cases need a copy.
  const usable = data.byteOffset % 4 === 0 && data.buffer instanceof ArrayBuffer
  const words = (first: number, count: number) => {
    const samples = data.subarray(4 * first, 4 * (first + count))
    if (samples instanceof Uint16Array) return new Uint32Array(roundSamples(samples).buffer)
    const bytes = usable ? samples : new Uint8Array(samples)
    return new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, count)
  }
  const kinds = { alpha: false, transparent: false }
  const pixelCount = size.width * size.height
  for (let first = 0; first < pixelCount && !kinds.transparent; first += CHUNK_PIXELS) {
    noteAlpha(words(first, Math.min(CHUNK_PIXELS, pixelCount - first)), kinds)
  }
  const chunks = store.cut(size, store.reserve(size), (first, count, into) => {
    const part = words(first, count)
    if (into === null) return store.scope.upload('quantize.pixels', part)
    executor.write(into, part)
    return into
  })
  const held = chunks.map((chunk) => ({ ...chunk, words: () => words(chunk.end - chunk.count, chunk.count) }))
  return { ...size, ...kinds, chunks: held }
}

function noteAlpha(words: Uint32Array, kinds: { alpha: boolean; transparent: boolean }): void {
  for (let i = 0; i < words.length; i++) {
    if (words[i] >= 0xff000000) continue
    kinds.alpha = true
    if (words[i] < 0x01000000) {
      kinds.transparent = true
      return
    }
  }
}
