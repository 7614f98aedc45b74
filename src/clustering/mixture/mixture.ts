import type { Matrix, Points, Progress } from '../../types.js'
import type { Covariance } from './components.js'

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
  /** The kind of the covariances. */
  covariance: Covariance
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
