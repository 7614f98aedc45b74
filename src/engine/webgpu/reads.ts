import type { Commands } from './commands.js'
import type { DeviceLoss } from './device-loss.js'
import type { DeviceMemory, WebGpuBuffer } from './device-memory.js'
import type { ErrorScopes } from './error-scopes.js'

const MAP_READ = 0x1 // GPUMapMode.READ by value: Node has no such global.
/** Size in bytes of the buffer that small reads share. */
const JOINT_BYTES = 2 ** 16

/** A buffer that the host can see, with the copies for some reads. */
interface Staging {
  gpu: GPUBuffer
  bytes: number
  /** Number of reads that have not taken their part yet. */
  open: number
  /** The mapped memory; null before it is mapped. */
  range: ArrayBuffer | null
}

/** Reads that begin before the next microtask. */
interface Turn {
  stagings: Staging[]
  /** Resolves when all of them are mapped. */
  mapped: Promise<void>
}

/** Reads of buffers. Those that begin together share a submit and, where they are small, a map: both cost more than copies. */
export class Reads {
  #turn: Turn | null = null

  constructor(
    private readonly loss: DeviceLoss,
    private readonly scopes: ErrorScopes,
    private readonly memory: DeviceMemory,
    private readonly commands: Commands,
  ) {}

  /** Calls `take` with a part of a buffer as all commands so far leave it: the bytes of `range` from `at` on. */
  async read<T>(
    { gpu, offset, fresh }: WebGpuBuffer,
    byteOffset: number,
    bytes: number,
    take: (range: ArrayBuffer, at: number) => T,
  ): Promise<T> {
    this.loss.requireAlive()
    this.#turn ??= this.#begin()
    const { stagings, mapped } = this.#turn
    const staging = this.#stagingFor(stagings, bytes)
    const at = staging.bytes
    this.commands.encoder().copyBufferToBuffer(gpu, offset + byteOffset, staging.gpu, at, bytes)
    staging.bytes += bytes
    staging.open++
    // The caller may put commands of his own for such a buffer on the queue.
    if (fresh) this.commands.submit()
    await mapped
    try {
      this.loss.requireAlive()
      return take(staging.range as ArrayBuffer, at)
    } finally {
      if (--staging.open === 0) this.#giveBack(staging)
    }
  }

  #begin(): Turn {
    const stagings: Staging[] = []
    const mapped = Promise.resolve().then(() => this.#map(stagings))
    mapped.catch(() => {}) // told to those that wait for it
    return { stagings, mapped }
  }

  #stagingFor(stagings: Staging[], bytes: number): Staging {
    const last = stagings.at(-1)
    if (last && last.bytes + bytes <= JOINT_BYTES) return last
    const staging = { gpu: this.memory.takeStaging(Math.max(bytes, JOINT_BYTES)), bytes: 0, open: 0, range: null }
    stagings.push(staging)
    return staging
  }

  async #map(stagings: Staging[]): Promise<void> {
    this.#turn = null
    try {
      this.loss.requireAlive()
      this.commands.submit()
      await this.loss.until(Promise.all(stagings.map(({ gpu, bytes }) => gpu.mapAsync(MAP_READ, 0, bytes))))
      await this.#check()
      for (const staging of stagings) staging.range = staging.gpu.getMappedRange(0, staging.bytes)
    } catch (error) {
      for (const { gpu } of stagings) this.memory.destroy(gpu)
      await this.#check()
      throw await this.loss.explain(error)
    }
  }

  async #check(): Promise<void> {
    await this.loss.until(this.scopes.check())
    this.loss.requireAlive()
  }

  #giveBack({ gpu }: Staging): void {
    if (this.loss.failure) {
      this.memory.destroy(gpu)
      return
    }
    gpu.unmap()
    this.memory.keep(gpu)
  }
}
