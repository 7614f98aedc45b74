import type { BindingKind, Buffers, EngineBuffer, Kernel } from '../kernel.js'
import type { Traits } from '../traits.js'
import { CPU_TRAITS, type CpuBuffer, CpuEngine } from './cpu-engine.js'
import type { Implementation } from './implementations.js'
import { type SharedItems, Threads } from './threads.js'
import { WasmMemory } from './wasm-memory.js'

/** The functions of a module instance. */
export type WasmExports = Readonly<Record<string, (...numbers: number[]) => number>>

/** What implementations in WebAssembly work with. */
export interface SimdHost {
  readonly exports: WasmExports
  /** Views of the memory. They are detached by the next `scratch`. */
  readonly memory: WasmMemory
  /** The greatest number of threads that share a call. */
  readonly threads: number
  /** Does `work` with the address of `bytes` bytes, which hold anything. */
  scratch(bytes: number, work: (address: number) => void): void
  /**
   * Calls the function `name` for the items `first` to `end` − 1, in several threads where that pays, each with an address of
   * `scratchBytes`, its first item, the end of its items, and `rest`.
   */
  share(name: string, items: SharedItems, scratchBytes: number, ...rest: number[]): void
  /** Ends the threads. */
  end(): void
}

/** An implementation of a kernel on the addresses of its buffers in the module's memory. */
export type SimdImplementation<K extends Pick<Kernel, 'parameters' | 'bindings' | 'flags'> = Kernel> = (
  host: SimdHost,
  parameters: Record<keyof K['parameters'], number>,
  at: Record<keyof K['bindings'], number>,
  flags: Record<keyof K['flags'], boolean>,
) => void

/** A compiled module and the implementations that call it, by the names of their kernels. */
export interface SimdModule {
  /** Imports `env.memory`, shared if there are several threads. */
  module: WebAssembly.Module
  threads: number
  implementations: ReadonlyMap<string, SimdImplementation>
}

/** Memory that an engine without buffers keeps, in bytes; a larger one is left to the garbage collector. */
const KEPT_BYTES = 2 ** 26
/** Multiply-adds of a piece of work: some milliseconds with SIMD. */
const BUDGET = 2 ** 24

/** A buffer in the memory of a module. */
class MemoryBuffer implements CpuBuffer {
  constructor(
    readonly label: string,
    readonly size: number,
    readonly memory: WasmMemory,
    public address: number,
    private readonly freed: () => void,
  ) {}

  get bytes(): Uint8Array<ArrayBuffer> | null {
    return this.address ? this.memory.bytes(this.address, this.size) : null
  }

  set bytes(_: null) {
    this.memory.free(this.address, this.size)
    this.address = 0
    this.freed()
  }
}

/**
 * The CPU executor whose buffers are in the memory of a WebAssembly module, so that implementations with SIMD use them in
 * place. Buffers beyond its 4 GiB are ordinary arrays, and kernels that use one run as their twins.
 */
export class SimdEngine extends CpuEngine {
  override readonly traits: Traits = { ...CPU_TRAITS, vectors: true }
  readonly #module: SimdModule
  readonly #simd: ReadonlyMap<string, SimdImplementation>
  readonly #onRefused: () => void
  #host: SimdHost | null = null

  /** `implementations` of plain arrays come before those of the module. */
  constructor(
    module: SimdModule,
    memoryLimit?: number,
    passedOver?: string,
    implementations: ReadonlyMap<string, Implementation> = new Map(),
  ) {
    const own = new Map(implementations)
    super(memoryLimit, passedOver, own)
    const description = `${this.adapter.description}, with SIMD`
    this.adapter.description = description + (module.threads > 1 ? ` in up to ${module.threads} threads` : '')
    this.#onRefused = () => {
      this.adapter.description = `${description} in one thread: this host or the page's policy refuses workers`
    }
    this.#module = module
    this.#simd = new Map([...module.implementations].filter(([name]) => !own.has(name)))
    for (const [name, implementation] of this.#simd) {
      own.set(name, (parameters, arrays, flags) => {
        const addresses = Object.entries(arrays).map(([binding, { byteOffset }]) => [binding, byteOffset])
        implementation(this.#host!, parameters, Object.fromEntries(addresses), flags)
      })
    }
    this.pace.budget = BUDGET
  }

  protected override create(label: string, size: number): CpuBuffer {
    this.#host ??= hostOf(this.#module, this.#onRefused)
    const { memory } = this.#host
    const address = memory.allocate(size)
    if (address === 0) return super.create(label, size)
    return new MemoryBuffer(label, size, memory, address, () => {
      if (memory.isEmpty && memory.memory.buffer.byteLength > KEPT_BYTES) this.#leave()
    })
  }

  override destroy(): void {
    super.destroy()
    this.#host?.end()
  }

  #leave(): void {
    this.#host?.end()
    this.#host = null
  }

  protected override implementationOf(kernel: Kernel, buffers: Buffers<Record<string, BindingKind>>): Implementation {
    const beyond =
      this.#simd.has(kernel.name) && Object.keys(kernel.bindings).some((name) => !isInMemory(buffers[name]))
    return beyond ? kernel.twin : super.implementationOf(kernel, buffers)
  }
}

const isInMemory = (buffer: EngineBuffer): boolean => buffer instanceof MemoryBuffer

/** A new instance of a module, with a memory and threads of its own. */
export function hostOf({ module, threads: count }: SimdModule, onRefused: () => void = () => {}): SimdHost {
  const memory = new WasmMemory(count > 1)
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } })
  const functions = exports as WasmExports
  const threads = count > 1 ? new Threads(module, memory.memory, functions, count, onRefused) : null
  const scratch = (bytes: number, work: (address: number) => void): void => {
    const address = memory.allocate(bytes, true)
    if (address === 0) throw new RangeError(`${bytes} bytes of scratch memory`)
    try {
      work(address)
    } finally {
      memory.free(address, bytes)
    }
  }
  return {
    exports: functions,
    memory,
    threads: count,
    scratch,
    share(name, items, scratchBytes, ...rest) {
      const parts = threads?.partsOf(items) ?? 1
      const bytes = 64 * Math.ceil(scratchBytes / 64)
      scratch((parts > 1 ? count : 1) * bytes, (address) => {
        if (threads) threads.call(name, items, parts, address, bytes, rest)
        else functions[name](address, items.first, items.end, ...rest)
      })
    },
    end: () => threads?.end(),
  }
}
