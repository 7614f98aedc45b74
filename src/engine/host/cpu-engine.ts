import {
  type AdapterDescription,
  bufferBytes,
  type Compiled,
  type CompileOptions,
  type Executor,
  registerExecutor,
  requireMemory,
} from '../engine.js'
import { LloydError } from '../error.js'
import type { BindingKind, Buffers, EngineBuffer, Kernel, Parameters, Scalar } from '../kernel.js'
import { bindingParts, scalarView } from '../kernel.js'
import { nextTask } from '../next-task.js'
import { Pace } from '../pace.js'
import type { Tile, Traits } from '../traits.js'
import type { Implementation } from './implementations.js'

/** A buffer on the CPU; null after its release. */
export interface CpuBuffer extends EngineBuffer {
  bytes: Uint8Array<ArrayBuffer> | null
}

export const CPU_TRAITS: Traits = {
  records: false,
  immediate: true,
  tunable: false,
  lanes: 1,
  uniforms: true,
  cheapAtomics: true,
  largeTiles: true,
  narrowWorkgroups: true,
  branchingLoads: true,
  unrolledLoops: false,
}

/** For what only a device does, which methods refuse on the CPU before, in words of their own. */
function refuse(): never {
  throw new LloydError('InputError', 'this needs an engine on WebGPU, not the CPU executor')
}

/** The executor that runs the twins of kernels, or implementations beside them, one after another, on plain arrays. */
export class CpuEngine implements Executor {
  readonly backend = 'cpu'
  readonly device = null
  readonly adapter: AdapterDescription
  readonly lost: Promise<LloydError>
  readonly traits: Traits = CPU_TRAITS
  readonly pace = new Pace(this, true)
  readonly tuning = new Map<string, Tile>()
  readonly maxBufferBytes = 2 ** 31
  allocatedBytes = 0
  #lose!: (error: LloydError) => void
  #failure: LloydError | null = null

  /** `passedOver` names a slower adapter, where there is one; `implementations` replace the twins of their kernels. */
  constructor(
    private readonly memoryLimit = Infinity,
    passedOver?: string,
    readonly implementations?: ReadonlyMap<string, Implementation>,
  ) {
    this.adapter = {
      vendor: '',
      architecture: 'cpu',
      description: `CPU executor (${passedOver ? `faster than ${passedOver}` : 'no WebGPU'})`,
      software: true,
      ...(passedOver && { passedOver }),
    }
    this.lost = new Promise((resolve) => {
      this.#lose = resolve
    })
    registerExecutor(this)
  }

  async compile<
    P extends Record<string, Scalar>,
    B extends Record<string, BindingKind>,
    F extends Record<string, boolean>,
  >(kernel: Kernel<P, B, F>, options: CompileOptions<F> = {}): Promise<Compiled<P, B>> {
    return {
      kernel: kernel as unknown as Compiled<P, B>['kernel'],
      flags: { ...kernel.flags, ...options.flags },
      constants: { ...kernel.constants, ...options.constants },
      workgroupSize: options.workgroupSize ?? kernel.workgroupSize,
    }
  }

  allocate(label: string, bytes: number): EngineBuffer {
    this.#requireAlive()
    const size = bufferBytes(bytes)
    requireMemory(label, size, this.allocatedBytes, this.memoryLimit)
    try {
      const buffer = this.create(label, size)
      this.allocatedBytes += size
      return buffer
    } catch (cause) {
      throw new LloydError(
        'OutOfMemoryError',
        `${label}: ${size} bytes could not be allocated beside ${this.allocatedBytes}; use fewer points at once`,
        { cause },
      )
    }
  }

  /** A buffer of zeros. */
  protected create(label: string, size: number): CpuBuffer {
    return { label, size, bytes: new Uint8Array(size) }
  }

  upload(label: string, data: ArrayBufferView<ArrayBuffer>, _fresh?: boolean, bytes = 0): EngineBuffer {
    const buffer = this.allocate(label, Math.max(data.byteLength, bytes))
    this.write(buffer, data)
    return buffer
  }

  borrow(): never {
    return refuse()
  }

  write(buffer: EngineBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset = 0): void {
    this.#bytes(buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), byteOffset)
  }

  clear(buffer: EngineBuffer): void {
    this.#bytes(buffer).fill(0)
  }

  copy(from: EngineBuffer, to: EngineBuffer, byteOffset: number): void {
    this.#bytes(to).set(this.#bytes(from), byteOffset)
  }

  encode(): never {
    return refuse()
  }

  run<P extends Record<string, Scalar>, B extends Record<string, BindingKind>>(
    { kernel, flags, constants, workgroupSize }: Compiled<P, B>,
    parameters: Parameters<P>,
    buffers: Buffers<B>,
  ): void {
    this.#requireAlive()
    if (kernel.workgroups(parameters, workgroupSize, constants) === 0) return
    const arrays: Record<string, Uint32Array | Int32Array | Float32Array> = {}
    for (const name in kernel.bindings) {
      const { buffer, byteOffset, length } = this.#bytes(buffers[name])
      arrays[name] = scalarView(bindingParts(kernel.bindings[name]).scalar, buffer, byteOffset, length / 4)
    }
    this.implementationOf(kernel as unknown as Kernel, buffers)(parameters, arrays as never, flags)
  }

  protected implementationOf(kernel: Kernel, _buffers: Record<string, EngineBuffer>): Implementation {
    return this.implementations?.get(kernel.name) ?? kernel.twin
  }

  get dispatches(): never {
    return refuse()
  }

  submit(): void {}

  apart(work: () => void): Promise<null> {
    work()
    return Promise.resolve(null)
  }

  async done(): Promise<void> {
    await nextTask()
  }

  async idle(): Promise<void> {
    await nextTask()
    this.#requireAlive()
  }

  async read(buffer: EngineBuffer, byteOffset = 0, bytes = buffer.size - byteOffset): Promise<ArrayBuffer> {
    const copy = this.#bytes(buffer).slice(byteOffset, byteOffset + bytes).buffer
    await nextTask()
    return copy
  }

  async readInto(buffer: EngineBuffer, { buffer: to, byteOffset, byteLength }: ArrayBufferView): Promise<void> {
    new Uint8Array(to, byteOffset, byteLength).set(this.#bytes(buffer).subarray(0, byteLength))
    await nextTask()
  }

  release(buffer: EngineBuffer): void {
    if ((buffer as CpuBuffer).bytes === null) return
    ;(buffer as CpuBuffer).bytes = null
    this.allocatedBytes -= buffer.size
  }

  destroy(): void {
    if (this.#failure) return
    this.#failure = new LloydError('DeviceLostError', 'the engine was destroyed; make a new one with createEngine()')
    this.#lose(this.#failure)
  }

  [Symbol.dispose](): void {
    this.destroy()
  }

  #requireAlive(): void {
    if (this.#failure) throw this.#failure
  }

  #bytes(buffer: EngineBuffer): Uint8Array<ArrayBuffer> {
    this.#requireAlive()
    const { bytes } = buffer as CpuBuffer
    if (bytes === null) throw new LloydError('InputError', `${buffer.label} was used after its release`)
    return bytes
  }
}
