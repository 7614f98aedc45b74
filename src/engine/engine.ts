import { describeArgument, LloydError } from './error.js'
import type { BindingKind, Buffers, EngineBuffer, Flags, Kernel, Parameters, Scalar } from './kernel.js'
import type { Pace } from './pace.js'
import type { Tile, Traits } from './traits.js'

/** The adapter of an engine. */
export interface AdapterDescription {
  vendor: string
  architecture: string
  description: string
  /** True for adapters that compute on the CPU (SwiftShader, llvmpipe, WARP) and for the CPU executor. */
  software: boolean
  /** With `backend: 'auto'`: a software adapter that is slower than the CPU executor, which runs instead. */
  passedOver?: string
}

/** The place of computation, created by `createEngine` and passed to every function. */
export interface Engine extends Disposable {
  readonly backend: 'webgpu' | 'cpu'
  readonly adapter: AdapterDescription
  /** The WebGPU device, or null on the CPU executor. */
  readonly device: GPUDevice | null
  /** Resolves when the device is gone, `destroy()` included. Never rejects. */
  readonly lost: Promise<LloydError>
  /** Frees everything and lets a Node process exit; a device given to `createEngine` is left alone. */
  destroy(): void
}

/** A kernel specialized and compiled for one engine. */
export interface Compiled<
  P extends Record<string, Scalar> = Record<string, Scalar>,
  B extends Record<string, BindingKind> = Record<string, BindingKind>,
> {
  readonly kernel: Kernel<P, B, Record<string, boolean>>
  readonly flags: Flags<Record<string, boolean>>
  readonly constants: Readonly<Record<string, number>>
  readonly workgroupSize: number
}

export interface CompileOptions<F> {
  flags?: Partial<Flags<F>>
  constants?: Readonly<Record<string, number>>
  /** Forces a workgroup size; tests use tiny ones. */
  workgroupSize?: number
}

/** One dispatch with its parameters and buffers. */
export interface Step {
  compiled: Compiled
  parameters: Record<string, number>
  buffers: Record<string, EngineBuffer>
}

/** A step whose types are checked against its kernel. */
export function step<P extends Record<string, Scalar>, B extends Record<string, BindingKind>>(
  compiled: Compiled<P, B>,
  parameters: Parameters<P>,
  buffers: Buffers<B>,
): Step {
  return { compiled: compiled as unknown as Compiled, parameters, buffers }
}

/** Queues dispatches. */
export function runSteps(executor: Executor, ...steps: readonly Step[]): void {
  for (const { compiled, parameters, buffers } of steps) executor.run(compiled, parameters, buffers)
}

/** The GPUBuffer behind a buffer, or null on the CPU. */
export function gpuBufferOf(buffer: EngineBuffer): GPUBuffer | null {
  return (buffer as { gpu?: GPUBuffer }).gpu ?? null
}

/** Dispatches with their parameters and bindings fixed, ready for the caller's passes. */
export interface Recording {
  /** Adds the dispatches to a compute pass, any number of times. */
  encode(pass: GPUComputePassEncoder): void
  release(): void
}

/**
 * The interface that algorithms use. Commands run in the order they are given. `run`, `clear` and `write` only queue;
 * `submit` hands the queue to the device; `idle` and `read` submit and wait.
 */
export interface Executor extends Engine {
  readonly traits: Traits
  /** Division of its work into submits. */
  readonly pace: Pace
  /** The tiles in use, measured or imported, by class of shapes. */
  readonly tuning: Map<string, Tile>
  /** Number of bytes currently allocated in buffers. */
  readonly allocatedBytes: number
  /** Largest buffer that `allocate` accepts and a kernel can bind, in bytes. */
  readonly maxBufferBytes: number
  compile<P extends Record<string, Scalar>, B extends Record<string, BindingKind>, F extends Record<string, boolean>>(
    kernel: Kernel<P, B, F>,
    options?: CompileOptions<F>,
  ): Promise<Compiled<P, B>>
  /**
   * Allocates a buffer of zeros. `bytes` is rounded up to a multiple of 4, at least 4. Its memory may be that of a
   * released buffer, zeroed by a queued command; where the caller encodes commands of his own, it must be `fresh`.
   */
  allocate(label: string, bytes: number, fresh?: boolean): EngineBuffer
  /** Allocates a buffer that begins with `data`; if `bytes` is larger, the rest is undefined. */
  upload(label: string, data: ArrayBufferView<ArrayBuffer>, fresh?: boolean, bytes?: number): EngineBuffer
  /** Wraps a part of the caller's buffer, which is bound, but never written by the host or destroyed. */
  borrow(label: string, buffer: GPUBuffer, byteOffset: number, bytes: number): EngineBuffer
  write(buffer: EngineBuffer, data: ArrayBufferView<ArrayBuffer>, byteOffset?: number): void
  clear(buffer: EngineBuffer): void
  /** Copies a whole buffer into another from `byteOffset` on. */
  copy(from: EngineBuffer, to: EngineBuffer, byteOffset: number): void
  /**
   * Submits commands on the caller's texture, which may be destroyed or belong to another device. Other work is not
   * affected: if they are refused, the next wait rejects with an `InputError` that begins with `failure`.
   */
  encode(failure: string, work: (encoder: GPUCommandEncoder) => void): void
  run<P extends Record<string, Scalar>, B extends Record<string, BindingKind>>(
    compiled: Compiled<P, B>,
    parameters: Parameters<P>,
    buffers: Buffers<B>,
  ): void
  /** The dispatches of WebGPU, for `bake` and `detach`; reading them throws on a lost device, and on the CPU. */
  readonly dispatches: unknown
  /** Kernels that run as their twins, which cannot be recorded. */
  readonly twins?: readonly string[]
  /** The executor itself, for other points, where kernels read `points` as float16. */
  readonly plain?: Executor
  submit(): void
  /**
   * Does synchronous work whose device errors are kept apart: resolves to the first of them, which no wait reports. The
   * work must submit what it queues, and call `submit` before that.
   */
  apart(work: () => void): Promise<LloydError | null>
  /** Submits, and resolves when all submitted work is done. */
  done(): Promise<void>
  /** Like `done`, but rejects with the first error. */
  idle(): Promise<void>
  /** Copies `bytes` bytes from `byteOffset` (both multiples of 4) out of a buffer. */
  read(buffer: EngineBuffer, byteOffset?: number, bytes?: number): Promise<ArrayBuffer>
  /** Copies the beginning of a buffer into an array, without a copy in between. */
  readInto(buffer: EngineBuffer, into: ArrayBufferView): Promise<void>
  release(buffer: EngineBuffer): void
}

const executors = new WeakSet<Engine>()
/** Known to all copies of lloyd in a program. */
const BRAND = Symbol.for('lloyd.engine')

/** Marks an executor as made by lloyd. */
export function registerExecutor(executor: Executor): void {
  executors.add(executor)
  Object.defineProperty(executor, BRAND, { value: true })
}

/** The executor behind an engine; an `InputError` for anything that `createEngine` did not make. */
export function executorOf(engine: Engine): Executor {
  if (typeof engine === 'object' && engine !== null && executors.has(engine)) return engine as Executor
  throw new LloydError(
    'InputError',
    (engine as { [BRAND]?: true } | null)?.[BRAND]
      ? 'the engine belongs to another copy of lloyd in this program; import createEngine and functions from one (npm dedupe)'
      : `the first argument must be an engine made by createEngine(), got ${describeArgument(engine)}`,
  )
}

/** Rounds a size up to a multiple of 4, at least 4, as WebGPU requires. */
export function bufferBytes(bytes: number): number {
  return Math.max(4, Math.ceil(bytes / 4) * 4)
}

/** Throws an `OutOfMemoryError` where an allocation would exceed the engine's memory limit. */
export function requireMemory(label: string, size: number, allocated: number, limit: number): void {
  if (allocated + size <= limit) return
  throw new LloydError(
    'OutOfMemoryError',
    `${label} needs ${size} bytes; ${allocated} of the memoryLimit of ${limit} are in use; raise it or use fewer points`,
  )
}

/** Buffers that belong together and are released together; `fresh` as for `Executor.allocate`. */
export class BufferScope {
  readonly #executor: Executor
  readonly #fresh: boolean
  readonly #buffers: EngineBuffer[] = []

  constructor(executor: Executor, { fresh = false } = {}) {
    this.#executor = executor
    this.#fresh = fresh
  }

  allocate(label: string, bytes: number): EngineBuffer {
    const buffer = this.#executor.allocate(label, bytes, this.#fresh)
    this.#buffers.push(buffer)
    return buffer
  }

  upload(label: string, data: ArrayBufferView<ArrayBuffer>, bytes?: number): EngineBuffer {
    const buffer = this.#executor.upload(label, data, this.#fresh, bytes)
    this.#buffers.push(buffer)
    return buffer
  }

  /** Takes over the buffers of another scope. */
  adopt(other: BufferScope): void {
    this.#buffers.push(...other.#buffers.splice(0))
  }

  /** Releases one of the buffers before the others. */
  releaseOne(buffer: EngineBuffer): void {
    this.#buffers.splice(this.#buffers.indexOf(buffer), 1)
    this.#executor.release(buffer)
  }

  release(): void {
    for (const buffer of this.#buffers.splice(0)) this.#executor.release(buffer)
  }
}
