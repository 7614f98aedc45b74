/** Reads that begin in one turn share a submit and a map. */
import { createEngine } from 'lloyd'
import { expect, test, vi } from 'vitest'
import { type Executor, executorOf, gpuBufferOf } from '../../src/engine/engine.js'

const makeExecutor = async () => executorOf(await createEngine({ backend: 'webgpu' }))

function numbers(executor: Executor, count: number, first: number) {
  const data = Uint32Array.from({ length: count }, (_, i) => first + i)
  return { data, buffer: executor.upload('numbers', data) }
}

test('small ones take one submit, and each its own bytes', async () => {
  const executor = await makeExecutor()
  const device = executor.device as GPUDevice
  const all = [1, 3, 64, 1000].map((count) => numbers(executor, count, 1000 * count))
  const submit = vi.spyOn(device.queue, 'submit')
  const part = executor.read(all[3].buffer, 40, 400)
  const into = new Uint8Array(10) // no multiple of 4
  const results = await Promise.all(all.map(({ buffer }) => executor.read(buffer)))
  await executor.readInto(all[1].buffer, into)
  expect(results.map((bytes) => new Uint32Array(bytes))).toEqual(all.map(({ data }) => data))
  expect(new Uint32Array(await part)).toEqual(all[3].data.subarray(10, 110))
  expect(into).toEqual(new Uint8Array(all[1].data.buffer, 0, 10))
  expect(submit).toHaveBeenCalledTimes(2)
  executor.destroy()
})

test('more than a shared buffer holds goes into several', async () => {
  const executor = await makeExecutor()
  // 16 384 words fill it.
  const all = [16_000, 300, 84, 1, 16_384, 100_000, 16_383, 1].map((count, i) => numbers(executor, count, i))
  for (let round = 0; round < 2; round++) {
    const results = await Promise.all(all.map(({ buffer }) => executor.read(buffer)))
    expect(results.map((bytes) => new Uint32Array(bytes))).toEqual(all.map(({ data }) => data))
  }
  executor.destroy()
})

test('a read gives what is there when it begins, whatever comes after it in the same turn', async () => {
  const executor = await makeExecutor()
  const { data, buffer } = numbers(executor, 100, 7)
  const before = executor.read(buffer)
  executor.write(buffer, new Uint32Array(100).fill(1))
  const written = executor.read(buffer)
  executor.clear(buffer)
  const cleared = executor.read(buffer)
  executor.release(buffer)
  const next = executor.upload('next', new Uint32Array(100).fill(5))
  const [a, b, c, d] = (await Promise.all([before, written, cleared, executor.read(next)])).map(
    (bytes) => new Uint32Array(bytes),
  )
  expect(a).toEqual(data)
  expect(b).toEqual(new Uint32Array(100).fill(1))
  expect(c).toEqual(new Uint32Array(100))
  expect(d).toEqual(new Uint32Array(100).fill(5))
  executor.destroy()
})

test("a read of a caller's buffer comes before the caller's next commands", async () => {
  const executor = await makeExecutor()
  const { queue } = executor.device as GPUDevice
  const own = (executor.device as GPUDevice).createBuffer({ size: 16, usage: 0x80 | 0x4 | 0x8 })
  queue.writeBuffer(own, 0, new Uint32Array(4).fill(1))
  const borrowed = executor.read(executor.borrow('own', own, 0, 16))
  const fresh = executor.allocate('fresh', 16, true)
  const zeros = executor.read(fresh)
  queue.writeBuffer(own, 0, new Uint32Array(4).fill(2))
  queue.writeBuffer(gpuBufferOf(fresh) as GPUBuffer, 0, new Uint32Array(4).fill(2))
  own.destroy()
  expect(new Uint32Array(await borrowed)).toEqual(new Uint32Array(4).fill(1))
  expect(new Uint32Array(await zeros)).toEqual(new Uint32Array(4))
  executor.destroy()
})

test.each(['destroyed', 'lost'])('all of a turn fail where the device is %s meanwhile', async (how) => {
  const executor = await makeExecutor()
  const reads = [1, 2, 50_000].map((count) => executor.read(numbers(executor, count, 0).buffer))
  if (how === 'destroyed') executor.destroy()
  else (executor.device as GPUDevice).destroy()
  const results = await Promise.allSettled(reads)
  for (const result of results) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'DeviceLostError' } })
  }
  executor.destroy()
})

test('an error of one is told to all, and the next reads are right', async () => {
  const executor = await makeExecutor()
  const device = executor.device as GPUDevice
  const { data, buffer } = numbers(executor, 10, 0)
  // A buffer that commands cannot copy from.
  const gpu = device.createBuffer({ size: 16, usage: 0x80 })
  const large = numbers(executor, 20_000, 0)
  const results = await Promise.allSettled([
    executor.read(buffer),
    executor.read(large.buffer),
    executor.read(executor.borrow('unfit', gpu, 0, 16)),
    executor.read(buffer),
    executor.idle(),
  ])
  for (const { status } of results) expect(status).toBe('rejected')
  expect(new Uint32Array(await executor.read(buffer))).toEqual(data)
  executor.destroy()
})
