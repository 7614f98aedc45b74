import type { PointSet } from '../../data/points.js'
import type { Executor } from '../../engine/engine.js'
import { randomBits } from '../../kernels/shared/random.js'
import { KMEANS } from '../../options/kmeans.js'
import type { GAUSSIAN_MIXTURE } from '../../options/mixture.js'
import { readOptions, type Settings } from '../../options/table.js'
import type { Matrix, TypedArray } from '../../types.js'
import { fitPoints, type KMeansOptions } from '../kmeans/kmeans.js'
import { type Components, firstComponents, fromOrigin, parameterCount } from './components.js'
import type { GaussianMixture, GaussianMixtureOptions } from './mixture.js'
import { MixturePass } from './mixture-pass.js'
import { roundCovariances } from './round-covariances.js'
import { ACCURATE, type Moments, requireRegular, type Update, updateComponents } from './update.js'

export type MixtureSettings = Settings<GaussianMixtureOptions, typeof GAUSSIAN_MIXTURE>

/** Maximum number of times that moments are added again in the coordinates that they gave. */
const MAX_REFINEMENTS = 3

type Fitted = GaussianMixture<Float32Array | Float64Array>

/** Fits points that are already on the engine. */
export async function fitMixture(
  executor: Executor,
  set: PointSet,
  settings: MixtureSettings,
  given: Matrix<TypedArray> | null,
): Promise<Fitted> {
  const { components, covariance, maxIterations, restarts, seed, signal, onProgress } = settings
  const shape = { components, columns: set.columns, covariance }
  const pass = await MixturePass.create(executor, set, shape, signal)
  try {
    const runs = given ? 1 : restarts
    let best: Fitted | null = null
    for (let run = 0; run < runs; run++) {
      const report = (stage: string, done: number) => {
        signal?.throwIfAborted()
        onProgress?.({ stage, done: run * maxIterations + done, total: runs * maxIterations })
      }
      report('start', 0)
      const start = given ?? (await clusterPoints(executor, set, settings, randomBits(seed, run, components)))
      const first = await startFrom(pass, set, start, settings)
      report('fit', 0)
      const { last, iterations, converged } = await iterate(pass, set, first, settings, (done) => report('fit', done))
      const result = { ...(await finish(pass, set, last)), iterations, converged }
      if (!best || result.logLikelihood > best.logLikelihood) best = result
      report('fit', maxIterations)
    }
    return best!
  } finally {
    pass.release()
  }
}

/** The centroids of k-means. */
async function clusterPoints(
  executor: Executor,
  set: PointSet,
  { components, signal }: MixtureSettings,
  seed: number,
): Promise<Matrix<TypedArray>> {
  const options: KMeansOptions = { k: components, seed, signal }
  const settings = readOptions('kmeans', options, KMEANS)
  return (await fitPoints(executor, set, settings, null)).centroids
}

/** The components whose points are those nearest to the means. */
async function startFrom(
  pass: MixturePass,
  set: PointSet,
  { data }: Matrix<TypedArray>,
  { components, covariance, regularization }: MixtureSettings,
): Promise<Components> {
  const means = fromOrigin(set, data)
  const first = firstComponents(set, { components, columns: set.columns, covariance }, means, regularization)
  return await refine(first, regularization, async (whitening) => {
    return (await pass.moments(first, { whitening, nearest: true })).moments
  })
}

/**
 * The M step, where `momentsBy` adds the moments of points whitened by the given components. They are added again in the
 * coordinates that they gave as long as these differ so much that float32 lost digits.
 */
async function refine(
  now: Components,
  regularization: number,
  momentsBy: (whitening: Components) => Promise<Moments>,
): Promise<Components> {
  let update: Update = { next: now, ratio: 0 }
  for (let round = 0; round <= MAX_REFINEMENTS && update.ratio < ACCURATE; round++) {
    // Which components are empty does not change.
    update = updateComponents(update.next, await momentsBy(update.next), regularization)
  }
  if (regularization === 0) requireRegular(update.next)
  return update.next
}

/** Iterations of E and M steps. */
async function iterate(
  pass: MixturePass,
  set: PointSet,
  first: Components,
  { maxIterations, tolerance, regularization }: MixtureSettings,
  report: (iterations: number) => void,
): Promise<{ last: Components; iterations: number; converged: boolean }> {
  let last = first
  let before = -Infinity
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const now = last
    let mean = 0
    last = await refine(now, regularization, async (whitening) => {
      const { moments, logLikelihood } = await pass.moments(now, { whitening })
      mean = logLikelihood / set.totalWeight
      return moments
    })
    report(iteration)
    const change = mean - before
    if (tolerance > 0 ? Math.abs(change) < tolerance : change <= 0)
      return { last, iterations: iteration, converged: true }
    before = mean
  }
  return { last, iterations: maxIterations, converged: false }
}

/** The result, whose labels and log-likelihood are those of its parameters as returned. */
async function finish(
  pass: MixturePass,
  set: PointSet,
  last: Components,
): Promise<Omit<Fitted, 'iterations' | 'converged'>> {
  const { columns, origin, weights } = set
  const data = origin ? last.means.map((mean, i) => mean + origin[i % columns]) : Float32Array.from(last.means)
  const { covariances, ...rounded } = roundCovariances(last)
  const { logDensities, labels } = await pass.densities({ ...last, ...rounded, means: fromOrigin(set, data) })
  let sum = 0
  for (let row = 0; row < logDensities.length; row++) sum += (weights ? weights[row] : 1) * logDensities[row]
  const logLikelihood = sum * set.weightUnit
  const parameters = parameterCount(last)
  return {
    weights: last.weights,
    means: { data, rows: last.components, columns },
    covariances,
    covariance: last.covariance,
    labels,
    logLikelihood,
    bic: parameters * Math.log(set.totalWeight * set.weightUnit) - 2 * logLikelihood,
    aic: 2 * parameters - 2 * logLikelihood,
  }
}
