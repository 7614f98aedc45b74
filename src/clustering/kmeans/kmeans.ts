import type { HalfDeviation } from '../../data/halves/half-points.js'
import { refuseVanishing, toMatrix } from '../../data/matrix.js'
import { findOrigin } from '../../data/origin.js'
import { type PointSet, type PointSetOptions, withPointSet } from '../../data/points.js'
import { type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { randomBits } from '../../kernels/shared/random.js'
import { KMEANS } from '../../options/kmeans.js'
import { readOptions, type Settings } from '../../options/table.js'
import type { GpuMatrix, Matrix, Points, Progress, TypedArray } from '../../types.js'
import type { EmptyClusters } from './empty-clusters.js'
import { requireClusterMemory, requireClusters, seedsInParallel } from './limits.js'
import { LloydJob } from './lloyd.js'
import { iterateBatches } from './mini-batch.js'
import { seedParallel } from './parallel-seeding.js'
import { copyRows, sampleOf, seedSequentially } from './seeding.js'

export type KMeansInit = (typeof KMEANS.init.names)[number] | Points

export interface KMeansOptions {
  /** Number of clusters, 1 … 65 536 and at most the number of points. */
  k: number
  /**
   * The first centroids, default `'auto'`: by greedy k-means++ or the parallel k-means|| (`'auto'`: the latter for sources
   * and wherever it is faster, from about 2²⁸ = points × columns × clusters on), distinct random points (by weight),
   * points far from one another, or k given rows.
   */
  init?: KMeansInit
  /**
   * A finite weight ≥ 0 for every point, not all zero. Positive ones must be above 2⁻⁴⁰ of their sum, since smaller
   * ones would be lost in it.
   */
  weights?: ArrayLike<number>
  /** Maximum number of iterations, 0 … 1 000 000; default 300. */
  maxIterations?: number
  /**
   * Convergence threshold ≥ 0: stop when the centroids move by at most `tolerance` × √(mean column variance) in total;
   * default 1e-4; 0: when no point changes its cluster.
   */
  tolerance?: number
  /**
   * Number of runs from different seeds, of which the one with the lowest inertia is returned, 1 … 10 000; default 1.
   */
  restarts?: number
  /** Seed of the random choices, 0 … 2³² − 1, default 0. The same seed gives the same result on a device. */
  seed?: number
  /**
   * Treatment of a cluster without points: it takes the point farthest from its centroid (`'farthest'`, the default) or
   * half of the largest cluster, or keeps its centroid.
   */
  emptyClusters?: EmptyClusters
  /**
   * Number of points of a mini-batch, 1 … 2³¹; without it, every iteration uses all points. Empty clusters keep their
   * centroids. Iterations end by `tolerance`, if that is not 0, or once the moving average of the batches' inertia has
   * had no new minimum for 10 batches (as in scikit-learn's MiniBatchKMeans, but averaged over at most 100 batches).
   */
  batchSize?: number
  /**
   * How points are stored: in float32 (`'f32'`, the default), or in half the memory as float16 (`'f16'`: 11 binary digits),
   * after the middle of each column is subtracted and all are scaled by a power of two. The result is that of the stored
   * points, and its `precision` tells how far they are from the given ones. Where distances are spared, large sets have
   * a copy in float32 as with `'f32'`. In pages after `loadHalfPrecision()`.
   */
  precision?: (typeof KMEANS.precision.names)[number]
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Progress of the stages seed and cluster; `total` is the maximum number of iterations of all restarts. */
  onProgress?: (progress: Progress) => void
}

/** A clustering. Plain data. */
export interface KMeans<T extends Float32Array | Float64Array = Float32Array> {
  /** k × columns; float64 if points in float64 were centred, because float32 would not separate the clusters. */
  centroids: Matrix<T>
  /** The nearest centroid of each point. */
  labels: Uint32Array
  /** Σ w‖x − c‖², where c is the centroid of x. */
  inertia: number
  /** Number of iterations of the returned run, including the one that confirmed convergence. */
  iterations: number
  /** Whether the tolerance was met within `maxIterations`, or mini-batches stopped improving. */
  converged: boolean
  /** Number of points of each cluster, regardless of weights. */
  sizes: Uint32Array
  /**
   * Number of distances that the iterations of the returned run and its last assignment took: one for each point (or point
   * of a batch) and cluster, or fewer where the triangle inequality tells that others are longer.
   */
  distanceEvaluations: number
  /** With `precision: 'f16'`: what that storage changed in the points. */
  precision?: HalfPrecision
}

/** The storage of points as float16. Plain data. */
export interface HalfPrecision extends HalfDeviation {
  storage: 'f16'
}

/** A way of storing points for a fit. */
export type PointStorage = <T extends object>(
  executor: Executor,
  points: Points,
  options: PointSetOptions,
  work: (set: PointSet, executor: Executor) => Promise<T>,
) => Promise<T>

/** The ways of storing points, by precision; `loadHalfPrecision` sets that of float16, which other pages do not pay for. */
export const storages: Record<'f32' | 'f16', PointStorage> = {
  f32: withPointSet,
  f16: () => {
    throw mustBe('precision', "'f32' before loadHalfPrecision()", 'f16')
  },
}

/**
 * k-means: k centroids that locally minimize the sum of squared Euclidean distances of the points to their nearest
 * centroid (S. Lloyd, IEEE Trans. Information Theory 28(2), 1982), on the device of `engine`. All columns share one
 * scale: a column whose range is less than 10⁻²⁵ of the widest loses digits of its centroids (`standardize` it).
 * Computed in float32. Points in float64, 32-bit integers and rows of numbers that lie far from 0 compared with their
 * range (16 times and more), such as times, are centred in float64 first, and `centroids` are a Float64Array then. For
 * a source, its first 64 MiB decide.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN, infinity or anything but a number in the
 *   points (with row and column), or points in memory that are all below the smallest normal float32, before any work;
 *   `OutOfMemoryError`; `DeviceLostError`.
 */
export function kmeans(engine: Engine, points: Matrix | GpuMatrix, options: KMeansOptions): Promise<KMeans>
export function kmeans(
  engine: Engine,
  points: Points,
  options: KMeansOptions,
): Promise<KMeans<Float32Array | Float64Array>>
export async function kmeans(
  engine: Engine,
  points: Points,
  options: KMeansOptions,
): Promise<KMeans<Float32Array | Float64Array>> {
  const executor = executorOf(engine)
  const settings = readOptions('kmeans', options, KMEANS)
  checkBatches(options)
  const { k, init, weights, precision, signal } = settings
  signal?.throwIfAborted()
  const given = typeof init === 'string' ? null : await toMatrix(executor, init, 'init')
  const check = (rows: number, columns: number) => {
    requireClusters(k, rows)
    requireClusterMemory(executor, k, columns)
    refuseVanishing(points, 'points')
    if (given && (given.rows !== k || given.columns !== columns)) {
      throw new LloydError(
        'InputError',
        `init is ${given.rows} × ${given.columns}; ${k} centroids of ${columns} columns are needed`,
      )
    }
  }
  return await storages[precision](executor, points, { weights, signal, check, originOf: findOrigin }, (set, own) =>
    fitPoints(own, set, settings, given),
  )
}

export type KMeansSettings = Omit<Settings<KMeansOptions, typeof KMEANS>, 'precision'>

/** Refuses mini-batches with a rule for empty clusters other than theirs. */
export function checkBatches({ batchSize, emptyClusters }: Partial<KMeansOptions>): void {
  if (batchSize === undefined || emptyClusters === undefined || emptyClusters === 'keep') return
  throw new LloydError('InputError', `emptyClusters '${emptyClusters}' does not go with batchSize; leave one out`)
}

/** Fits points that are already on the engine; elbow does so for many k. */
export async function fitPoints(
  executor: Executor,
  set: PointSet,
  settings: KMeansSettings,
  given: Matrix<TypedArray> | null,
): Promise<KMeans<Float32Array | Float64Array>> {
  const { k, maxIterations, tolerance, restarts, seed, emptyClusters, batchSize, signal, onProgress } = settings
  const threshold = tolerance === 0 ? null : tolerance * Math.sqrt(set.meanVariance) * set.scale
  const job = await LloydJob.create(executor, set, k, { signal })
  try {
    let best: KMeans<Float32Array | Float64Array> | null = null
    // With all points, the same centroids lead to the same result; batches differ.
    const runs = given && batchSize === undefined ? 1 : restarts
    for (let run = 0; run < runs; run++) {
      const report = (stage: string, done: number) => {
        signal?.throwIfAborted()
        onProgress?.({ stage, done: run * maxIterations + done, total: runs * maxIterations })
      }
      report('seed', 0)
      job.start(given ? set.toWorking(given) : undefined)
      if (!given) await seedCentroids(executor, set, job, { ...settings, seed: randomBits(seed, run, k) })
      report('cluster', 0)
      const onBatch = async (done: number) => report('cluster', done)
      const { centroids, ...end } =
        batchSize === undefined
          ? await job.iterate({ maxIterations, threshold, emptyClusters }, onBatch)
          : await iterateBatches(
              job.assignment,
              { batchSize, maxIterations, threshold, seed: randomBits(seed, run, 1) },
              onBatch,
            )
      const distanceEvaluations = k * (set.rows + end.iterations * Math.min(batchSize ?? set.rows, set.rows))
      const result = { distanceEvaluations, ...(await job.assignment.finish(centroids)), ...end }
      if (!best || result.inertia < best.inertia) best = result
      report('cluster', maxIterations)
    }
    return best!
  } finally {
    job.release()
  }
}

async function seedCentroids(
  executor: Executor,
  set: PointSet,
  job: LloydJob,
  { k, init, seed, signal }: KMeansSettings,
): Promise<void> {
  const { centroids } = job.assignment
  if (init === 'random') {
    await copyRows(executor, set, sampleOf(set, k, seed), centroids)
  } else if (
    init === 'k-means||' ||
    (init === 'auto' && (!set.resident || seedsInParallel(set.rows, set.columns, k)))
  ) {
    await seedParallel(executor, set, k, centroids, { seed, signal })
  } else {
    await seedSequentially(executor, set, k, centroids, { seed, farthest: init === 'maximin', signal })
  }
}
