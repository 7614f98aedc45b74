/** Released buffers are kept a while for whoever asks next. */
import { createEngine, kmeans } from 'lloyd'
import { describe, expect, test, vi } from 'vitest'
import { type Executor, executorOf, gpuBufferOf } from '../../src/engine/engine.js'
import { BufferPool } from '../../src/engine/webgpu/buffer-pool.js'
import { detach } from '../../src/engine/webgpu/detach.js'

/** Counts the buffers that a device makes. */
function countBuffers(executor: Executor): () => number {
  const create = vi.spyOn(executor.device as GPUDevice, 'createBuffer')
  return () => create.mock.calls.length
}

describe('on WebGPU', () => {
  test('a buffer that was released comes again, as zeros or with the new data', async () => {
    const executor = executorOf(await createEngine({ backend: 'webgpu' }))
    const first = executor.upload('first', new Uint32Array(1000).fill(7))
    await executor.read(first) // a staging buffer as well
    executor.release(first)
    const made = countBuffers(executor)
    const second = executor.allocate('second', 3600) // up to a fifth less
    expect(new Uint32Array(await executor.read(second))).toEqual(new Uint32Array(900))
    expect(executor.allocatedBytes).toBe(3600)
    executor.release(second)
    const third = executor.upload('third', new Uint32Array(1000).fill(9))
    expect(new Uint32Array(await executor.read(third))).toEqual(new Uint32Array(1000).fill(9))
    expect(made()).toBe(0)
    // What a caller encodes commands for, or takes away, is of its own and of its size.
    executor.release(third)
    expect(gpuBufferOf(executor.allocate('fresh', 4000, true))?.size).toBe(4000)
    const taken = executor.allocate('taken', 3600)
    executor.write(taken, new Uint32Array(900).fill(5))
    const buffer = detach(executor, taken)
    expect(buffer.size).toBe(3600)
    const part = executor.borrow('part', buffer, 0, 3600)
    expect(new Uint32Array(await executor.read(part))).toEqual(new Uint32Array(900).fill(5))
    buffer.destroy()
    executor.destroy()
  })

  test('a fit that comes again makes neither buffers nor bind groups', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    const data = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i))
    const cluster = (seed: number) =>
      kmeans(engine, { data, rows: 200, columns: 3 }, { k: 4, seed, maxIterations: 5, tolerance: 0 })
    for (let seed = 0; seed < 3; seed++) await cluster(seed)
    const made = countBuffers(executorOf(engine))
    const bind = vi.spyOn(engine.device as GPUDevice, 'createBindGroup')
    await cluster(3)
    expect(made()).toBe(0)
    expect(bind).not.toHaveBeenCalled()
    engine.destroy()
  })

  test('what is kept gives way to what the memory limit has no room for', async () => {
    const executor = executorOf(await createEngine({ backend: 'webgpu', memoryLimit: 10_000 }))
    executor.release(executor.allocate('small', 4000))
    const large = executor.allocate('large', 9000)
    expect(executor.allocatedBytes).toBe(9000)
    expect(() => executor.allocate('more', 2000)).toThrow(expect.objectContaining({ code: 'OutOfMemoryError' }))
    executor.release(large)
    executor.destroy()
  })
})

test('a pool keeps so many bytes for so long', () => {
  vi.useFakeTimers()
  try {
    const destroyed: number[] = []
    const pool = new BufferPool(({ size }) => destroyed.push(size))
    const buffer = (size: number, usage = 1) => ({ size, usage }) as GPUBuffer
    const kept = buffer(1000)
    pool.give(kept)
    expect(pool.take(1001, 1)).toBeNull()
    expect(pool.take(799, 1)).toBeNull() // a fifth of it would be waste
    expect(pool.take(1000, 2)).toBeNull() // of another usage
    expect(pool.take(900, 1)).toBe(kept)
    expect(pool.take(900, 1)).toBeNull()
    for (const size of [1, 2, 3]) pool.give(buffer(size * 2 ** 25))
    expect(destroyed).toEqual([2 ** 25, 2 ** 26]) // the oldest first, down to 128 MiB
    vi.advanceTimersByTime(9999)
    expect(destroyed).toHaveLength(2)
    vi.advanceTimersByTime(1)
    expect(destroyed).toEqual([2 ** 25, 2 ** 26, 3 * 2 ** 25])
  } finally {
    vi.useRealTimers()
  }
})
