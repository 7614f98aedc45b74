/**
 * Principal components beside a linear auto-encoder: with linear layers it learns the same plane, so its error comes down
 * to theirs and never below (P. Baldi and K. Hornik, Neural Networks 2, 1989).
 *
 *     node demo/autoencoder/run.js pca
 */
import { adam, createAutoencoder, dense, type Engine, type FitOptions, type Matrix } from 'lloyd'
import { readLabelled } from './data'
import { principalComponents, projectionErrors } from './principal-components'

export async function linear(engine: Engine) {
  const iris = await compareIris(engine)
  const digits = await compareDigits(engine)
  return {
    'iris, error of 2 components': iris.bound,
    'iris, error of the auto-encoder': iris.error,
    'digits, error of 10 components': digits.bound,
    'digits, error of the auto-encoder': digits.error,
  }
}

export async function compareIris(engine: Engine) {
  const { points } = await readLabelled('iris.csv')
  return await compare(engine, points, 2, {
    epochs: 1000,
    batchSize: 75,
    optimizer: adam({ learningRate: 0.1, beta2: 0.99 }),
  })
}

export async function compareDigits(engine: Engine) {
  const { points } = await readLabelled('digits.csv.gz')
  return await compare(engine, points, 10, { epochs: 150, batchSize: 128, optimizer: adam({ learningRate: 0.1 }) })
}

/** Summed squared errors of `count` principal components and of as many linear units. */
async function compare(engine: Engine, points: Matrix, count: number, options: FitOptions) {
  const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0)
  using autoencoder = await createAutoencoder(engine, { inputs: points.columns, encoder: [dense(count)], seed: 3 })
  await autoencoder.fit(points, { ...options, schedule: 'cosine' })
  return {
    bound: sum(projectionErrors(points, principalComponents(points, count))),
    error: sum(await autoencoder.errors(points)),
  }
}
