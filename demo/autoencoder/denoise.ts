/**
 * Noise removal: an auto-encoder that gets digits with noise and is asked for the digits without
 * (P. Vincent and others, ICML 2008). Tried on held-out digits with noise that it has not seen.
 *
 *     node demo/autoencoder/run.js denoise
 */
import { adam, createAutoencoder, dense, type Engine, type Matrix } from 'lloyd'
import { type Digits, readDigits } from './data'
import { everyRow, writeDigits } from './picture'
import { normalNumbers } from './random'
import { meanSquaredError } from './scores'

/** Standard deviation, where a pixel goes from 0 to 1. */
const NOISE = 0.5

export interface DenoiseSettings {
  digits?: Digits
  epochs?: number
  batchSize?: number
  layers?: number[]
  /** The picture to write, or none. */
  path?: string | null
}

export async function denoise(
  engine: Engine,
  { digits = readDigits(), path = 'denoised-digits.png', ...settings }: DenoiseSettings = {},
) {
  const { train, heldOut } = digits
  const { epochs = 15, batchSize = 128, layers = [256, 64] } = settings
  using autoencoder = await createAutoencoder(engine, {
    inputs: train.points.columns,
    encoder: layers.map((units) => dense(units, 'relu')),
    loss: 'binary-cross-entropy',
    noise: { kind: 'gaussian', amount: NOISE },
    seed: 1,
  })
  await autoencoder.fit(train.points, {
    epochs,
    batchSize,
    optimizer: adam({ learningRate: 2e-3 }),
    schedule: 'cosine',
  })
  const clean = heldOut.points
  const noisy = addNoise(clean)
  const denoised = await autoencoder.reconstruct(noisy)
  if (path !== null) {
    // One of each digit, more or less: they lie in order.
    const step = Math.floor(clean.rows / 20)
    await writeDigits(
      path,
      [clean, noisy, denoised].map((digits) => everyRow(digits, step)),
      20,
    )
  }
  return {
    'error with noise': meanSquaredError(noisy, clean),
    'error after denoising': meanSquaredError(denoised, clean),
  }
}

function addNoise({ data, rows, columns }: Matrix): Matrix {
  const noise = normalNumbers(data.length, 7)
  return { data: data.map((value, at) => value + NOISE * noise[at]), rows, columns }
}
