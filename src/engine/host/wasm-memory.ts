/** Bytes of a page, by which memories grow. */
const PAGE = 2 ** 16
/** Maximum number of pages: the addresses of 32 bits. */
const PAGES = 2 ** 16
/** A shared memory may grow to this number of pages at least: 256 MiB. */
const LEAST_PAGES = 2 ** 12
/** Alignment of blocks in bytes: a line of the cache. */
const ALIGN = 64
/** Blocks begin here, so that no block is at 0. */
const FIRST = ALIGN

const aligned = (bytes: number) => Math.ceil(bytes / ALIGN) * ALIGN

/** Part of a memory that is not allocated. */
interface Gap {
  start: number
  end: number
}

/**
 * The memory of a WebAssembly module, and the blocks that are allocated in it: first fit in the order of addresses, gaps
 * side by side joined. Growing detaches the memory's former `buffer`, so views must be made anew.
 */
export class WasmMemory {
  readonly memory: WebAssembly.Memory
  readonly #gaps: Gap[] = [{ start: FIRST, end: PAGE }]
  /** No byte from here on was ever allocated: these are 0. */
  #untouched = FIRST

  /** With `shared`, threads can use it. */
  constructor(shared = false) {
    this.memory = shared ? sharedMemory() : new WebAssembly.Memory({ initial: 1, maximum: PAGES })
  }

  /** The address of `bytes` bytes, zeros unless `raw`, or 0 if they do not fit. */
  allocate(bytes: number, raw = false): number {
    const size = aligned(bytes)
    const gap = this.#gaps.find(({ start, end }) => end - start >= size) ?? this.#grow(size)
    if (!gap) return 0
    const { start } = gap
    gap.start += size
    if (gap.start === gap.end) this.#gaps.splice(this.#gaps.indexOf(gap), 1)
    const used = Math.min(start + size, this.#untouched)
    // V8 fills shared memory element by element: bytes take eight times as long.
    if (used > start && !raw) new Float64Array(this.memory.buffer, start, (used - start) / 8).fill(0)
    this.#untouched = Math.max(this.#untouched, start + size)
    return start
  }

  /** Frees a block of `bytes`. */
  free(address: number, bytes: number): void {
    this.#insert(address, address + aligned(bytes))
  }

  bytes(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, address, bytes)
  }

  /** Whether nothing is allocated. */
  get isEmpty(): boolean {
    const [gap] = this.#gaps
    return gap?.start === FIRST && gap.end === this.memory.buffer.byteLength
  }

  /** Makes the last gap at least `size` bytes long. */
  #grow(size: number): Gap | null {
    const end = this.memory.buffer.byteLength
    const last = this.#gaps.at(-1)
    const missing = size - (last?.end === end ? end - last.start : 0)
    try {
      const pages = this.memory.grow(Math.ceil(missing / PAGE))
      this.#insert(end, end + Math.ceil(missing / PAGE) * PAGE)
      return pages > 0 ? this.#gaps.at(-1)! : null
    } catch {
      return null
    }
  }

  #insert(start: number, end: number): void {
    const gaps = this.#gaps
    let at = gaps.findIndex((gap) => gap.start >= end)
    if (at < 0) at = gaps.length
    const gap = { start, end }
    if (gaps[at]?.start === end) gap.end = gaps.splice(at, 1)[0].end
    if (gaps[at - 1]?.end === start) gap.start = gaps.splice(--at, 1)[0].start
    gaps.splice(at, 0, gap)
  }
}

/** A shared memory of the largest maximum that the host reserves addresses for: telephones do not for 4 GiB. */
function sharedMemory(): WebAssembly.Memory {
  for (let maximum = PAGES; ; maximum /= 4) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: true })
    } catch (error) {
      if (maximum <= LEAST_PAGES) throw error
    }
  }
}
