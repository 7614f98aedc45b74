import { refuseVanishing, toMatrix } from '../../data/matrix.js'
import { findOrigin } from '../../data/origin.js'
import { withPointSet } from '../../data/points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { GAUSSIAN_MIXTURE, MAX_MIXTURE_COLUMNS } from '../../options/mixture.js'
import { readOptions } from '../../options/table.js'
import type { GpuMatrix, Matrix, Points, Progress } from '../../types.js'
import type { Covariance } from './components.js'
import { fitMixture } from './fit.js'

export interface GaussianMixtureOptions {
  /** Number of components K, 1 … 1024 and at most the number of points. */
  components: number
  /**
   * The covariances: a matrix of each component (`'full'`, the default), one matrix of all (`'tied'`), the variances of
   * the columns of each (`'diagonal'`), or one variance of each (`'spherical'`).
   */
  covariance?: Covariance
  /**
   * Number ≥ 0 in squared units of the points that is added to all variances in each M step, so that no component
   * becomes infinitely narrow; default 1e-6.
   */
  regularization?: number
  /** A finite weight ≥ 0 for every point, not all zero: a weight of 2 is the point twice. */
  weights?: ArrayLike<number>
  /**
   * Convergence threshold ≥ 0: stop when the mean log-likelihood of a point changes by less in an iteration; default
   * 1e-3; 0: when it no longer rises.
   */
  tolerance?: number
  /** Maximum number of iterations, 0 … 1 000 000; default 100. */
  maxIterations?: number
  /** Number of runs from different seeds, of which the most likely mixture is returned, 1 … 10 000; default 1. */
  restarts?: number
  /** Seed of the random choices, 0 … 2³² − 1, default 0. The same seed gives the same result on a device. */
  seed?: number
  /** The first means, K × columns; by default the centroids of `kmeans`. The first responsibilities are those of the nearest mean. */
  init?: Points
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Progress of the stages start and fit; `total` is the maximum number of iterations of all restarts. */
  onProgress?: (progress: Progress) => void
}

/** A mixture of K normal distributions over points of d columns, fitted to them. Plain data. */
export interface GaussianMixture<T extends Float32Array | Float64Array = Float32Array> {
  /** Weight π of each component; their sum is 1. */
  weights: Float64Array
  /** K × d; float64 if points in float64 were centred, because float32 would not tell them apart. */
  means: Matrix<T>
  /** Row-major: K × d × d (full), d × d (tied), K × d (diagonal) or K (spherical), `regularization` included. */
  covariances: Float64Array
  /** The most probable component of each point, the lowest among equals. */
  labels: Uint32Array
  /** Σ w log p(x) over the points, where p is the density of the mixture, in the points' units. */
  logLikelihood: number
  /** Bayesian information criterion, p log n − 2 log L, where p is the number of free parameters and n the sum of weights. */
  bic: number
  /** Akaike information criterion, 2 p − 2 log L. */
  aic: number
  /** Whether the tolerance was met within `maxIterations`. */
  converged: boolean
  /** Number of iterations of the returned run, including the one that confirmed convergence. */
  iterations: number
}

/**
 * A Gaussian mixture: weights, means and covariances of K normal distributions that locally maximize the likelihood of
 * the points, by the EM algorithm (A. Dempster, N. Laird and D. Rubin, J. Royal Statistical Society B 39, 1977; C.
 * Bishop, Pattern Recognition and Machine Learning, 2006, §9.2). It starts with the moments of the points nearest to each
 * of the first means.
 *
 * A component that no point belongs to, because no point is nearest to its first mean or because all are far more
 * probable in others, keeps its mean and its covariance (at first that of all points), and its weight is 0 from then on. One
 * that collapses onto equal points keeps `regularization` as its variances.
 *
 * Computed in float32 from differences from the means, with factors and sums of tiles in float64, so that points far
 * from 0 and columns of different scales lose nothing. Points in float64 that lie far from 0 compared with their range
 * are centred first, as by `kmeans`.
 *
 * @throws LloydError `InputError` for an argument outside its range, more than 256 columns, NaN or infinity in the points
 *   (with row and column), or a covariance that is singular where `regularization` is 0 (or lost in float32);
 *   `OutOfMemoryError`; `DeviceLostError`.
 */
export function gaussianMixture(
  engine: Engine,
  points: Matrix | GpuMatrix,
  options: GaussianMixtureOptions,
): Promise<GaussianMixture>
export function gaussianMixture(
  engine: Engine,
  points: Points,
  options: GaussianMixtureOptions,
): Promise<GaussianMixture<Float32Array | Float64Array>>
export async function gaussianMixture(
  engine: Engine,
  points: Points,
  options: GaussianMixtureOptions,
): Promise<GaussianMixture<Float32Array | Float64Array>> {
  const executor = executorOf(engine)
  const settings = readOptions('gaussianMixture', options, GAUSSIAN_MIXTURE)
  const { components, init, weights, signal } = settings
  signal?.throwIfAborted()
  const given = init === undefined ? null : await toMatrix(executor, init, 'init')
  const check = (rows: number, columns: number) => {
    if (components > rows) {
      throw new LloydError(
        'InputError',
        `components is ${components} but there are only ${rows} points; use at most as many components`,
      )
    }
    refuseVanishing(points, 'points')
    if (given && (given.rows !== components || given.columns !== columns)) {
      throw new LloydError(
        'InputError',
        `init is ${given.rows} × ${given.columns}; ${components} means of ${columns} columns are needed`,
      )
    }
  }
  const source = { weights, signal, check, maxColumns: MAX_MIXTURE_COLUMNS, originOf: findOrigin }
  return await withPointSet(executor, points, source, (set) => fitMixture(executor, set, settings, given))
}
