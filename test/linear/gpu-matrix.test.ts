/** Matrices on the GPU that cannot be used are refused as input errors. */
import { assign, createAutoencoder, createEngine, dense, type GpuMatrix, kmeans, multiply } from 'lloyd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { testEngines } from '../support/engines'

const [, ...gpus] = await testEngines()
const [STORAGE, MAP_WRITE, COPY_SRC] = [0x80, 0x2, 0x4]
const [rows, columns] = [4, 2]
const size = 4 * rows * columns

describe.each(gpus)('a matrix on $name', ({ engine }) => {
  const device = engine.device as GPUDevice
  const storage = (of: GPUDevice) => of.createBuffer({ size, usage: STORAGE })
  let foreign: Awaited<ReturnType<typeof createEngine>>
  beforeAll(async () => {
    foreign = await createEngine({ backend: 'webgpu' })
  })
  afterAll(() => foreign.destroy())

  test.each([
    [
      'destroyed',
      () => {
        const buffer = storage(device)
        buffer.destroy()
        return buffer
      },
    ],
    ["another device's", () => storage(foreign.device as GPUDevice)],
    ['no storage', () => device.createBuffer({ size, usage: MAP_WRITE | COPY_SRC })],
    ['no buffer', () => ({ size, usage: STORAGE }) as GPUBuffer],
    ['too small', () => device.createBuffer({ size: size - 4, usage: STORAGE })],
    ['mapped', () => device.createBuffer({ size, usage: STORAGE, mappedAtCreation: true })],
  ])('whose buffer is %s is refused', async (_, make) => {
    const matrix: GpuMatrix = { buffer: make(), rows, columns }
    const one = [[1, 2]]
    const network = await createAutoencoder(engine, { inputs: columns, encoder: [dense(1)] })
    const held = (engine as Executor).allocatedBytes
    for (const use of [
      () => kmeans(engine, matrix, { k: 1 }),
      () => kmeans(engine, [...one, ...one], { k: 1, init: matrix }),
      () => assign(engine, matrix, one),
      () => assign(engine, one, matrix),
      () => multiply(engine, matrix, matrix, { transposeB: true }),
      () => network.fit(matrix, { epochs: 1 }),
      () => network.encode(matrix),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: 'InputError' })
    }
    expect((engine as Executor).allocatedBytes).toBe(held)
    network.destroy()
    // The work that follows is not affected.
    expect([...(await assign(engine, one, one))]).toEqual([0])
  })
})
