import { type Autoencoder, adam, createAutoencoder, dense, type Engine } from 'lloyd'
import type { Digits } from './data'

export interface EncoderSettings {
  digits?: Digits
  epochs?: number
  batchSize?: number
  layers?: number[]
  seed?: number
}

/** A variational auto-encoder of digits, 784-256-64-16, that has learned from pixels alone. */
export async function learnDigits(
  engine: Engine,
  { train }: Digits,
  { epochs = 12, batchSize = 128, layers = [256, 64, 16], seed = 1 }: EncoderSettings,
): Promise<Autoencoder> {
  const autoencoder = await createAutoencoder(engine, {
    inputs: train.points.columns,
    encoder: layers.map((units, index) => dense(units, index < layers.length - 1 ? 'relu' : 'linear')),
    loss: 'binary-cross-entropy',
    variational: { beta: 1 },
    seed,
  })
  const optimizer = adam({ learningRate: 2e-3 })
  await autoencoder.fit(train.points, { epochs, batchSize, optimizer, schedule: 'cosine' })
  return autoencoder
}
