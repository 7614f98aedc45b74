/** Maximum number of bytes in a pool. */
const MAX_BYTES = 2 ** 27
/** Size in bytes up to which a buffer of any size is reused. */
const SMALL = 256
/** Milliseconds for which buffers are kept after the last was returned. */
const KEPT_MS = 10_000

/**
 * Released buffers, kept for a while for reuse: work often repeats, frame by frame or file by file, and first access to
 * new memory is slow, 12 µs a page in a virtual machine: 190 of the 640 ms of a quantization with 60 MiB.
 */
export class BufferPool {
  /** Buffers in order of their release. */
  readonly #kept: GPUBuffer[] = []
  /** Numbers of the buffers, in the order of their first release. */
  readonly #numbers = new WeakMap<GPUBuffer, number>()
  #count = 0
  #bytes = 0
  #timer: ReturnType<typeof setTimeout> | null = null
  #lastGiven = 0

  /** @param destroy destroys a buffer */
  constructor(private readonly destroy: (buffer: GPUBuffer) => void) {}

  /**
   * Takes a buffer of this usage and of `size` bytes or up to a quarter more, with undefined contents; or null. Among
   * equal ones the choice is always the same, so that repeated work finds its bind groups.
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

  /** Adds a buffer that is not mapped and is used by submitted commands only. */
  give(buffer: GPUBuffer): void {
    if (!this.#numbers.has(buffer)) this.#numbers.set(buffer, this.#count++)
    this.#kept.push(buffer)
    this.#bytes += buffer.size
    while (this.#bytes > MAX_BYTES) this.#dropOldest()
    this.#lastGiven = performance.now()
    if (this.#timer === null) this.#dropIn(KEPT_MS)
  }

  /** Destroys the kept buffers. */
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
