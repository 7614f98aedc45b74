/** The CPU executor with SIMD: its memory, and what it does where there is none. */
import os from 'node:os'
import { createEngine, kmeans } from 'lloyd'
import { afterEach, expect, it, vi } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { Threads } from '../../src/engine/host/threads.js'
import { WasmMemory } from '../../src/engine/host/wasm-memory.js'
import { seededRandom } from '../oracle/random'

const points = Array.from({ length: 300 }, (_, i) => [(Math.imul(i + 1, 2654435761) >>> 24) % 60, i % 7])

afterEach(() => vi.resetModules())

it('blocks are zeros, apart from each other, and leave one gap', () => {
  const memory = new WasmMemory()
  const random = seededRandom(1)
  const blocks: { address: number; bytes: number; mark: number }[] = []
  const free = () => {
    const [{ address, bytes, mark }] = blocks.splice(Math.floor(random() * blocks.length), 1)
    expect(memory.bytes(address, bytes).every((byte) => byte === mark)).toBe(true)
    memory.free(address, bytes)
  }
  for (let mark = 1; mark < 250; mark++) {
    const bytes = 4 * Math.ceil(random() ** 4 * 50_000)
    const address = memory.allocate(bytes)
    expect(address % 64).toBe(0)
    expect(memory.bytes(address, bytes).every((byte) => byte === 0)).toBe(true)
    memory.bytes(address, bytes).fill(mark)
    blocks.push({ address, bytes, mark })
    while (random() < 0.45 && blocks.length > 0) free()
  }
  while (blocks.length > 0) free()
  expect(memory.isEmpty).toBe(true)
})

it('refuses what does not fit', () => {
  const memory = new WasmMemory()
  expect(memory.allocate(2 ** 32)).toBe(0)
  expect(memory.allocate(8)).toBeGreaterThan(0)
})

it('kernels run as twins where a buffer is beyond the memory, with the same result', async () => {
  const results = []
  for (const beyond of ['', 'points', 'kmeans.labels', 'kmeans.']) {
    using engine = (await createEngine({ backend: 'cpu' })) as Executor
    expect(engine.adapter.description).toMatch(/^CPU executor \(no WebGPU\), with SIMD/)
    const { allocate } = WasmMemory.prototype
    const label = vi.spyOn(engine, 'allocate')
    vi.spyOn(WasmMemory.prototype, 'allocate').mockImplementation(function (this: WasmMemory, bytes) {
      const asked = label.mock.lastCall?.[0] ?? ''
      return beyond && asked.startsWith(beyond) ? 0 : allocate.call(this, bytes)
    })
    results.push(await kmeans(engine, points, { k: 6, seed: 1 }))
    expect(engine.allocatedBytes).toBe(0)
    vi.restoreAllMocks()
  }
  for (const result of results) expect(result).toEqual(results[0])
})

/** The engine and k-means in modules of their own, on a machine of so many cores. */
async function load(cores: number) {
  vi.resetModules()
  vi.spyOn(os, 'availableParallelism').mockReturnValue(cores)
  const { makeSimdEngine } = await import('../../src/simd/load.js')
  const { kmeans } = await import('../../src/clustering/kmeans/kmeans.js')
  return { engine: await makeSimdEngine(Infinity, undefined, [], true), kmeans }
}

it('says so where the host has no SIMD, and gives the same result', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
  const without = await load(4)
  expect(without.engine.adapter.description).toBe('CPU executor (no WebGPU), without SIMD')
  using engine = await createEngine({ backend: 'cpu' })
  const options = { k: 6, seed: 1 }
  expect(await without.kmeans(without.engine, points, options)).toEqual(await kmeans(engine, points, options))
})

it('threads share the work, with the same bytes', async () => {
  const random = seededRandom(2)
  const many = { data: Float32Array.from({ length: 9000 * 37 }, random), rows: 9000, columns: 37 }
  const results = []
  for (const cores of [1, 3]) {
    const { engine, kmeans } = await load(cores)
    expect(engine.adapter.description).toMatch(cores > 1 ? /with SIMD in up to 3 threads$/ : /with SIMD$/)
    const notify = vi.spyOn(Atomics, 'notify')
    // Until the workers are ready, one thread does it all.
    do results.push(await kmeans(engine, many, { k: 100, init: 'random', maxIterations: 5 }))
    while (cores > 1 && notify.mock.calls.length === 0)
    engine.destroy()
  }
  for (const result of results) expect(result).toEqual(results[0])
})

it('throws where a worker fails, now and at the next call', async () => {
  // f(scratch, from, end) of a module with env.memory: unreachable unless from is 0.
  const sections = [
    '0061736d01000000 01070160037f7f7f00 02100103656e76066d656d6f727902030101',
    '03020100 0705010166 0000 0a0a0108 002001044000 0b0b',
  ]
  const binary = Buffer.from(sections.join('').replaceAll(' ', ''), 'hex')
  const module = await WebAssembly.compile(binary)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
  const threads = new Threads(module, memory, exports as Record<string, () => number>, 2)
  const items = { first: 0, end: 2, work: 2 ** 28, align: 1 }
  await vi.waitUntil(() => threads.partsOf(items) === 2, { timeout: 300_000 })
  for (let time = 0; time < 2; time++) {
    expect(() => threads.call('f', items, 2, 0, 0, [])).toThrow('f failed in a worker')
  }
  expect(() => threads.call('f', items, 1, 0, 0, [])).not.toThrow()
  threads.end()
})
