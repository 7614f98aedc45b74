import type { Commands } from './commands.js'
import type { DeviceLoss } from './device-loss.js'
import type { DeviceMemory, WebGpuBuffer } from './device-memory.js'
import { LloydError } from './error.js'
import type { ErrorScopes } from './error-scopes.js'

const MAP_READ = 0x1 // GPUMapMode.READ by value: Node has no such global.
/** What reads of one turn share. */
const JOINT_BYTES = 2 ** 16

/** Reads into one buffer that the host can see. */
interface Batch {
  staging: GPUBuffer
  bytes: number
  /** Those that have not taken their part yet. */
  open: number
  mapped: Promise<ArrayBuffer>
}

/** Reads of buffers. Small ones that begin in one turn take one submit and one map, which cost more than the copies. */
export class Reads {
  /** What further reads may join. */
  #joint: Batch | null = null

  constructor(
    private readonly loss: DeviceLoss,
    private readonly scopes: ErrorScopes,
    private readonly memory: DeviceMemory,
    private readonly commands: Commands,
  ) {}

  /** Gives `take` a part of a buffer as the commands queued so far leave it: the bytes of `range` from `at` on. */
  async read<T>(
    { gpu, offset }: WebGpuBuffer,
    byteOffset: number,
    bytes: number,
    take: (range: ArrayBuffer, at: number) => T,
  ): Promise<T> {
    this.loss.requireAlive()
    const batch = this.#batchFor(bytes)
    const at = batch.bytes
    batch.bytes += bytes
    batch.open++
    this.commands.encoder().copyBufferToBuffer(gpu, offset + byteOffset, batch.staging, at, bytes)
    const range = await batch.mapped
    try {
      return take(range, at)
    } finally {
      if (--batch.open === 0) {
        batch.staging.unmap()
        this.memory.keep(batch.staging)
      }
    }
  }

  #batchFor(bytes: number): Batch {
    if (this.#joint && this.#joint.bytes + bytes <= JOINT_BYTES) return this.#joint
    const staging = this.memory.takeStaging(Math.max(bytes, JOINT_BYTES))
    const batch: Batch = { staging, bytes: 0, open: 0, mapped: Promise.resolve().then(() => this.#map(batch)) }
    if (bytes < JOINT_BYTES) this.#joint = batch
    return batch
  }

  async #map(batch: Batch): Promise<ArrayBuffer> {
    const { staging, bytes } = batch
    if (this.#joint === batch) this.#joint = null
    try {
      this.loss.requireAlive()
      this.commands.submit()
      await this.loss.until(staging.mapAsync(MAP_READ, 0, bytes))
      await this.#check()
      return staging.getMappedRange(0, bytes)
    } catch (error) {
      this.memory.destroy(staging)
      await this.#check()
      if (error instanceof LloydError) throw error
      // A map that failed without an error of its own: the device went away, and `lost` says so a moment later.
      throw await Promise.race([this.loss.lost, new Promise((resolve) => setTimeout(resolve, 1000, error))])
    }
  }

  async #check(): Promise<void> {
    await this.scopes.check()
    this.loss.requireAlive()
  }
}
