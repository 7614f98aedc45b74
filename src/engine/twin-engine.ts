import type { Compiled, CompileOptions, Executor, Recording, Step } from './engine.js'
import { registerExecutor } from './engine.js'
import { LloydError } from './error.js'
import {
  type BindingKind,
  type Buffers,
  bindingParts,
  type EngineBuffer,
  type Kernel,
  type Parameters,
  type Scalar,
  scalarView,
} from './kernel.js'
import type { TextureRows } from './texture.js'
import type { WebGpuEngine } from './webgpu-engine.js'

/**
 * A WebGPU engine on which some kernels run as their CPU twins: their buffers are read back, computed on and written.
 * Slow on purpose: with it a wrong result is bisected to one stage. All commands wait for one another in a chain.
 */
export class TwinEngine implements Executor {
  readonly backend = 'webgpu'
  readonly #engine: WebGpuEngine
  readonly #twins: ReadonlySet<string>
  #chain: Promise<void> = Promise.resolve()

  constructor(engine: WebGpuEngine, twins: readonly string[]) {
    this.#engine = engine
    this.#twins = new Set(twins)
    registerExecutor(this)
  }

  get adapter() {
    return this.#engine.adapter
  }
  get device() {
    return this.#engine.device
  }
  get lost(): Promise<LloydError> {
    return this.#engine.lost
  }
  get allocatedBytes() {
    return this.#engine.allocatedBytes
  }
  get maxBufferBytes() {
    return this.#engine.maxBufferBytes
  }

  compile<P extends Record<string, Scalar>, B extends Record<string, BindingKind>, F extends Record<string, boolean>>(
    kernel: Kernel<P, B, F>,
    options?: CompileOptions<F>,
  ): Promise<Compiled<P, B>> {
    return this.#engine.compile(kernel, options)
  }

  allocate(label: string, bytes: number, fresh?: boolean): EngineBuffer {
    return this.#engine.allocate(label, bytes, fresh)
  }

  upload(label: string, data: ArrayBufferView<ArrayBuffer>, fresh?: boolean, bytes?: number): EngineBuffer {
    return this.#engine.upload(label, data, fresh, bytes)
  }

  borrow(label: string, buffer: GPUBuffer, byteOffset: number, bytes: number): EngineBuffer {
    return this.#engine.borrow(label, buffer, byteOffset, bytes)
  }

  write(buffer: EngineBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset?: number): void {
    const copy = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    this.#then(() => this.#engine.write(buffer, copy, byteOffset))
  }

  clear(buffer: EngineBuffer): void {
    this.#then(() => this.#engine.clear(buffer))
  }

  copy(from: EngineBuffer, to: EngineBuffer, byteOffset: number): void {
    this.#then(() => this.#engine.copy(from, to, byteOffset))
  }

  copyFromTexture(rows: TextureRows, to: EngineBuffer): void {
    this.#then(() => this.#engine.copyFromTexture(rows, to))
  }

  copyToTexture(from: EngineBuffer, rows: TextureRows): void {
    this.#then(() => this.#engine.copyToTexture(from, rows))
  }

  bufferOf(buffer: EngineBuffer): GPUBuffer | null {
    return this.#engine.bufferOf(buffer)
  }

  detach(buffer: EngineBuffer): GPUBuffer {
    return this.#engine.detach(buffer)
  }

  run<P extends Record<string, Scalar>, B extends Record<string, BindingKind>>(
    compiled: Compiled<P, B>,
    parameters: Parameters<P>,
    buffers: Buffers<B>,
  ): void {
    const { kernel, flags, constants, workgroupSize } = compiled
    if (!this.#twins.has(kernel.name)) {
      this.#then(() => this.#engine.run(compiled, parameters, buffers))
      return
    }
    this.#then(async () => {
      if (kernel.workgroups(parameters, workgroupSize, constants) === 0) return
      const arrays: Record<string, Uint32Array | Int32Array | Float32Array> = {}
      for (const name in kernel.bindings) {
        const bytes = await this.#engine.read(buffers[name])
        arrays[name] = scalarView(bindingParts(kernel.bindings[name]).scalar, bytes)
      }
      kernel.twin(parameters, arrays as never, flags)
      for (const name in kernel.bindings) {
        const written = bindingParts(kernel.bindings[name]).access === 'read_write'
        if (written) this.#engine.write(buffers[name], arrays[name] as ArrayBufferView<ArrayBuffer>)
      }
    })
  }

  bake(steps: readonly Step[]): Recording {
    const twin = steps.find(({ compiled }) => this.#twins.has(compiled.kernel.name))
    if (!twin) return this.#engine.bake(steps)
    return {
      encode() {
        throw new LloydError('InputError', `${twin.compiled.kernel.name} runs as its twin here and cannot be recorded`)
      },
      release() {},
    }
  }

  submit(): void {
    this.#then(() => this.#engine.submit())
  }

  /** Its commands run later: an error is told to the next wait. */
  apart(work: () => void): Promise<null> {
    work()
    return Promise.resolve(null)
  }

  async done(): Promise<void> {
    await this.#settle()
    await this.#engine.done()
  }

  async idle(): Promise<void> {
    await this.#settle()
    await this.#engine.idle()
  }

  async read(buffer: EngineBuffer, byteOffset?: number, bytes?: number): Promise<ArrayBuffer> {
    await this.#settle()
    return await this.#engine.read(buffer, byteOffset, bytes)
  }

  async readInto(buffer: EngineBuffer, into: ArrayBufferView): Promise<void> {
    await this.#settle()
    await this.#engine.readInto(buffer, into)
  }

  release(buffer: EngineBuffer): void {
    const release = () => this.#engine.release(buffer)
    this.#chain = this.#chain.finally(release)
    this.#chain.catch(() => {})
  }

  destroy(): void {
    this.#engine.destroy()
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  /** Waits for the chain; a failure is reported once. */
  async #settle(): Promise<void> {
    try {
      await this.#chain
    } catch (error) {
      this.#chain = Promise.resolve()
      throw error
    }
  }

  #then(command: () => void | Promise<void>): void {
    this.#chain = this.#chain.then(command)
    // A failure is thrown where the chain is awaited; here it only must not count as unhandled.
    this.#chain.catch(() => {})
  }
}
