import {
  type AdapterDescription,
  bufferBytes,
  type Compiled,
  type CompileOptions,
  type Executor,
  registerExecutor,
} from '../engine.js'
import { LloydError } from '../error.js'
import type { BindingKind, Buffers, EngineBuffer, Kernel, Parameters, Scalar } from '../kernel.js'
import { Pace } from '../pace.js'
import type { Tile, Traits } from '../traits.js'
import { Commands } from './commands.js'
import { DeviceLoss } from './device-loss.js'
import { DeviceMemory, WebGpuBuffer } from './device-memory.js'
import { traitsOf } from './device-traits.js'
import { Dispatches } from './dispatches.js'
import { ErrorScopes } from './error-scopes.js'
import { Pipelines, type WebGpuCompiled } from './pipelines.js'
import { Reads } from './reads.js'

/** The executor that runs kernels as compute shaders. */
export class WebGpuEngine implements Executor {
  readonly backend = 'webgpu'
  readonly traits: Traits
  readonly pace = new Pace(this, false)
  readonly tuning = new Map<string, Tile>()
  readonly maxBufferBytes: number
  readonly #pipelines: Pipelines
  readonly #loss: DeviceLoss
  readonly #memory: DeviceMemory
  readonly #scopes: ErrorScopes
  readonly #commands: Commands
  readonly #dispatches: Dispatches
  readonly #reads: Reads
  readonly #onDestroy: () => void

  /** @param onDestroy called once, when the engine is destroyed; the owner of the device ends it there */
  constructor(
    readonly device: GPUDevice,
    readonly adapter: AdapterDescription,
    memoryLimit: number,
    onDestroy: () => void,
  ) {
    this.#onDestroy = onDestroy
    this.traits = traitsOf(device, adapter)
    this.#loss = new DeviceLoss(device, () => this.#end())
    this.#scopes = new ErrorScopes(device, () => this.#memory.drop())
    this.#memory = new DeviceMemory(device, this.#scopes, memoryLimit)
    this.#commands = new Commands(device, this.#scopes)
    this.#memory.adopt(this.#commands.parameterBuffer)
    this.#dispatches = new Dispatches(device, this.#scopes, this.#memory, this.#commands)
    this.#reads = new Reads(this.#loss, this.#scopes, this.#memory, this.#commands)
    this.#pipelines = new Pipelines(device, adapter, this.#loss)
    this.maxBufferBytes = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize)
    registerExecutor(this)
  }

  get lost(): Promise<LloydError> {
    return this.#loss.lost
  }

  get allocatedBytes(): number {
    return this.#memory.allocatedBytes
  }

  async compile<
    P extends Record<string, Scalar>,
    B extends Record<string, BindingKind>,
    F extends Record<string, boolean>,
  >(kernel: Kernel<P, B, F>, options: CompileOptions<F> = {}): Promise<Compiled<P, B>> {
    this.#loss.requireAlive()
    const compiled = await this.#pipelines.compile(kernel as unknown as Kernel, options)
    return compiled as unknown as Compiled<P, B>
  }

  allocate(label: string, bytes: number, fresh = false): EngineBuffer {
    const { buffer, used } = this.#take(label, bytes, fresh)
    if (used) this.clear(buffer)
    return buffer
  }

  upload(label: string, data: ArrayBufferView<ArrayBuffer>, fresh = false, bytes = 0): EngineBuffer {
    const { buffer } = this.#take(label, Math.max(data.byteLength, bytes), fresh)
    // No queued command uses the buffer: it is new, or was submitted for at its release.
    this.#writeNow(buffer, data, 0)
    return buffer
  }

  /** A buffer that is new and full of zeros, or `used`. */
  #take(label: string, bytes: number, fresh: boolean): { buffer: WebGpuBuffer; used: boolean } {
    this.#loss.requireAlive()
    const size = bufferBytes(bytes)
    if (size > this.maxBufferBytes) {
      throw new LloydError(
        'OutOfMemoryError',
        `${label} needs ${size} bytes; this device binds at most ${this.maxBufferBytes}; use fewer points at once`,
      )
    }
    return this.#memory.take(label, size, fresh)
  }

  borrow(label: string, buffer: GPUBuffer, byteOffset: number, bytes: number): EngineBuffer {
    return new WebGpuBuffer(label, bytes, buffer, true, byteOffset)
  }

  write(buffer: EngineBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset = 0): void {
    this.submit()
    this.#writeNow(buffer as WebGpuBuffer, data, byteOffset)
  }

  clear(buffer: EngineBuffer): void {
    const { gpu, offset, size } = buffer as WebGpuBuffer
    this.#live().encoder().clearBuffer(gpu, offset, size)
  }

  copy(from: EngineBuffer, to: EngineBuffer, byteOffset: number): void {
    const [source, target] = [from as WebGpuBuffer, to as WebGpuBuffer]
    const at = target.offset + byteOffset
    this.#live().encoder().copyBufferToBuffer(source.gpu, source.offset, target.gpu, at, source.size)
  }

  encode(failure: string, work: (encoder: GPUCommandEncoder) => void): void {
    this.submit()
    const submit = () => {
      const encoder = this.device.createCommandEncoder({ label: 'lloyd.encode' })
      work(encoder)
      this.device.queue.submit([encoder.finish()])
    }
    try {
      this.#scopes.around('validation', submit, failure)
    } catch (cause) {
      throw new LloydError('InputError', `${failure}: ${(cause as Error).message}`, { cause }) // no texture at all
    }
  }

  run<P extends Record<string, Scalar>, B extends Record<string, BindingKind>>(
    compiled: Compiled<P, B>,
    parameters: Parameters<P>,
    buffers: Buffers<B>,
  ): void {
    this.#loss.requireAlive()
    this.#dispatches.run(compiled as unknown as WebGpuCompiled, parameters, buffers)
  }

  get dispatches(): Dispatches {
    this.#loss.requireAlive()
    return this.#dispatches
  }

  submit(): void {
    this.#live().submit()
  }

  apart(work: () => void): Promise<LloydError | null> {
    return this.#scopes.apart(work)
  }

  async done(): Promise<void> {
    this.submit()
    await this.#loss.until(this.device.queue.onSubmittedWorkDone())
  }

  async idle(): Promise<void> {
    await this.done()
    await this.#loss.until(this.#scopes.check())
    this.#loss.requireAlive()
  }

  async read(buffer: EngineBuffer, byteOffset = 0, bytes = buffer.size - byteOffset): Promise<ArrayBuffer> {
    return await this.#reads.read(buffer as WebGpuBuffer, byteOffset, bytes, (range, at) => range.slice(at, at + bytes))
  }

  async readInto(buffer: EngineBuffer, into: ArrayBufferView): Promise<void> {
    const { byteOffset, byteLength } = into
    await this.#reads.read(buffer as WebGpuBuffer, 0, bufferBytes(byteLength), (range, at) =>
      new Uint8Array(into.buffer, byteOffset, byteLength).set(new Uint8Array(range, at, byteLength)),
    )
  }

  release(buffer: EngineBuffer): void {
    const own = buffer as WebGpuBuffer
    if (own.released || own.borrowed) return
    own.released = true
    if (this.#loss.failure) return // all buffers went with the device
    this.#memory.allocatedBytes -= own.size
    // Queued commands that use the buffer are submitted before it is destroyed or written again.
    this.submit()
    if (own.fresh) this.#memory.destroy(own.gpu)
    else this.#memory.keep(own.gpu)
  }

  destroy(): void {
    if (this.#loss.failure) return
    this.#loss.fail(new LloydError('DeviceLostError', 'the engine was destroyed; make a new one with createEngine()'))
    this.#onDestroy()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  /** Drops the queued commands and frees all memory, including that of jobs and auto-encoders. */
  #end(): void {
    this.#commands.drop()
    this.#memory.end()
  }

  /** The commands, of a device that is not lost. */
  #live(): Commands {
    this.#loss.requireAlive()
    return this.#commands
  }

  #writeNow(buffer: WebGpuBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset: number): void {
    const whole = data.byteLength - (data.byteLength % 4)
    if (whole > 0) this.device.queue.writeBuffer(buffer.gpu, byteOffset, data.buffer, data.byteOffset, whole)
    if (whole < data.byteLength) {
      const tail = new Uint8Array(4)
      tail.set(new Uint8Array(data.buffer, data.byteOffset + whole, data.byteLength - whole))
      this.device.queue.writeBuffer(buffer.gpu, byteOffset + whole, tail)
    }
  }
}
