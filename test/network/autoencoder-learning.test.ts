/** Reports and losses of training, and the results of each kind of auto-encoder. */
import {
  type Autoencoder,
  type AutoencoderOptions,
  adam,
  conv2d,
  createAutoencoder,
  dense,
  dropout,
  type Progress,
  sgd,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { fillMatrix, matrixOf, readDataset, rowsOf } from '../support/datasets'
import { testEngines } from '../support/engines'

const engines = await testEngines()
const iris = readDataset('iris').points
const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)
const identity = (size: number) => fillMatrix(size, size, (row, column) => Number(row === column))
const still = sgd({ learningRate: 0 })

describe.each(engines)('learning on $name', ({ engine }) => {
  const executor = engine as Executor

  async function withAutoencoder<T>(options: AutoencoderOptions, work: (made: Autoencoder) => Promise<T>): Promise<T> {
    using made = await createAutoencoder(engine, options)
    return await work(made)
  }

  test('progress counts the epochs', async () => {
    await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (made) => {
      const told: Progress[] = []
      const epochs: number[] = []
      await made.fit(iris, {
        epochs: 4,
        onProgress: (progress) => told.push(progress),
        onEpoch: ({ epoch }) => epochs.push(epoch),
      })
      expect(told).toEqual([1, 2, 3, 4].map((done) => ({ stage: 'train', done, total: 4 })))
      expect(epochs).toEqual([1, 2, 3, 4])
    })
  })

  test("'cosine' goes from 1 along half a wave", async () => {
    const learn = (schedule: 'cosine' | ((epoch: number) => number)) =>
      withAutoencoder({ inputs: 4, encoder: [dense(2)], seed: 8 }, async (made) => {
        await made.fit(iris, { epochs: 4, schedule, optimizer: sgd({ learningRate: 0.002 }), batchSize: 75 })
        return await made.readParameters()
      })
    const half = Math.SQRT1_2 / 2
    const cosine = await learn('cosine')
    expect(cosine).toEqual(await learn((epoch) => [1, 0.5 + half, 0.5, 0.5 - half][epoch]))
    expect(cosine).not.toEqual(await learn(() => 1))
  })

  test('nothing is read back from the device for a step', async () => {
    let reads = 0
    let maps = 0
    const { read } = executor
    executor.read = (...given) => {
      reads++
      return read.apply(executor, given)
    }
    const prototype = engine.device && Object.getPrototypeOf(engine.device.createBuffer({ size: 4, usage: 8 }))
    const mapAsync = prototype?.mapAsync
    if (prototype) {
      prototype.mapAsync = function (...given: unknown[]) {
        maps++
        return mapAsync.apply(this, given)
      }
    }
    try {
      const count = (batchSize: number) =>
        withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (made) => {
          ;[reads, maps] = [0, 0]
          await made.fit(iris, { epochs: 1, batchSize })
          return { reads, maps }
        })
      const once = await count(150)
      expect(once.reads).toBeGreaterThan(0)
      // Reads of one turn share a map.
      expect(once.maps > 0).toBe(engine.device !== null)
      expect(once.maps).toBeLessThanOrEqual(once.reads)
      expect(await count(1)).toEqual(once)
    } finally {
      executor.read = read
      if (prototype) prototype.mapAsync = mapAsync
    }
  })

  test('noise comes to the inputs only: the points as they were are to be given back', async () => {
    const rows = 500
    const ones = fillMatrix(rows, 4, () => 1)
    const lossOf = (noise: AutoencoderOptions['noise'], gain: number) =>
      withAutoencoder({ inputs: 4, encoder: [dense(4)], noise }, async (made) => {
        const weight = fillMatrix(4, 4, (row, column) => gain * Number(row === column))
        made.writeParameters({ 'encoder.0.weight': weight, 'decoder.0.weight': identity(4) })
        const { loss } = await made.fit(ones, { epochs: 1, batchSize: rows, optimizer: still })
        return loss[0]
      })
    for (const [noise, expected] of [
      [{ kind: 'gaussian', amount: 0.5 }, 4 * 0.25],
      [{ kind: 'masking', amount: 0.3 }, 4 * 0.3],
    ] as const) {
      // What gives nothing is off by the points themselves, whatever it saw.
      expect(await lossOf(noise, 0)).toBe(4)
      // What gives all that it saw is off by the noise: its variance, or the share that was masked.
      const loss = await lossOf(noise, 1)
      expect(Math.abs(loss / expected - 1)).toBeLessThan(0.15)
    }
    expect(await lossOf(undefined, 1)).toBe(0)
  })

  test('the gradient passes where dropout let units pass, as much larger', async () => {
    for (const rate of [0.25, 0.5]) {
      const units = 24
      const options = { inputs: units, encoder: [dense(units), dropout(rate)], decoder: [dense(units)] }
      await withAutoencoder(options, async (made) => {
        made.writeParameters({ 'encoder.0.weight': identity(units), 'decoder.0.weight': identity(units) })
        const x = Array.from({ length: units }, (_, i) => 1 + i / units)
        const learningRate = 2 ** -6
        await made.fit([x], { epochs: 1, optimizer: sgd({ learningRate }) })
        const { 'encoder.0.bias': before, 'decoder.0.bias': behind } = await made.readParameters()
        let dropped = 0
        for (const [i, value] of x.entries()) {
          // The output is x/(1 − rate) or 0; the loss is its squared distance to x.
          const isDropped = behind.data[i] > 0
          if (isDropped) dropped++
          const gain = isDropped ? 0 : 1 / (1 - rate)
          const gradient = 2 * (gain * value - value)
          expect(behind.data[i]).toBeCloseTo(-learningRate * gradient, 6)
          expect(before.data[i]).toBeCloseTo(-learningRate * gradient * gain, 6)
        }
        expect(dropped).toBeGreaterThan(0)
        expect(dropped).toBeLessThan(units)
      })
    }
  })

  test('a penalty on codes makes them sparser', async () => {
    const learn = (sparsity: number) =>
      withAutoencoder({ inputs: 4, encoder: [dense(8, 'relu')], sparsity, seed: 2 }, async (made) => {
        const optimizer = adam({ learningRate: 0.02 })
        const { penalty } = await made.fit(iris, { epochs: 60, batchSize: 50, optimizer })
        const { data } = await made.encode(iris)
        return {
          penalty: penalty.at(-1)!,
          size: sum(data) / 150,
          error: sum(await made.errors(iris)) / 150,
          silent: data.filter((value) => value === 0).length / data.length,
        }
      })
    const [plain, sparse] = [await learn(0), await learn(0.5)]
    expect(plain.penalty).toBe(0)
    expect(sparse.penalty / (0.5 * sparse.size)).toBeCloseTo(1, 1)
    expect(sparse.size).toBeLessThan(plain.size / 2)
    expect(sparse.silent).toBeGreaterThanOrEqual(plain.silent)
    expect(sparse.error).toBeLessThan(5)
  })

  test('a convolutional auto-encoder learns bars', async () => {
    // Upright and level bars, each with its place: 16 images.
    const bars = fillMatrix(16, 64, (row, at) => Number((row % 2 ? at % 8 : at >> 3) === row >> 1))
    const encoder = [conv2d(8, { stride: 2, activation: 'tanh' }), dense(8)]
    await withAutoencoder({ inputs: [8, 8, 1], encoder, seed: 1 }, async (made) => {
      const optimizer = adam({ learningRate: 0.03 })
      const { loss } = await made.fit(bars, { epochs: 100, batchSize: 16, optimizer })
      // The mean image leaves 7 of the 8 ones of each.
      expect(loss[0]).toBeGreaterThan(7)
      expect(loss.at(-1)).toBeLessThan(0.7)
    })
  })

  test('the same seed gives the same run of a variational network', async () => {
    const learn = (seed: number) =>
      withAutoencoder({ inputs: 4, encoder: [dense(2)], variational: { beta: 0.1 }, seed: 3 }, async (made) => {
        const { loss, penalty, validation } = await made.fit(iris, { epochs: 3, validation: 0.2, seed })
        return { loss, penalty, validation, parameters: await made.readParameters() }
      })
    const first = await learn(1)
    expect(await learn(1)).toEqual(first)
    expect((await learn(2)).loss).not.toEqual(first.loss)
    expect(first.penalty.every((value) => value > 0)).toBe(true)
  })

  test('an architecture makes the same network again', async () => {
    await withAutoencoder({ inputs: 4, encoder: [dense(2)] }, async (made) => {
      await withAutoencoder(made.architecture, async (again) => {
        expect(await again.readParameters()).toEqual(await made.readParameters())
        expect(rowsOf(await again.encode(matrixOf([[1, 2, 3, 4]])))).toHaveLength(1)
      })
    })
  })
})
