/** Points and layers wider than anything that is clustered: only the device limits them. */
import {
  type Autoencoder,
  type AutoencoderOptions,
  adam,
  conv2d,
  createAutoencoder,
  createClassifier,
  dense,
  type Engine,
  kmeans,
  upsample2d,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { fillMatrix, rowsOf, seededRandom, sourceOf } from '../support/datasets'
import { testEngines } from '../support/engines'

const engines = await testEngines()
const [cpu, ...gpus] = engines
const images = (rows: number, numbers: number) => {
  const random = seededRandom(numbers)
  return fillMatrix(rows, numbers, () => random())
}
const wide: [string, AutoencoderOptions][] = [
  ['[64, 64, 3]', { inputs: [64, 64, 3], encoder: [conv2d(4, { size: 4, stride: 8, activation: 'relu' }), dense(3)] }],
  ['5000', { inputs: 5000, encoder: [dense(4, 'tanh')], variational: false, sparsity: 0.01 }],
  [
    '[64, 64, 1], with 131 072 numbers in between',
    { inputs: [64, 64, 1], encoder: [conv2d(32, { size: 1, activation: 'relu' }), conv2d(1, { size: 2, stride: 16 })] },
  ],
]

/** Trains a network and returns what it does with its points. */
async function learn(engine: Engine, options: AutoencoderOptions) {
  const numbers = typeof options.inputs === 'number' ? options.inputs : options.inputs.reduce((a, b) => a * b)
  const points = images(4, numbers)
  const made = await createAutoencoder(engine, { ...options, seed: 2 })
  try {
    const { loss } = await made.fit(points, { epochs: 2, batchSize: 2 })
    const { loss: after } = await made.gradients(points)
    const results = { loss, after, codes: await made.encode(points), errors: await made.errors(points) }
    expect(await made.encode(rowsOf(points))).toEqual(results.codes)
    expect(await made.encode(sourceOf(points, [3]))).toEqual(results.codes)
    return results
  } finally {
    made.destroy()
  }
}

test.each(wide)('points of %s are learned alike on every engine', async (_, options) => {
  const twin = await learn(cpu.engine, options)
  expect(twin.codes.rows).toBe(4)
  for (const { engine } of gpus.slice(0, 1)) {
    const own = await learn(engine, options)
    for (const [i, loss] of twin.loss.entries()) expect(own.loss[i] / loss).toBeCloseTo(1, 4)
    expect(own.after / twin.after).toBeCloseTo(1, 3)
  }
})

test('codes and noise of more than 4096 numbers are taken', async () => {
  const made = await createAutoencoder(cpu.engine, { inputs: 2, encoder: [dense(4100)], variational: { beta: 1 } })
  const epsilon = fillMatrix(1, 4100, () => 0)
  expect((await made.gradients([[1, 2]], { epsilon })).loss).toBeGreaterThan(0)
  expect((await made.decode(fillMatrix(2, 4100, () => 1))).columns).toBe(2)
  made.destroy()
})

test('a classifier takes points of 65 536 columns', async () => {
  const points = fillMatrix(4, 65_536, (row, column) => (column === 60_000 ? 2 * (row % 2) - 1 : 0))
  const made = await createClassifier(gpus[0].engine, { inputs: 65_536, classes: 2 })
  await made.fit(points, [0, 1, 0, 1], { epochs: 10, optimizer: adam({ learningRate: 0.5 }) })
  expect([...(await made.predict(points))]).toEqual([0, 1, 0, 1])
  made.destroy()
})

describe.each(engines)('beyond what $name binds', ({ engine }) => {
  const { maxBufferBytes } = engine as Executor

  test('a layer is refused, with its size and the limit', async () => {
    const filters = Math.floor(maxBufferBytes / (4 * 64 * 64)) + 1
    const create = createAutoencoder(engine, { inputs: [64, 64, 1], encoder: [conv2d(filters, { size: 1 })] })
    const message = new RegExp(`64 × 64 × ${filters} .*(binds at most ${maxBufferBytes}; use smaller|are possible)`)
    await expect(create).rejects.toMatchObject({ code: 'InputError', message: expect.stringMatching(message) })
  })

  test('a batch is refused, with one that fits', async () => {
    const fitting = Math.floor(maxBufferBytes / (4 * 64 * 64))
    const points = fillMatrix(fitting + 1, 1, () => 1)
    const made: Autoencoder = await createAutoencoder(engine, {
      inputs: [1, 1, 1],
      encoder: [upsample2d(64), dense(1)],
    })
    const run = made.fit(points, { epochs: 1, batchSize: 2 ** 20 })
    await expect(run).rejects.toMatchObject({ code: 'InputError' })
    await expect(run).rejects.toThrow(`binds at most ${maxBufferBytes}; use a batchSize of at most ${fitting}`)
    made.destroy()
    expect((engine as Executor).allocatedBytes).toBe(0)
  })
})

test('k-means keeps its limit of columns', async () => {
  const points = fillMatrix(2, 4097, () => 1)
  for (const given of [points, rowsOf(points), sourceOf(points, [1])]) {
    await expect(kmeans(cpu.engine, given, { k: 1 })).rejects.toThrow(
      'points.columns must be an integer from 1 to 4096',
    )
  }
})
