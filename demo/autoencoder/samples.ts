/**
 * Data synthesis: a variational auto-encoder learns digits as a distribution of codes, and makes up new ones
 * (D. Kingma and M. Welling, ICLR 2014).
 *
 *     node demo/autoencoder/run.js samples
 */
import { adam, createAutoencoder, dense, type Engine, type Matrix } from 'lloyd'
import { type Digits, readDigits } from './data'
import { everyRow, writeDigits } from './picture'

export interface SampleSettings {
  digits?: Digits
  epochs?: number
  batchSize?: number
  /** Units of the layer before the code. */
  hidden?: number
  /** The picture to write, or none. */
  path?: string | null
}

export async function samples(
  engine: Engine,
  { digits = readDigits(), path = 'sampled-digits.png', ...settings }: SampleSettings = {},
) {
  const { points } = digits.train
  const { epochs = 20, batchSize = 128, hidden = 256 } = settings
  using autoencoder = await createAutoencoder(engine, {
    inputs: points.columns,
    encoder: [dense(hidden, 'relu'), dense(8)],
    loss: 'binary-cross-entropy',
    variational: { beta: 1 },
    seed: 1,
  })
  const { loss, penalty } = await autoencoder.fit(points, {
    epochs,
    batchSize,
    optimizer: adam({ learningRate: 2e-3 }),
    schedule: 'cosine',
  })
  const made = await autoencoder.sample(100, { seed: 1 })
  if (path !== null) {
    await writeDigits(
      path,
      Array.from({ length: 5 }, (_, first) => everyRow(made, 5, first)),
      20,
    )
  }
  return {
    loss: loss.at(-1)!,
    'of it divergence': penalty.at(-1)!,
    'distance between samples': distanceBetween(made),
    'distance to the nearest digit': nearestDistance(made.data, points.data, points.columns),
  }
}

/** Mean over samples of the distance to the nearest of the points: small where samples look like digits. */
function nearestDistance(samples: Float32Array, points: Float32Array, columns: number): number {
  const count = samples.length / columns
  let sum = 0
  for (let sample = 0; sample < count; sample++) {
    let nearest = Infinity
    for (let row = 0; row < points.length; row += columns) {
      let squares = 0
      for (let i = 0; i < columns && squares < nearest; i++)
        squares += (samples[sample * columns + i] - points[row + i]) ** 2
      nearest = Math.min(nearest, squares)
    }
    sum += Math.sqrt(nearest) / count
  }
  return sum
}

/** Mean distance of a sample from the next one: small where all are alike. */
function distanceBetween({ data, rows, columns }: Matrix): number {
  let sum = 0
  for (let row = 1; row < rows; row++) {
    let squares = 0
    for (let i = row * columns; i < (row + 1) * columns; i++) squares += (data[i] - data[i - columns]) ** 2
    sum += Math.sqrt(squares) / (rows - 1)
  }
  return sum
}
