/** The CPU executor with SIMD: its memory, and what it does where there is none. */
import { createEngine, kmeans } from 'lloyd'
import { afterEach, expect, it, vi } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
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
    expect(engine.adapter.description).toBe('CPU executor (no WebGPU), with SIMD')
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

it('says so where the host has no SIMD, and gives the same result', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
  const { makeSimdEngine } = await import('../../src/simd/load.js')
  const own = await import('lloyd')
  using without = await makeSimdEngine(Infinity, undefined, [], true)
  expect(without.adapter.description).toBe('CPU executor (no WebGPU), without SIMD')
  using engine = await createEngine({ backend: 'cpu' })
  expect(await own.kmeans(without, points, { k: 6, seed: 1 })).toEqual(await kmeans(engine, points, { k: 6, seed: 1 }))
})
