import {
  type Autoencoder,
  adam,
  adamw,
  createAutoencoder,
  dense,
  type GpuMatrix,
  kmeans,
  type Matrix,
  sgd,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { matrixOf, readDataset, rowsOf } from '../support/datasets'
import { type TestEngine, testEngines } from '../support/engines'

const engines: TestEngine[] = await testEngines()
const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)

describe.each(engines)('an auto-encoder on $name', ({ engine, name }) => {
  const slow = /swiftshader/i.test(name)

  async function withAutoencoder<T>(
    options: Parameters<typeof createAutoencoder>[1],
    work: (autoencoder: Autoencoder) => Promise<T>,
  ): Promise<T> {
    const held = (engine as Executor).allocatedBytes
    const autoencoder = await createAutoencoder(engine, options)
    try {
      return await work(autoencoder)
    } finally {
      autoencoder.destroy()
      expect((engine as Executor).allocatedBytes).toBe(held)
    }
  }

  test("gives the lecture's loss and gradients", async () => {
    await withAutoencoder({ inputs: 2, encoder: [dense(1)] }, async (autoencoder) => {
      autoencoder.writeParameters({
        'encoder.0.weight': matrixOf([[1], [0.5]]),
        'encoder.0.bias': matrixOf([[0]]),
        'decoder.0.weight': matrixOf([[0.5, 1]]),
        'decoder.0.bias': matrixOf([[0, 0]]),
      })
      const { loss, gradients } = await autoencoder.gradients([[1, 0]])
      expect(loss).toBe(1.25)
      expect(rowsOf(gradients['encoder.0.bias'])).toEqual([[1.5]])
      expect(rowsOf(gradients['encoder.0.weight'])).toEqual([[1.5], [0]])
      expect(rowsOf(gradients['decoder.0.bias'])).toEqual([[-1, 2]])
      expect(rowsOf(gradients['decoder.0.weight'])).toEqual([[-1, 2]])

      const perfect = await autoencoder.gradients([[1, 2]])
      expect(perfect.loss).toBe(0)
      for (const { data } of Object.values(perfect.gradients)) expect(data.every((value) => value === 0)).toBe(true)

      const both = await autoencoder.gradients(
        matrixOf([
          [1, 0],
          [1, 2],
        ]),
      )
      expect(both.loss).toBe(0.625)
      expect(rowsOf(both.gradients['encoder.0.weight'])).toEqual([[0.75], [0]])
      expect(rowsOf(await autoencoder.reconstruct([[1, 0]]))).toEqual([[0.5, 1]])
      expect(rowsOf(await autoencoder.encode([[3, 4]]))).toEqual([[5]])
      expect(rowsOf(await autoencoder.decode([[4]]))).toEqual([[2, 4]])
      expect([
        ...(await autoencoder.errors([
          [1, 0],
          [1, 2],
        ])),
      ]).toEqual([1.25, 0])
    })
  })

  test('comes to principal components of iris, from above', async () => {
    const { points } = readDataset('iris')
    // PCA's summed squared error: no linear auto-encoder can go below.
    for (const [units, bound] of slow
      ? [[2, 15.2046444]]
      : [
          [1, 51.3625858],
          [2, 15.2046444],
        ]) {
      await withAutoencoder(
        { inputs: 4, encoder: [dense(units)], standardize: false, seed: 3 },
        async (autoencoder) => {
          const { loss } = await autoencoder.fit(points, {
            epochs: 1000,
            batchSize: 75,
            optimizer: adam({ learningRate: 0.1, beta2: 0.99 }),
            schedule: 'cosine',
          })
          expect(loss.length).toBe(1000)
          const error = sum(await autoencoder.errors(points))
          expect(error).toBeGreaterThan(bound * (1 - 1e-5))
          expect(error).toBeLessThan(bound * 1.001)
        },
      )
    }
  })

  test('refuses what is not finite, with its place, before it learns anything', async () => {
    await withAutoencoder({ inputs: 2, encoder: [dense(1)] }, async (autoencoder) => {
      const before = await autoencoder.readParameters()
      const fit = autoencoder.fit(
        [
          [1, 2],
          [3, Number.NaN],
        ],
        { epochs: 3 },
      )
      await expect(fit).rejects.toThrow('points has NaN in row 1, column 1')
      await expect(autoencoder.fit([[1, 2, 3]], { epochs: 1 })).rejects.toThrow('3 columns; this network takes 2')
      expect(await autoencoder.readParameters()).toEqual(before)
    })
  })

  test('stops a run that diverges, with the weights as they last were', async () => {
    const { points } = readDataset('iris')
    // Adam's steps are of one length, so its numbers need not become infinite.
    for (const [optimizer, encoder] of [
      [sgd({ learningRate: 1e6 }), [dense(3), dense(2)]],
      [adam({ learningRate: 1e30 }), [dense(3), dense(2)]],
      [adam({ learningRate: 1e6 }), [dense(2)]],
      [adam({ learningRate: 1e6 }), [dense(8, 'sigmoid'), dense(2)]],
    ] as const) {
      await withAutoencoder({ inputs: 4, encoder, seed: 3 }, async (autoencoder) => {
        await autoencoder.fit(points, { epochs: 2 })
        const before = await autoencoder.readParameters()
        const losses: number[] = []
        const run = autoencoder.fit(points, { epochs: 50, optimizer, onEpoch: ({ loss }) => losses.push(loss) })
        await expect(run).rejects.toMatchObject({ code: 'DivergenceError', message: expect.stringMatching(/epoch 1:/) })
        expect(losses).toEqual([])
        expect(await autoencoder.readParameters()).toEqual(before)
        // The loss of an epoch of one step is from before that step; the weights after it are judged as well.
        const whole = autoencoder.fit(points, { epochs: 50, batchSize: 150, optimizer })
        await expect(whole).rejects.toThrow(/epoch 1:.* as they were before training/)
        expect(await autoencoder.readParameters()).toEqual(before)
      })
    }
  })

  test('leaves codes on the device for kmeans', async () => {
    const { points } = readDataset('iris')
    await withAutoencoder({ inputs: 4, encoder: [dense(2)], standardize: true }, async (autoencoder) => {
      await autoencoder.fit(points, { epochs: 20, optimizer: adamw({ learningRate: 0.01 }) })
      if (engine.backend === 'cpu') {
        await expect(autoencoder.encode(points, { output: 'gpu' })).rejects.toThrow(
          "output 'gpu' needs an engine on WebGPU",
        )
        return
      }
      const codes: GpuMatrix = await autoencoder.encode(points, { output: 'gpu' })
      const plain: Matrix = await autoencoder.encode(points)
      expect(codes).toMatchObject({ rows: 150, columns: 2 })
      const onDevice = await kmeans(engine, codes, { k: 3 })
      expect(onDevice).toEqual(await kmeans(engine, plain, { k: 3 }))
      const decoded = await autoencoder.decode(codes, { output: 'gpu' })
      expect(await kmeans(engine, decoded, { k: 2 })).toEqual(
        await kmeans(engine, await autoencoder.reconstruct(points), { k: 2 }),
      )
      codes.buffer.destroy()
      decoded.buffer.destroy()
    })
  })

  test('learns the same from the same seed', async () => {
    const { points } = readDataset('iris')
    const learn = (seed: number) =>
      withAutoencoder({ inputs: 4, encoder: [dense(3, 'tanh'), dense(2)], seed }, async (autoencoder) => {
        const { loss } = await autoencoder.fit(points, { epochs: 3, validation: 0.2 })
        return { loss, parameters: await autoencoder.readParameters() }
      })
    const first = await learn(5)
    expect(await learn(5)).toEqual(first)
    expect((await learn(6)).loss).not.toEqual(first.loss)
  })
})
