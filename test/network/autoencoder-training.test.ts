/** Training of auto-encoders: properties of any run, and theoretical bounds. */
import {
  type Autoencoder,
  type AutoencoderOptions,
  adam,
  adamw,
  conv2d,
  createAutoencoder,
  dense,
  dropout,
  type FitOptions,
  sgd,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { klOracle, lossOracle } from '../oracle/autoencoder'
import { fillMatrix, matrixOf, normalFrom, readDataset, rowsOf, seededRandom } from '../support/datasets'
import { testEngines } from '../support/engines'

const engines = await testEngines()
const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)
const iris = readDataset('iris').points
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

describe.each(engines)('training on $name', ({ engine, name }) => {
  const slow = /swiftshader/i.test(name)
  const executor = engine as Executor

  /** An auto-encoder that leaves nothing behind. */
  async function withAutoencoder<T>(options: AutoencoderOptions, work: (made: Autoencoder) => Promise<T>): Promise<T> {
    const held = executor.allocatedBytes
    const autoencoder = await createAutoencoder(engine, options)
    try {
      return await work(autoencoder)
    } finally {
      autoencoder.destroy()
      expect(executor.allocatedBytes).toBe(held)
    }
  }

  test('a variational loss is the formula, for a batch and noise that are given', async () => {
    await withAutoencoder({ inputs: 2, encoder: [dense(2)], variational: { beta: 1 } }, async (autoencoder) => {
      // Whatever goes in, the code is N([1, 0], diag [1, 2]) and the reconstruction the code itself.
      autoencoder.writeParameters({
        'encoder.0.weight': fillMatrix(2, 4, () => 0),
        'encoder.0.bias': matrixOf([[1, 0, 0, Math.log(2)]]),
        'decoder.0.weight': matrixOf([
          [1, 0],
          [0, 1],
        ]),
      })
      const { loss, penalty } = await autoencoder.gradients([[3, 4]], { epsilon: [[0.5, -1]] })
      expect(penalty).toBeCloseTo(0.6534264097, 6)
      expect(klOracle([1, 0], [1, 2])).toBeCloseTo(0.6534264097, 9)
      expect(loss).toBeCloseTo((1.5 - 3) ** 2 + (-Math.SQRT2 - 4) ** 2 + 0.6534264097, 4)
      expect(rowsOf(await autoencoder.encode([[3, 4]]))).toEqual([[1, 0]])
    })
  })

  test('samples of a variational code come from its decoder, and repeat', async () => {
    const options = { inputs: 3, encoder: [dense(2)], variational: { beta: 1 } }
    await withAutoencoder(options, async (autoencoder) => {
      const samples = await autoencoder.sample(500, { seed: 4 })
      expect([samples.rows, samples.columns]).toEqual([500, 3])
      expect(await autoencoder.sample(500, { seed: 4 })).toEqual(samples)
      expect(await autoencoder.sample(500, { seed: 5 })).not.toEqual(samples)
      autoencoder.writeParameters({
        'decoder.0.weight': matrixOf([
          [1, 0, 2],
          [0, 1, 0],
        ]),
      })
      const { data } = await autoencoder.sample(20_000)
      const column = (c: number) => data.filter((_, i) => i % 3 === c)
      for (const [c, deviation] of [
        [0, 1],
        [1, 1],
        [2, 2],
      ]) {
        expect(Math.abs(sum(column(c)) / 20_000)).toBeLessThan(0.03 * deviation)
        expect(Math.sqrt(sum(column(c).map((value) => value * value)) / 20_000)).toBeCloseTo(deviation, 1)
      }
    })
    await withAutoencoder({ inputs: 3, encoder: [dense(2)] }, async (autoencoder) => {
      await expect(autoencoder.sample(3)).rejects.toThrow('only a variational auto-encoder')
    })
  })

  test('the loss of the first epoch with one batch is that of the first weights', async () => {
    for (const options of [
      { encoder: [dense(2, 'tanh')], sparsity: 0.3 },
      { encoder: [dense(3, 'relu'), dense(2)], decoder: [dense(4, 'sigmoid')] },
    ]) {
      await withAutoencoder({ inputs: 4, seed: 2, ...options }, async (autoencoder) => {
        const expected = lossOracle(autoencoder.architecture, await autoencoder.readParameters(), rowsOf(iris))
        const { loss, penalty } = await autoencoder.fit(iris, { epochs: 1, batchSize: 150 })
        expect(loss[0] / expected.loss).toBeCloseTo(1, 5)
        expect(Math.abs(penalty[0] - expected.penalty)).toBeLessThan(1e-5 * expected.loss)
      })
    }
  })

  test('one step moves the parameters as the optimizer says', async () => {
    const options = { inputs: 4, encoder: [dense(2)], seed: 6 }
    const steps: Record<string, (value: number, gradient: number, norm: number) => number> = {
      sgd: (value, gradient) => value - 0.01 * gradient,
      decayed: (value, gradient) => value - 0.01 * (gradient + 0.5 * value),
      clipped: (value, gradient, norm) => value - (0.01 * gradient * 2) / norm,
      // After one step both moments are the gradient's own, so that Adam moves by its sign.
      adam: (value, gradient) => value - (0.1 * gradient) / (Math.abs(gradient) + 1e-8),
      adamw: (value, gradient) => value - 0.1 * 0.2 * value - (0.1 * gradient) / (Math.abs(gradient) + 1e-8),
    }
    const fits: Record<string, Partial<FitOptions>> = {
      sgd: { optimizer: sgd({ learningRate: 0.01 }) },
      decayed: { optimizer: sgd({ learningRate: 0.01, weightDecay: 0.5 }) },
      clipped: { optimizer: sgd({ learningRate: 0.01 }), clipNorm: 2 },
      adam: { optimizer: adam({ learningRate: 0.1 }) },
      adamw: { optimizer: adamw({ learningRate: 0.1, weightDecay: 0.2 }) },
    }
    for (const [kind, move] of Object.entries(steps)) {
      await withAutoencoder(options, async (autoencoder) => {
        const before = await autoencoder.readParameters()
        const { gradients } = await autoencoder.gradients(iris)
        const norm = Math.sqrt(sum(Object.values(gradients).flatMap(({ data }) => Array.from(data, (g) => g * g))))
        expect(norm).toBeGreaterThan(2)
        await autoencoder.fit(iris, { epochs: 1, batchSize: 150, ...fits[kind] })
        for (const [key, { data }] of Object.entries(await autoencoder.readParameters())) {
          for (const [i, value] of data.entries()) {
            const expected = move(before[key].data[i], gradients[key].data[i], norm)
            expect(Math.abs(value - expected), `${kind} ${key} ${i}`).toBeLessThan(1e-4 * (Math.abs(expected) + 0.1))
          }
        }
      })
    }
  })

  test('momentum goes on where the last step went', async () => {
    const learn = (epochs: number, momentum: number) =>
      withAutoencoder({ inputs: 4, encoder: [dense(1)], seed: 1 }, async (autoencoder) => {
        const { gradients } = await autoencoder.gradients(iris)
        await autoencoder.fit(iris, { epochs, batchSize: 150, optimizer: sgd({ learningRate: 1e-5, momentum }) })
        return {
          gradient: gradients['encoder.0.weight'].data,
          weight: (await autoencoder.readParameters())['encoder.0.weight'].data,
        }
      })
    const [plain, moving] = [await learn(2, 0), await learn(2, 0.9)]
    for (const [i, weight] of moving.weight.entries()) {
      expect(weight - plain.weight[i]).toBeCloseTo(-1e-5 * 0.9 * plain.gradient[i], 5)
    }
  })

  test('schedules scale the learning rate of an epoch', async () => {
    await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (autoencoder) => {
      const before = await autoencoder.readParameters()
      const asked: number[][] = []
      const schedule = (epoch: number, epochs: number) => {
        asked.push([epoch, epochs])
        return 0
      }
      await autoencoder.fit(iris, { epochs: 3, schedule })
      expect(asked).toEqual([
        [0, 3],
        [1, 3],
        [2, 3],
      ])
      expect(await autoencoder.readParameters()).toEqual(before)
    })
  })

  test.each([[Number.NaN], [undefined], [Number.POSITIVE_INFINITY], [-1], ['fast']])(
    'a schedule that gives %s is refused',
    async (value) => {
      await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (autoencoder) => {
        const schedule = (epoch: number) => (epoch < 2 ? 1 : (value as number))
        const message = `schedule(2, 4) must be a finite number of at least 0, got ${value}`
        await expect(autoencoder.fit(iris, { epochs: 4, schedule })).rejects.toMatchObject({
          code: 'InputError',
          message,
        })
      })
    },
  )

  test('stops when validation gets no better, with the best weights', async () => {
    const random = seededRandom(3)
    // Noise without structure: what is learned about some of it does not hold for the rest.
    const points = fillMatrix(24, 12, () => normalFrom(random))
    const validation = fillMatrix(24, 12, () => normalFrom(random))
    await withAutoencoder({ inputs: 12, encoder: [dense(30, 'tanh'), dense(8)] }, async (autoencoder) => {
      const epochs: number[] = []
      const result = await autoencoder.fit(points, {
        epochs: 400,
        batchSize: 24,
        optimizer: adam({ learningRate: 0.03 }),
        validation,
        patience: 5,
        onEpoch: ({ epoch }) => epochs.push(epoch),
      })
      expect(result.stopped).toBe('patience')
      expect(result.epochs).toBe(result.bestEpoch + 5)
      expect(epochs).toEqual(range(result.epochs).map((i) => i + 1))
      expect(result.loss.length).toBe(result.epochs)
      const best = Math.min(...result.validation)
      expect(result.validation.indexOf(best) + 1).toBe(result.bestEpoch)
      expect(sum(await autoencoder.errors(validation)) / 24 / best).toBeCloseTo(1, 4)
    })
  })

  test('holds out a share of the points, each either trained on or not', async () => {
    await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (autoencoder) => {
      const { loss, validation, heldOut } = await autoencoder.fit(iris, {
        epochs: 2,
        validation: 0.2,
        batchSize: 40,
        optimizer: sgd({ learningRate: 0 }),
      })
      // Nothing is learned, so that the losses of both parts add up to that of all.
      const all = sum(await autoencoder.errors(iris))
      expect((loss[0] * 120 + validation[0] * 30) / all).toBeCloseTo(1, 5)
      expect(validation[1]).toBe(validation[0])
      const errors = await autoencoder.errors(iris)
      expect(new Set(heldOut).size).toBe(30)
      expect(sum(Array.from(heldOut, (row) => errors[row])) / 30 / validation[0]).toBeCloseTo(1, 5)
      expect(loss[1] / loss[0]).toBeCloseTo(1, 5)
    })
  })

  test('a run of 200 epochs holds device bytes constant', async () => {
    await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (autoencoder) => {
      const bytes = new Set<number>()
      await autoencoder.fit(iris, { epochs: 200, batchSize: 75, onEpoch: () => bytes.add(executor.allocatedBytes) })
      expect(bytes.size).toBe(1)
    })
  })

  test('standardize scales the inputs and brings results back', async () => {
    const scaled = fillMatrix(150, 4, (row, column) => 1000 * column + 10 ** column * iris.data[4 * row + column])
    const options = { inputs: 4, encoder: [dense(4)], standardize: true, seed: 1 }
    await withAutoencoder(options, async (autoencoder) => {
      await autoencoder.fit(scaled, { epochs: slow ? 60 : 150, batchSize: 50, optimizer: adam({ learningRate: 0.03 }) })
      const reconstruction = await autoencoder.reconstruct(scaled)
      for (const [i, value] of reconstruction.data.entries()) {
        expect(Math.abs(value - scaled.data[i])).toBeLessThan(10 ** (i % 4))
      }
      const decoded = await autoencoder.decode(await autoencoder.encode(scaled))
      for (const [i, value] of decoded.data.entries()) expect(value / reconstruction.data[i]).toBeCloseTo(1, 4)
    })
  })

  test('a first run that fails leaves no scaling behind, or none that a second would keep', async () => {
    const points = fillMatrix(150, 4, (row, column) => 10 + iris.data[4 * row + column])
    await withAutoencoder({ inputs: 4, encoder: [dense(2)], standardize: true }, async (autoencoder) => {
      const before = await autoencoder.encode(iris)
      const failures: Partial<FitOptions>[] = [
        { optimizer: sgd({ learningRate: 1e6 }) },
        { schedule: () => Number.NaN },
        { validation: [[1, 2, 3, Number.NaN]] },
        { signal: AbortSignal.timeout(0) },
      ]
      for (const failure of failures) {
        await expect(autoencoder.fit(points, { epochs: 100_000, ...failure })).rejects.toThrow()
        if (failure.signal) continue
        expect(autoencoder.scaling).toBeNull()
        expect(await autoencoder.encode(iris)).toEqual(before)
      }
      const controller = new AbortController()
      const run = autoencoder.fit(points, { epochs: 1e5, signal: controller.signal, onEpoch: () => controller.abort() })
      await expect(run).rejects.toThrow(/abort/)
      // The weights that were learned need it.
      expect(autoencoder.scaling!.mean[0]).toBeCloseTo(15.843, 2)
      await autoencoder.fit(iris, { epochs: 1 })
      expect(autoencoder.scaling!.mean[0]).toBeCloseTo(5.843, 2)
      await expect(autoencoder.fit(points, { epochs: 1, ...failures[0] })).rejects.toThrow('diverged')
      await autoencoder.fit(points, { epochs: 1 })
      expect(autoencoder.scaling!.mean[0]).toBeCloseTo(5.843, 2)
    })
  })

  test('noise and dropout change what is learned, and the same seed repeats them', async () => {
    const learn = (options: Partial<AutoencoderOptions>) =>
      withAutoencoder({ inputs: 4, encoder: [dense(3, 'relu'), dense(2)], ...options }, async (autoencoder) => {
        return (await autoencoder.fit(iris, { epochs: 2, seed: 9 })).loss
      })
    const variants: Partial<AutoencoderOptions>[] = [
      {},
      { noise: { kind: 'gaussian', amount: 0.5 } },
      { noise: { kind: 'masking', amount: 0.5 } },
      { encoder: [dropout(0.5), dense(3, 'relu'), dense(2)] },
    ]
    const losses: number[][] = []
    for (const variant of variants) {
      losses.push(await learn(variant))
      expect(await learn(variant)).toEqual(losses.at(-1))
    }
    expect(new Set(losses.map(([loss]) => loss)).size).toBe(variants.length)
  })

  test('an abort ends training and frees its memory', async () => {
    await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (autoencoder) => {
      const reason = new Error('enough')
      const controller = new AbortController()
      const run = autoencoder.fit(iris, {
        epochs: 100_000,
        signal: controller.signal,
        onEpoch: () => controller.abort(reason),
      })
      await expect(run).rejects.toBe(reason)
      await expect(autoencoder.fit(iris, { epochs: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      expect((await autoencoder.fit(iris, { epochs: 1 })).epochs).toBe(1)
    })
  })

  test('one point, one feature and one unit are enough', async () => {
    await withAutoencoder({ inputs: 1, encoder: [dense(1)] }, async (autoencoder) => {
      const { loss } = await autoencoder.fit([[2]], { epochs: 3, batchSize: 7, validation: 0.5 })
      expect(loss.length).toBe(3)
      expect((await autoencoder.encode([[2]])).data.length).toBe(1)
    })
    await withAutoencoder({ inputs: [1, 1, 1], encoder: [conv2d(1)] }, async (autoencoder) => {
      expect((await autoencoder.fit([[2], [3]], { epochs: 2 })).epochs).toBe(2)
    })
  })
})
