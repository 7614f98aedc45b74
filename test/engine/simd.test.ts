/** The CPU executor with SIMD: its memory, and what it does where there is none. */
import os from 'node:os'
import { Worker } from 'node:worker_threads'
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

/**
 * Threads whose function `f(scratch, from, end)` in a worker writes 1 at `from` and then does what the instructions say; in the
 * caller it notes `from`, and at 0 it waits until the worker has written.
 */
async function threadsOf(instructions: string, waits = true) {
  const body = `2001 0440 2001 4101 360200 ${instructions} 0b 0b`.replaceAll(' ', '')
  const hex = (value: number) => value.toString(16).padStart(2, '0')
  const code = `0a${hex(body.length / 2 + 3)}01${hex(body.length / 2 + 1)}00${body}`
  const head = '0061736d01000000 01070160037f7f7f00 02100103656e76066d656d6f727902030101 03020100 0705010166 0000'
  const module = await WebAssembly.compile(Buffer.from(head.replaceAll(' ', '') + code, 'hex'))
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const written = new Uint8Array(memory.buffer)
  const taken: number[] = []
  const f = (_: number, from: number) => {
    taken.push(from)
    while (waits && from === 0 && !Atomics.load(written, 1));
    written[1] = 0
    return 0
  }
  const workers: Worker[] = []
  const { unref } = Worker.prototype
  vi.spyOn(Worker.prototype, 'unref').mockImplementation(function (this: Worker) {
    workers.push(this)
    unref.call(this)
  })
  const threads = new Threads(module, memory, { f }, 2)
  const items = { first: 0, end: 2, work: 2 ** 28, align: 1 }
  await vi.waitUntil(() => threads.partsOf(items) === 2, { timeout: 300_000 })
  return { threads, taken, workers, call: (parts = 2) => threads.call('f', items, parts, 0, 0, []) }
}

it('throws where a worker fails, now and at the next call', async () => {
  const { threads, call } = await threadsOf('00')
  for (let time = 0; time < 2; time++) expect(() => call()).toThrow('f failed in a worker')
  expect(() => threads.call('f', { first: 2, end: 3, work: 1, align: 1 }, 1, 0, 0, [])).not.toThrow()
  threads.end()
})

it('throws where a worker does not end', async () => {
  const { threads, call } = await threadsOf('03400c000b')
  let clock = 1
  vi.spyOn(performance, 'now').mockImplementation(() => (clock = 2 * clock + 1))
  expect(() => call()).toThrow('f did not end in a worker')
  expect(threads.partsOf({ first: 0, end: 2, work: 2 ** 28, align: 1 })).toBe(1)
})

it('does without workers that have died', async () => {
  const { threads, taken, workers, call } = await threadsOf('00', false)
  await workers[0].terminate()
  call()
  expect(taken).toEqual([0, 1])
  threads.end()
})
