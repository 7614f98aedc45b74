import { roundSamples } from '../../data/round-samples.js'
import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'

/** Pixels of one dispatch at most: 16 MiB, some milliseconds on a software adapter. */
export const CHUNK_PIXELS = 2 ** 22
/** Up to here all pixels stay on the device between counting and mapping; beyond, they are brought there twice. */
export const RESIDENT_PIXELS = 2 ** 24
/** Pixels of a chunk then: what is on its way to the device and back takes memory as well. */
const STREAMED_PIXELS = 2 ** 20

export interface Size {
  width: number
  height: number
}

/** The pixels of an image where kernels reach them, and which kinds of alpha they have. */
export interface Pixels extends Size {
  /** Some pixel is not opaque. */
  alpha: boolean
  /** Some pixel is fully transparent. */
  transparent: boolean
  /** All pixels, in order. */
  chunks: readonly PixelChunk[]
}

/** Neighbouring pixels, of whole rows unless a single row is longer than CHUNK_PIXELS. */
export interface PixelChunk {
  count: number
  end: number
  /** rgba8 words, red in the low byte; good until another chunk's are asked for. */
  buffer(): EngineBuffer
}

/**
 * Where the pixels of one work are kept between the passes over them: on the engine, up to RESIDENT_PIXELS of all images
 * together; those beyond go through one buffer that is filled again and again.
 */
export class PixelStore {
  #room = RESIDENT_PIXELS
  #shared: EngineBuffer | null = null
  #held: PixelChunk | null = null

  constructor(readonly scope: BufferScope) {}

  hasRoom({ width, height }: Size): boolean {
    return width * height <= this.#room
  }

  /** Whether the pixels of an image are to stay on the engine; takes room for them. */
  reserve(size: Size): boolean {
    const resident = this.hasRoom(size)
    if (resident) this.#room -= size.width * size.height
    return resident
  }

  /** Cuts an image into chunks. `load` gets one onto the engine: into the buffer given or, if they all stay, a new one. */
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

/** Pixels of a chunk, but for the last. */
export function chunkLength({ width }: Size, resident: boolean): number {
  if (width > CHUNK_PIXELS) return CHUNK_PIXELS
  const most = resident ? CHUNK_PIXELS : Math.max(STREAMED_PIXELS, width)
  return most - (most % width)
}

/** RGBA samples in memory as pixels. They are copied to the engine chunk by chunk and nowhere else. */
export function memoryPixels(
  executor: Executor,
  store: PixelStore,
  data: Uint8Array | Uint8ClampedArray | Uint16Array,
  size: Size,
): Pixels {
  // Words must be aligned, and a shared buffer cannot be handed to WebGPU: copy in those cases only.
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
  return { ...size, ...kinds, chunks }
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
