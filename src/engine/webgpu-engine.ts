import { BindGroups } from './bind-groups.js'
import { BufferPool } from './buffer-pool.js'
import { currentProvider } from './device.js'
import {
  type AdapterDescription,
  bufferBytes,
  type Compiled,
  type CompileOptions,
  type Executor,
  type Recording,
  registerExecutor,
  requireMemory,
  type Step,
  type TextureRows,
} from './engine.js'
import { LloydError } from './error.js'
import {
  type BindingKind,
  type Buffers,
  type EngineBuffer,
  type Kernel,
  type Parameters,
  type Scalar,
  UNIFORM_BYTES,
} from './kernel.js'
import { PARAMETER_STRIDE, parameterBytes, writeParameters } from './parameters.js'
import { compilePipeline, type Pipeline } from './pipeline.js'
import { needsUnrolling } from './unroll.js'

// GPUBufferUsage and GPUMapMode by value (fixed by the WebGPU specification): Node has no such globals.
const MAP_READ = 0x1
const COPY_SRC = 0x4
const COPY_DST = 0x8
const UNIFORM = 0x40
const STORAGE = 0x80

/** Dispatches whose parameters fit one submit. */
const PARAMETER_SLOTS = 256

class WebGpuBuffer implements EngineBuffer {
  released = false

  constructor(
    readonly label: string,
    readonly size: number,
    readonly gpu: GPUBuffer,
    readonly fresh = false,
    readonly offset = 0,
    readonly borrowed = false,
  ) {}
}

interface WebGpuCompiled extends Compiled {
  readonly pipeline: Pipeline
}

/** How a dispatch of `count` workgroups is laid out in two dimensions; shaders/shared/grid.wgsl undoes it. */
export function dispatchSize(count: number, limit: number): [number, number] {
  const y = Math.ceil(count / limit)
  return [Math.ceil(count / y), y]
}

/** Runs kernels as compute shaders. */
export class WebGpuEngine implements Executor {
  readonly backend = 'webgpu'
  readonly lost: Promise<LloydError>
  readonly maxBufferBytes: number
  allocatedBytes = 0
  readonly #pipelines = new Map<string, Promise<Pipeline>>()
  readonly #groups = new BindGroups<Pipeline>()
  readonly #parameterBuffer: GPUBuffer
  readonly #parameterBytes = new ArrayBuffer(PARAMETER_STRIDE * PARAMETER_SLOTS)
  /** Of all buffers, those in the pool included. */
  #heldBytes = 0
  readonly #pool = new BufferPool((buffer) => this.#destroyBuffer(buffer))
  readonly #onDestroy: () => void
  #parameterCount = 0
  #encoder: GPUCommandEncoder | null = null
  #pass: GPUComputePassEncoder | null = null
  /** What error scopes said that has not been looked at yet. */
  #scopes: Promise<LloydError | null>[] = []
  #failure: LloydError | null = null
  /** Called when the device is lost, by those who wait for it. Not reactions of `lost`, which would pile up. */
  readonly #waiting = new Set<() => void>()
  #lose!: (error: LloydError) => void

  /** `onDestroy` runs once, when the engine is destroyed: the owner of the device ends it there. */
  constructor(
    readonly device: GPUDevice,
    readonly adapter: AdapterDescription,
    private readonly memoryLimit: number,
    onDestroy: () => void,
  ) {
    this.#onDestroy = onDestroy
    this.maxBufferBytes = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize)
    this.lost = new Promise((resolve) => {
      this.#lose = resolve
    })
    device.lost.then((info) =>
      this.#fail(
        new LloydError(
          'DeviceLostError',
          `the GPU device was lost (${info.reason || 'unknown'}${info.message ? `: ${info.message}` : ''}); make a new engine`,
        ),
      ),
    )
    this.#parameterBuffer = device.createBuffer({
      label: 'lloyd.parameters',
      size: this.#parameterBytes.byteLength,
      usage: UNIFORM | COPY_DST,
    })
    registerExecutor(this)
  }

  async compile<
    P extends Record<string, Scalar>,
    B extends Record<string, BindingKind>,
    F extends Record<string, boolean>,
  >(kernel: Kernel<P, B, F>, options: CompileOptions<F> = {}): Promise<Compiled<P, B>> {
    this.#requireAlive()
    const flags = { ...kernel.flags, ...options.flags } as Record<string, boolean>
    const workgroupSize = Math.min(
      options.workgroupSize ?? kernel.workgroupSize,
      this.device.limits.maxComputeInvocationsPerWorkgroup,
    )
    const constants = { ...kernel.constants, ...options.constants }
    const key = JSON.stringify([kernel.name, workgroupSize, flags, constants])
    let pipeline = this.#pipelines.get(key)
    if (!pipeline) {
      const unroll = kernel.registerLoops === true && needsUnrolling(this.adapter)
      pipeline = compilePipeline(this.device, kernel as unknown as Kernel, flags, constants, workgroupSize, unroll)
      const endWait = currentProvider().beginWait()
      pipeline.catch(() => this.#pipelines.delete(key)).finally(endWait)
      this.#pipelines.set(key, pipeline)
    }
    const compiled: WebGpuCompiled = {
      kernel: kernel as unknown as Kernel,
      flags,
      constants,
      workgroupSize,
      pipeline: await pipeline,
    }
    return compiled as unknown as Compiled<P, B>
  }

  allocate(label: string, bytes: number, fresh = false): EngineBuffer {
    const { buffer, used } = this.#take(label, bytes, fresh)
    if (used) this.clear(buffer)
    return buffer
  }

  upload(label: string, data: ArrayBufferView<ArrayBuffer>, fresh = false): EngineBuffer {
    const { buffer, used } = this.#take(label, data.byteLength, fresh)
    // No queued command can use a new buffer, so that its write need not wait for a submit.
    if (used) this.submit()
    this.#writeNow(buffer, data, 0)
    return buffer
  }

  /** A buffer that is new and full of zeros, or `used`. */
  #take(label: string, bytes: number, fresh: boolean): { buffer: WebGpuBuffer; used: boolean } {
    this.#requireAlive()
    const size = bufferBytes(bytes)
    if (size > this.maxBufferBytes) {
      throw new LloydError(
        'OutOfMemoryError',
        `${label} needs ${size} bytes; this device binds at most ${this.maxBufferBytes}; use fewer points at once`,
      )
    }
    const usage = STORAGE | COPY_SRC | COPY_DST | (size === UNIFORM_BYTES ? UNIFORM : 0)
    const kept = fresh ? null : this.#pool.take(size, usage)
    if (!kept) this.#requireMemory(label, size)
    this.allocatedBytes += size
    return { buffer: new WebGpuBuffer(label, size, kept ?? this.#create(size, usage), fresh), used: kept !== null }
  }

  #requireMemory(label: string, size: number): void {
    if (this.#heldBytes + size > this.memoryLimit) this.#pool.drop()
    requireMemory(label, size, this.#heldBytes, this.memoryLimit)
  }

  #create(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    this.device.pushErrorScope('out-of-memory')
    const buffer = this.device.createBuffer({ label: 'lloyd', size, usage })
    this.#popScope()
    this.#heldBytes += size
    return buffer
  }

  borrow(label: string, buffer: GPUBuffer, byteOffset: number, bytes: number): EngineBuffer {
    return new WebGpuBuffer(label, bytes, buffer, true, byteOffset, true)
  }

  write(buffer: EngineBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset = 0): void {
    this.submit()
    this.#writeNow(buffer as WebGpuBuffer, data, byteOffset)
  }

  clear(buffer: EngineBuffer): void {
    this.#endPass()
    const { gpu, offset, size } = buffer as WebGpuBuffer
    this.#openEncoder().clearBuffer(gpu, offset, size)
  }

  copy(from: EngineBuffer, to: EngineBuffer, byteOffset: number): void {
    this.#endPass()
    const [source, target] = [from as WebGpuBuffer, to as WebGpuBuffer]
    const at = target.offset + byteOffset
    this.#openEncoder().copyBufferToBuffer(source.gpu, source.offset, target.gpu, at, source.size)
  }

  copyFromTexture({ texture, firstRow, rowCount, bytesPerRow }: TextureRows, to: EngineBuffer): void {
    const { gpu: buffer, offset } = to as WebGpuBuffer
    this.#submitCopy('the texture cannot be read', (encoder) =>
      encoder.copyTextureToBuffer(
        { texture, origin: [0, firstRow] },
        { buffer, offset, bytesPerRow },
        { width: texture.width, height: rowCount },
      ),
    )
  }

  copyToTexture(from: EngineBuffer, { texture, firstRow, rowCount, bytesPerRow }: TextureRows): void {
    const { gpu: buffer, offset } = from as WebGpuBuffer
    this.#submitCopy('the texture cannot be written', (encoder) =>
      encoder.copyBufferToTexture(
        { buffer, offset, bytesPerRow },
        { texture, origin: [0, firstRow] },
        { width: texture.width, height: rowCount },
      ),
    )
  }

  bufferOf(buffer: EngineBuffer): GPUBuffer {
    return (buffer as WebGpuBuffer).gpu
  }

  detach(buffer: EngineBuffer): GPUBuffer {
    const own = buffer as WebGpuBuffer
    own.released = true
    this.allocatedBytes -= own.size
    this.#heldBytes -= own.gpu.size
    if (own.gpu.size === own.size) {
      this.submit()
      return own.gpu
    }
    // A kept buffer that is larger than it was asked to be: the caller gets one of the right size.
    const exact = this.#create(own.size, own.gpu.usage)
    this.#heldBytes -= own.size
    this.#endPass()
    this.#openEncoder().copyBufferToBuffer(own.gpu, 0, exact, 0, own.size)
    this.submit()
    own.gpu.destroy()
    return exact
  }

  run<P extends Record<string, Scalar>, B extends Record<string, BindingKind>>(
    compiled: Compiled<P, B>,
    parameters: Parameters<P>,
    buffers: Buffers<B>,
  ): void {
    this.#requireAlive()
    const { kernel, pipeline, constants, workgroupSize } = compiled as unknown as WebGpuCompiled
    const count = kernel.workgroups(parameters, workgroupSize, constants)
    if (count === 0) return
    const offset = this.#putParameters(kernel, parameters)
    const parts = partsOf(kernel, buffers)
    const group = this.#groups.get(pipeline, parts, () => this.#bind(kernel, pipeline, this.#parameterBuffer, parts))
    this.#pass ??= this.#openEncoder().beginComputePass({ label: 'lloyd' })
    this.#pass.setPipeline(pipeline.pipeline)
    this.#pass.setBindGroup(0, group, [offset])
    this.#pass.dispatchWorkgroups(...this.#dispatchSize(count))
  }

  bake(steps: readonly Step[]): Recording {
    this.#requireAlive()
    const size = Math.max(1, steps.length) * PARAMETER_STRIDE
    const parameterBuffer = this.device.createBuffer({
      label: 'lloyd.baked',
      size,
      usage: UNIFORM,
      mappedAtCreation: true,
    })
    const bytes = parameterBuffer.getMappedRange()
    const baked = steps.map(({ compiled, parameters, buffers }, index) => {
      const { kernel, pipeline, constants, workgroupSize } = compiled as WebGpuCompiled
      const offset = index * PARAMETER_STRIDE
      writeParameters(kernel, parameters, bytes, offset)
      return {
        pipeline: pipeline.pipeline,
        group: this.#bind(kernel, pipeline, parameterBuffer, partsOf(kernel, buffers)),
        offset,
        size: this.#dispatchSize(kernel.workgroups(parameters, workgroupSize, constants)),
      }
    })
    parameterBuffer.unmap()
    return {
      encode(pass) {
        for (const { pipeline, group, offset, size } of baked) {
          pass.setPipeline(pipeline)
          pass.setBindGroup(0, group, [offset])
          pass.dispatchWorkgroups(...size)
        }
      },
      release: () => parameterBuffer.destroy(),
    }
  }

  submit(): void {
    this.#requireAlive()
    this.#endPass()
    if (!this.#encoder) return
    const { device } = this
    device.pushErrorScope('validation')
    device.pushErrorScope('out-of-memory')
    if (this.#parameterCount > 0) {
      const used = this.#parameterCount * PARAMETER_STRIDE
      device.queue.writeBuffer(this.#parameterBuffer, 0, this.#parameterBytes, 0, used)
    }
    device.queue.submit([this.#encoder.finish()])
    this.#popScope()
    this.#popScope()
    this.#encoder = null
    this.#parameterCount = 0
  }

  async done(): Promise<void> {
    this.submit()
    await this.#untilLost(this.device.queue.onSubmittedWorkDone())
  }

  async idle(): Promise<void> {
    await this.done()
    await this.#checkScopes()
  }

  async read(buffer: EngineBuffer, byteOffset = 0, bytes = buffer.size - byteOffset): Promise<ArrayBuffer> {
    return await this.#map(buffer, byteOffset, bytes, (range) => range.slice(0))
  }

  async readInto(buffer: EngineBuffer, into: ArrayBufferView): Promise<void> {
    const { byteOffset, byteLength } = into
    await this.#map(buffer, 0, bufferBytes(byteLength), (range) =>
      new Uint8Array(into.buffer, byteOffset, byteLength).set(new Uint8Array(range, 0, byteLength)),
    )
  }

  /** Copies a part of a buffer to where the host can see it, for the time of `take`. */
  async #map<T>(buffer: EngineBuffer, byteOffset: number, bytes: number, take: (range: ArrayBuffer) => T): Promise<T> {
    this.#requireAlive()
    this.#endPass()
    const own = buffer as WebGpuBuffer
    const usage = MAP_READ | COPY_DST
    const staging = this.#pool.take(bytes, usage) ?? this.#create(bytes, usage)
    let readable = false
    this.#openEncoder().copyBufferToBuffer(own.gpu, own.offset + byteOffset, staging, 0, bytes)
    this.submit()
    try {
      await this.#untilLost(staging.mapAsync(1, 0, bytes))
      await this.#checkScopes()
      const taken = take(staging.getMappedRange(0, bytes))
      readable = true
      return taken
    } catch (error) {
      await this.#checkScopes()
      if (error instanceof LloydError) throw error
      // A map that failed without an error of its own: the device went away, and `lost` says so a moment later.
      throw await Promise.race([this.lost, new Promise((resolve) => setTimeout(resolve, 1000, error))])
    } finally {
      if (readable) {
        staging.unmap()
        this.#pool.give(staging)
      } else this.#destroyBuffer(staging)
    }
  }

  release(buffer: EngineBuffer): void {
    const own = buffer as WebGpuBuffer
    if (own.released || own.borrowed) return
    own.released = true
    this.allocatedBytes -= own.size
    if (this.#failure) {
      this.#destroyBuffer(own.gpu)
      return
    }
    // Commands that use the buffer may be queued; a submit lets them through before it is destroyed or written anew.
    this.submit()
    if (own.fresh) this.#destroyBuffer(own.gpu)
    else this.#pool.give(own.gpu)
  }

  #destroyBuffer(buffer: GPUBuffer): void {
    this.#heldBytes -= buffer.size
    buffer.destroy()
  }

  destroy(): void {
    if (this.#failure) return
    this.#fail(new LloydError('DeviceLostError', 'the engine was destroyed; make a new one with createEngine()'))
    this.#parameterBuffer.destroy()
    this.#pool.drop()
    this.#onDestroy()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  #fail(error: LloydError): void {
    if (this.#failure) return
    this.#failure = error
    this.#encoder = null
    this.#pass = null
    this.#lose(error)
    for (const stop of this.#waiting) stop()
  }

  /** Settles as `work` does, but no later than the device is lost. */
  async #untilLost(work: Promise<unknown>): Promise<void> {
    let stop = () => {}
    const lost = new Promise<void>((resolve) => {
      stop = resolve
    })
    this.#waiting.add(stop)
    const endWait = currentProvider().beginWait()
    try {
      if (!this.#failure) await Promise.race([work, lost])
    } catch (error) {
      this.#requireAlive()
      throw error
    } finally {
      endWait()
      this.#waiting.delete(stop)
    }
  }

  #requireAlive(): void {
    if (this.#failure) throw this.#failure
  }

  async #checkScopes(): Promise<void> {
    const scopes = this.#scopes
    this.#scopes = []
    for (const error of await Promise.all(scopes)) if (error !== null) throw error
    this.#requireAlive()
  }

  /** Ends an error scope. What it caught is thrown by the next wait: about `texture` where that is the caller's. */
  #popScope(texture?: string): void {
    const caught = this.device.popErrorScope().then((error) => {
      if (error === null) return null
      // By name: Node has no global GPUOutOfMemoryError to test against.
      const memory = error.constructor.name === 'GPUOutOfMemoryError'
      if (memory) {
        this.#pool.drop()
        return new LloydError('OutOfMemoryError', error.message || 'the device is out of memory')
      }
      if (texture) return new LloydError('InputError', `${texture}: ${error.message}`)
      return new LloydError('ShaderError', error.message)
    })
    this.#scopes.push(caught.catch(() => null))
  }

  /** A copy with a texture of the caller's, which may be destroyed or another device's: nothing else may fail with it. */
  #submitCopy(failure: string, copy: (encoder: GPUCommandEncoder) => void): void {
    this.submit()
    this.device.pushErrorScope('validation')
    try {
      const encoder = this.device.createCommandEncoder({ label: 'lloyd.texture' })
      copy(encoder)
      this.device.queue.submit([encoder.finish()])
    } catch (cause) {
      throw new LloydError('InputError', `${failure}: ${(cause as Error).message}`, { cause }) // no texture at all
    } finally {
      this.#popScope(failure)
    }
  }

  #openEncoder(): GPUCommandEncoder {
    this.#requireAlive()
    this.#encoder ??= this.device.createCommandEncoder({ label: 'lloyd' })
    return this.#encoder
  }

  #endPass(): void {
    this.#pass?.end()
    this.#pass = null
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

  #dispatchSize(count: number): [number, number] {
    return dispatchSize(count, this.device.limits.maxComputeWorkgroupsPerDimension)
  }

  #bind(
    kernel: Kernel,
    { layout }: Pipeline,
    parameterBuffer: GPUBuffer,
    parts: readonly GPUBufferBinding[],
  ): GPUBindGroup {
    const parameters = { buffer: parameterBuffer, size: parameterBytes(kernel) }
    const entries = [parameters, ...parts].map((resource, binding) => ({ binding, resource }))
    // What a caller's buffer is not fit for comes back as an error of the next wait, not in the caller's console.
    this.device.pushErrorScope('validation')
    const group = this.device.createBindGroup({ label: `lloyd.${kernel.name}`, layout, entries })
    this.#popScope()
    return group
  }

  /** Puts a dispatch's parameters where this submit's one write takes them along, and says where. */
  #putParameters(kernel: Kernel, parameters: Record<string, number>): number {
    if (this.#parameterCount === PARAMETER_SLOTS) this.submit()
    const offset = this.#parameterCount++ * PARAMETER_STRIDE
    writeParameters(kernel, parameters, this.#parameterBytes, offset)
    return offset
  }
}

/** What a kernel binds, in the order of its bindings. */
function partsOf(kernel: Kernel, buffers: Record<string, EngineBuffer>): GPUBufferBinding[] {
  return Object.keys(kernel.bindings).map((name) => {
    const { gpu: buffer, offset, size, label, released } = buffers[name] as WebGpuBuffer
    if (released) throw new LloydError('InputError', `${label} was used after its release`)
    return { buffer, offset, size }
  })
}
