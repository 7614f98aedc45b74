/** Impossible networks are refused as input errors, before any work. */
import {
  type Autoencoder,
  type AutoencoderOptions,
  conv2d,
  convTranspose2d,
  createAutoencoder,
  createEngine,
  dense,
  dropout,
  type FitOptions,
  type Layer,
  maxPool2d,
  reshape,
  upsample2d,
} from 'lloyd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const engine = await createEngine({ backend: 'cpu' })
let made: Autoencoder
beforeAll(async () => {
  made = await createAutoencoder(engine, { inputs: 2, encoder: [dense(1)] })
})
afterAll(() => engine.destroy())

const layers = [dense(1), conv2d(1), convTranspose2d(1), maxPool2d(), upsample2d(), dropout(0.5), reshape([2, 2, 1])]
const lacking = layers.flatMap((layer): [string, string, Layer][] =>
  Object.keys(layer)
    .filter((field) => field !== 'type')
    .map((field) => {
      const { [field as never]: _, ...rest } = layer
      return [layer.type, field, rest as Layer]
    }),
)

test.each(lacking)('a layer %s without %s', async (_, field, layer) => {
  const options: AutoencoderOptions = { inputs: [2, 2, 1], encoder: [layer, dense(1)] }
  const message = expect.stringMatching(new RegExp(`^encoder\\[0\\]\\.${field} must be .*undefined`))
  await expect(createAutoencoder(engine, options)).rejects.toMatchObject({ code: 'InputError', message })
})

describe('a network refuses', () => {
  test.each([[null], [undefined], [3], ['weights']])('parameters %o', (record) => {
    const write = () => made.writeParameters(record as never)
    expect(write).toThrow(`writeParameters takes { name: matrix, … }, got ${record}`)
    expect(write).toThrow(expect.objectContaining({ code: 'InputError' }))
  })

  test.each([
    [{ signal: {} }, 'signal must be an AbortSignal, got [object Object]'],
    [{ signal: 'stop' }, 'signal must be an AbortSignal, got stop'],
    [{ onEpoch: 3 }, 'onEpoch must be a function, got 3'],
    [{ onProgress: {} }, 'onProgress must be a function, got [object Object]'],
    [{ schedule: 'linear' }, "schedule must be 'constant', 'cosine' or a function, got 'linear'"],
  ])('to be trained with %o', async (options, message) => {
    const run = made.fit([[1, 2]], { epochs: 1, ...options } as FitOptions)
    await expect(run).rejects.toMatchObject({ code: 'InputError', message })
  })
})
