import { bufferBytes, type Executor } from './engine.js'
import { LloydError } from './error.js'
import type { EngineBuffer } from './kernel.js'

/** An executor whose released buffers are kept for the next that asks, for work that comes again frame by frame. */
export interface PooledExecutor extends Executor {
  /** Frees what is kept and not in use. */
  releasePool(): void
}

/**
 * The same executor with a pool of buffers. A buffer is a part of one that is kept, at most half of it waste; the CPU
 * executor allocates as ever, where memory costs no more than its zeros.
 */
export function poolBuffers(executor: Executor): PooledExecutor {
  const pool = new BufferPool(executor)
  const own: Partial<PooledExecutor> =
    executor.backend === 'cpu'
      ? { releasePool() {} }
      : {
          allocate: (label, bytes) => pool.allocate(label, bytes),
          upload: (label, data) => pool.upload(label, data),
          release: (buffer) => pool.release(buffer),
          releasePool: () => pool.releaseFree(),
        }
  return new Proxy(executor as PooledExecutor, {
    get(target, name) {
      if (name in own) return own[name as keyof PooledExecutor]
      const value = target[name as keyof PooledExecutor]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

class BufferPool {
  readonly #executor: Executor
  #free: EngineBuffer[] = []
  /** The whole behind every part in use. */
  readonly #wholes = new Map<EngineBuffer, EngineBuffer>()

  constructor(executor: Executor) {
    this.#executor = executor
  }

  allocate(label: string, bytes: number): EngineBuffer {
    const { buffer, used } = this.#take(label, bytes)
    if (used) this.#executor.clear(buffer)
    return buffer
  }

  upload(label: string, data: ArrayBufferView<ArrayBuffer>): EngineBuffer {
    const { buffer } = this.#take(label, data.byteLength)
    this.#executor.write(buffer, data)
    return buffer
  }

  release(buffer: EngineBuffer): void {
    const whole = this.#wholes.get(buffer)
    if (!whole) return
    this.#wholes.delete(buffer)
    this.#free.push(whole)
  }

  releaseFree(): void {
    for (const whole of this.#free.splice(0)) this.#executor.release(whole)
  }

  #take(label: string, bytes: number): { buffer: EngineBuffer; used: boolean } {
    const size = bufferBytes(bytes)
    const fitting = this.#free.filter((whole) => whole.size >= size && whole.size <= Math.max(2 * size, 256))
    const kept = fitting.reduce<EngineBuffer | null>(
      (least, whole) => (least && least.size <= whole.size ? least : whole),
      null,
    )
    if (kept) this.#free = this.#free.filter((whole) => whole !== kept)
    const whole = kept ?? this.#allocateWhole(label, size)
    const gpu = this.#executor.bufferOf(whole) as GPUBuffer
    const buffer = this.#executor.borrow(label, gpu, 0, size)
    this.#wholes.set(buffer, whole)
    return { buffer, used: kept !== null }
  }

  /** Sizes that go with the colours of a frame differ from frame to frame: with room for a quarter more. */
  #allocateWhole(label: string, size: number): EngineBuffer {
    const executor = this.#executor
    const step = 2 ** Math.max(2, Math.floor(Math.log2(size)) - 2)
    const roomy = Math.min(Math.ceil(size / step) * step, Math.max(size, executor.maxBufferBytes))
    try {
      return executor.allocate(label, roomy)
    } catch (error) {
      if (!(error instanceof LloydError && error.code === 'OutOfMemoryError') || this.#free.length === 0) throw error
      this.releaseFree()
      return executor.allocate(label, size)
    }
  }
}
