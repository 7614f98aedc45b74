/** Bytes that a pool keeps at most. */
const MOST_BYTES = 2 ** 27
/** Up to so many bytes, any size will do. */
const SMALL = 256
/** How long it keeps them after the last was given back. */
const KEPT_MS = 10_000

/**
 * Buffers that were released, kept a while for whoever next asks for one: work often comes again, frame by frame or file
 * by file, and memory that was never touched is dear. A page of it costs 12 µs in a virtual machine, 60 MiB of a
 * quantization 190 of 640 ms there.
 */
export class BufferPool {
  /** The oldest first. */
  readonly #kept: GPUBuffer[] = []
  #bytes = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #lastGiven = 0

  /** `destroy` ends a buffer. */
  constructor(private readonly destroy: (buffer: GPUBuffer) => void) {}

  /** A buffer of this usage and of `size` bytes or up to a quarter more, with whatever is in it; or null. */
  take(size: number, usage: GPUBufferUsageFlags): GPUBuffer | null {
    let best = -1
    for (let at = 0; at < this.#kept.length; at++) {
      const buffer = this.#kept[at]
      if (buffer.usage !== usage || buffer.size < size || buffer.size > Math.max(1.25 * size, SMALL)) continue
      if (best < 0 || buffer.size < this.#kept[best].size) best = at
    }
    if (best < 0) return null
    const [buffer] = this.#kept.splice(best, 1)
    this.#bytes -= buffer.size
    return buffer
  }

  /** Takes a buffer that is not mapped and that no command uses any more but submitted ones. */
  give(buffer: GPUBuffer): void {
    this.#kept.push(buffer)
    this.#bytes += buffer.size
    while (this.#bytes > MOST_BYTES) this.#dropOldest()
    this.#lastGiven = performance.now()
    if (this.#timer === null) this.#dropIn(KEPT_MS)
  }

  /** Destroys what is kept. */
  drop(): void {
    clearTimeout(this.#timer ?? undefined)
    this.#timer = null
    while (this.#kept.length > 0) this.#dropOldest()
  }

  #dropIn(ms: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#lastGiven + KEPT_MS - performance.now()
      if (left > 0) this.#dropIn(left)
      else this.drop()
    }, ms)
    // Node alone has timers that let the process end.
    if (typeof this.#timer === 'object') this.#timer.unref()
  }

  #dropOldest(): void {
    const buffer = this.#kept.shift() as GPUBuffer
    this.#bytes -= buffer.size
    this.destroy(buffer)
  }
}
