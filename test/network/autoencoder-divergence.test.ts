/** Runs that diverge stop with an error and sound weights, whatever the network; runs that are well do not. */
import {
  type AutoencoderOptions,
  adam,
  adamw,
  conv2d,
  createAutoencoder,
  createClassifier,
  dense,
  type FitOptions,
  type Layer,
  type Matrix,
  type Points,
  sgd,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import { fillMatrix, normalFrom, readDataset, rowsOf, seededRandom } from '../support/datasets'
import { testEngines } from '../support/engines'

/** The twins, and the adapter that a user would get. */
const engines = (await testEngines()).slice(0, 2)
const iris = readDataset('iris').points
const noise = (rows: number, columns: number, of: (random: () => number) => number) => {
  const random = seededRandom(rows)
  return fillMatrix(rows, columns, () => of(random))
}
const unit = (rows: number, columns: number) => noise(rows, columns, (random) => random())

/** The common part of an auto-encoder and a classifier. */
interface Network {
  fit(options: FitOptions): Promise<{ loss: number[] }>
  readParameters(): Promise<Record<string, Matrix>>
  destroy(): void
}

const rate = { learningRate: 1e6 }
const binary = 'binary-cross-entropy'
/** Each with its points, and an optimizer that is far too fast. */
const networks: [string, Points, Omit<AutoencoderOptions, 'inputs'>, FitOptions['optimizer']][] = [
  ['linear', iris, { encoder: [dense(2)] }, sgd(rate)],
  ['linear, AdamW', iris, { encoder: [dense(2)] }, adamw(rate)],
  ['rectified', iris, { encoder: [dense(8, 'relu'), dense(2)] }, adam(rate)],
  ['standardized', iris, { encoder: [dense(3, 'softplus')], standardize: true }, adam(rate)],
  ['sigmoid for binary cross-entropy', unit(40, 784), { encoder: [dense(32, 'sigmoid')], loss: binary }, adam(rate)],
  [
    'deep for binary cross-entropy',
    unit(40, 784),
    { encoder: [dense(64, 'tanh'), dense(16)], loss: binary },
    adam(rate),
  ],
  ['small for binary cross-entropy', unit(150, 4), { encoder: [dense(3, 'relu')], loss: binary }, adam(rate)],
  ['small for binary cross-entropy, SGD', unit(150, 4), { encoder: [dense(3, 'relu')], loss: binary }, sgd(rate)],
  ['for cross-entropy', unit(50, 7), { encoder: [dense(3, 'tanh')], loss: 'cross-entropy' }, adam(rate)],
  ['with outputs that saturate', unit(50, 7), { encoder: [dense(3)], decoder: [dense(7, 'sigmoid')] }, adam(rate)],
  ['saturated throughout', unit(50, 7), { encoder: [dense(3, 'tanh')], decoder: [dense(7, 'softmax')] }, adam(rate)],
  ['variational', iris, { encoder: [dense(2)], variational: { beta: 1 } }, adam(rate)],
  ['sparse', iris, { encoder: [dense(9, 'relu')], sparsity: 0.1 }, adam(rate)],
]

describe.each(engines)('on $name', ({ engine }) => {
  async function expectDivergence(network: Network, settings: FitOptions, message: RegExp): Promise<void> {
    const before = await network.readParameters()
    await expect(network.fit(settings)).rejects.toMatchObject({
      code: 'DivergenceError',
      message: expect.stringMatching(message),
    })
    expect(await network.readParameters()).toEqual(before)
    network.destroy()
  }
  const message = /in epoch 1: .* at learningRate 1000000; .* before training/

  async function autoencoder(points: Points, options: Omit<AutoencoderOptions, 'inputs'>): Promise<Network> {
    const inputs = (points as Matrix).columns
    const made = await createAutoencoder(engine, { inputs, seed: 3, ...options })
    return {
      fit: (settings) => made.fit(points, settings),
      readParameters: () => made.readParameters(),
      destroy: () => made.destroy(),
    }
  }

  test.each(networks)('a network %s stops', async (_, points, options, optimizer) => {
    await expectDivergence(await autoencoder(points, options), { epochs: 5, optimizer }, message)
    // One step, and nothing after it whose loss could show what it did.
    const whole = { epochs: 1, batchSize: 200, optimizer }
    await expectDivergence(await autoencoder(points, options), whole, message)
    const validated = { epochs: 1, batchSize: 200, optimizer, validation: 0.2 }
    await expectDivergence(await autoencoder(points, options), validated, message)
  })

  test.each([[[]], [[dense(5, 'sigmoid')]], [[conv2d(2, { size: 5, stride: 4, activation: 'relu' })]]] as Layer[][][])(
    'a classifier stops, with %o',
    async (layers) => {
      const points = noise(300, 784, (random) => 3 * normalFrom(random))
      const labels = Array.from({ length: 300 }, (_, row) => row % 10)
      for (const batchSize of [32, 300]) {
        const made = await createClassifier(engine, { inputs: [28, 28, 1], classes: 10, layers, standardize: true })
        const network = {
          fit: (settings: FitOptions) => made.fit(points, labels, settings as never),
          readParameters: () => made.readParameters(),
          destroy: () => made.destroy(),
        }
        await expectDivergence(network, { epochs: 2, batchSize, optimizer: adam(rate) }, message)
      }
    },
  )

  test('the last of several steps is judged too, by weights and by loss', async () => {
    for (const [spike, learningRate] of [
      [1e9, 1e7],
      [1e5, 1e3],
    ]) {
      const schedule = (epoch: number) => (epoch === 4 ? spike : 1)
      const settings = { batchSize: 150, optimizer: sgd({ learningRate: 0.01 }), clipNorm: 1, schedule }
      const steady = await autoencoder(iris, { encoder: [dense(2)] })
      await steady.fit({ ...settings, epochs: 4 })
      const network = await autoencoder(iris, { encoder: [dense(2)] })
      const run = network.fit({ ...settings, epochs: 5 })
      await expect(run).rejects.toThrow(
        new RegExp(`in epoch 5: .* learningRate ${learningRate} \\(0.01 times ${spike} by`),
      )
      await expect(run).rejects.toThrow('as they were after epoch 4')
      expect(await network.readParameters()).toEqual(await steady.readParameters())
      network.destroy()
      steady.destroy()
    }
  })

  test('data far below 1 or above are no divergence, nor are columns too small to be scaled', async () => {
    const losses = async (
      points: Matrix,
      options: Omit<AutoencoderOptions, 'inputs'>,
      settings?: Partial<FitOptions>,
    ) => {
      const network = await autoencoder(points, options)
      const { loss } = await network.fit({ epochs: 3, ...settings })
      network.destroy()
      return loss
    }
    const tiny = noise(3200, 4, (random) => 1e-9 * normalFrom(random))
    expect(await losses(tiny, { encoder: [dense(2)] })).toHaveLength(3)
    const huge = noise(100, 4, (random) => 1e9 * (1 + random()))
    expect((await losses(huge, { encoder: [dense(2)] })).every(Number.isFinite)).toBe(true)
    for (const smallest of [1e-42, 1e-38, 1e-30]) {
      const denormal = fillMatrix(60, 2, (row, column) => (column === 0 ? smallest * row : (row % 7) / 7))
      for (const points of [denormal, fillMatrix(60, 1, (row) => smallest * row)]) {
        const loss = await losses(points, { encoder: [dense(1)], standardize: true })
        expect(loss.every((value) => value < 100)).toBe(true)
      }
    }
  })

  test('weights that were large before may stay so', async () => {
    const made = await createAutoencoder(engine, { inputs: 4, encoder: [dense(2)] })
    const bias = { data: Float32Array.of(1e8, 2e8, 0, 0), rows: 1, columns: 4 }
    made.writeParameters({ 'decoder.0.bias': bias })
    expect((await made.fit(iris, { epochs: 2 })).epochs).toBe(2)
    expect(rowsOf(await made.reconstruct(iris))[0][0]).toBeGreaterThan(1e7)
    made.destroy()
  })
})
