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
  /** In the order in which buffers first came. */
  readonly #numbers = new WeakMap<GPUBuffer, number>()
  #count = 0
  #bytes = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #lastGiven = 0

  /** `destroy` ends a buffer. */
  constructor(private readonly destroy: (buffer: GPUBuffer) => void) {}

  /**
   * A buffer of this usage and of `size` bytes or up to a quarter more, with whatever is in it; or null. Of equal ones it is
   * always the same, so that work that comes again finds its bind groups.
   */
  take(size: number, usage: GPUBufferUsageFlags): GPUBuffer | null {
    let best = -1
    for (let at = 0; at < this.#kept.length; at++) {
      const buffer = this.#kept[at]
      if (buffer.usage !== usage || buffer.size < size || buffer.size > Math.max(1.25 * size, SMALL)) continue
      if (best < 0 || this.#goesBefore(buffer, this.#kept[best])) best = at
    }
    if (best < 0) return null
    const [buffer] = this.#kept.splice(best, 1)
    this.#bytes -= buffer.size
    return buffer
  }

  /** Takes a buffer that is not mapped and that no command uses any more but submitted ones. */
  give(buffer: GPUBuffer): void {
    if (!this.#numbers.has(buffer)) this.#numbers.set(buffer, this.#count++)
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

  #goesBefore(a: GPUBuffer, b: GPUBuffer): boolean {
    return a.size < b.size || (a.size === b.size && this.#numberOf(a) < this.#numberOf(b))
  }

  #numberOf(buffer: GPUBuffer): number {
    return this.#numbers.get(buffer) as number
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
