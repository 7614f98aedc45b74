import { requireMemory } from '../engine.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../kernel.js'
import { BUFFER_COPY_DST, BUFFER_COPY_SRC, BUFFER_MAP_READ, BUFFER_STORAGE, BUFFER_UNIFORM } from '../usage.js'
import { BufferPool } from './buffer-pool.js'
import type { ErrorScopes } from './error-scopes.js'

/** A buffer of an engine, or (`borrowed`) a part of a caller's buffer. */
export class WebGpuBuffer implements EngineBuffer {
  released = false

  constructor(
    readonly label: string,
    readonly size: number,
    readonly gpu: GPUBuffer,
    readonly fresh: boolean,
    /** Offset of a part of a caller's buffer; null for the engine's own buffers. */
    private readonly borrowedFrom: number | null = null,
  ) {}

  get offset(): number {
    return this.borrowedFrom ?? 0
  }

  get borrowed(): boolean {
    return this.borrowedFrom !== null
  }
}

/** The buffers of a device: new ones, within a limit, and released ones that are kept for reuse. */
export class DeviceMemory {
  /** Number of bytes of buffers in use. */
  allocatedBytes = 0
  /** Number of bytes of all buffers, including those in the pool. */
  #heldBytes = 0
  /** All buffers that are not destroyed, with the bytes that each counts for. */
  readonly #held = new Map<GPUBuffer, number>()
  readonly #pool = new BufferPool((buffer) => this.destroy(buffer))

  constructor(
    private readonly device: GPUDevice,
    private readonly scopes: ErrorScopes,
    private readonly limit: number,
  ) {}

  /** A buffer that is new (it must be where it has to be `fresh`) and full of zeros, or `used`. */
  take(label: string, size: number, fresh: boolean): { buffer: WebGpuBuffer; used: boolean } {
    const usage = BUFFER_STORAGE | BUFFER_COPY_SRC | BUFFER_COPY_DST | (size === UNIFORM_BYTES ? BUFFER_UNIFORM : 0)
    const kept = fresh ? null : this.#pool.take(size, usage)
    if (!kept) {
      if (this.#heldBytes + size > this.limit) this.#pool.drop()
      requireMemory(label, size, this.#heldBytes, this.limit)
    }
    this.allocatedBytes += size
    return { buffer: new WebGpuBuffer(label, size, kept ?? this.create(size, usage), fresh), used: kept !== null }
  }

  /** A buffer that the host can read, which is `keep`t or `destroy`ed. */
  takeStaging(size: number): GPUBuffer {
    const usage = BUFFER_MAP_READ | BUFFER_COPY_DST
    return this.#pool.take(size, usage) ?? this.create(size, usage)
  }

  /** A buffer that is `letGo` or `destroy`ed. */
  create(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const create = () => this.device.createBuffer({ label: 'lloyd', size, usage })
    const buffer = this.scopes.around('out-of-memory', create)
    this.#heldBytes += size
    this.#held.set(buffer, size)
    return buffer
  }

  /** Takes charge of a buffer made elsewhere, which does not count. */
  adopt(buffer: GPUBuffer): GPUBuffer {
    this.#held.set(buffer, 0)
    return buffer
  }

  /** Forgets a buffer, which the caller destroys. */
  letGo(buffer: GPUBuffer): GPUBuffer {
    this.#heldBytes -= this.#held.get(buffer) ?? 0
    this.#held.delete(buffer)
    return buffer
  }

  /** Takes back a buffer that only submitted commands use. */
  keep(buffer: GPUBuffer): void {
    this.#pool.give(buffer)
  }

  destroy(buffer: GPUBuffer): void {
    this.letGo(buffer).destroy()
  }

  /** Destroys the kept buffers. */
  drop(): void {
    this.#pool.drop()
  }

  /** Destroys all buffers that are not the caller's, in use or not. */
  end(): void {
    this.drop()
    for (const buffer of [...this.#held.keys()]) this.destroy(buffer)
    this.allocatedBytes = 0
  }
}
