import { refuseVanishing, toMatrix } from '../../data/matrix.js'
import { findOrigin } from '../../data/origin.js'
import { type PointSet, withPointSet } from '../../data/points.js'
import { type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { randomBits } from '../../kernels/shared/random.js'
import { KMEANS } from '../../options/kmeans.js'
import { readOptions, type Settings } from '../../options/table.js'
import type { GpuMatrix, Matrix, Points, Progress, TypedArray } from '../../types.js'
import type { EmptyClusters } from './empty-clusters.js'
import { requireClusterMemory, requireClusters, SEQUENTIAL_CLUSTERS } from './limits.js'
import { LloydJob } from './lloyd.js'
import { iterateBatches } from './mini-batch.js'
import { seedParallel } from './parallel-seeding.js'
import { copyRows, sampleRows, sampleWeightedRows, seedSequentially } from './seeding.js'

export type KMeansInit = (typeof KMEANS.init.names)[number] | Points

export interface KMeansOptions {
  /** Clusters, 1 … 65 536 and at most the number of points. */
  k: number
  /**
   * Where the centroids start: greedy k-means++ or the parallel k-means|| (`'auto'`: up to 256 clusters of points in
   * memory, and beyond), distinct points at random (by weight), points far from one another, or k rows of your own.
   */
  init?: KMeansInit
  /**
   * A finite weight ≥ 0 for every point, not all zero. Positive ones must be above 2⁻⁴⁰ of their sum, or points that count
   * would be lost in it.
   */
  weights?: ArrayLike<number>
  /** Most iterations, default 300. */
  maxIterations?: number
  /**
   * Stop when the centroids move by at most `tolerance` × √(mean column variance) in total, default 1e-4; 0: when no
   * point changes its cluster.
   */
  tolerance?: number
  /** Runs from different seeds of which the one with the least inertia is returned, default 1. */
  restarts?: number
  /** The same seed gives the same result on a device, default 0. */
  seed?: number
  /**
   * What becomes of a cluster without points: it takes the point farthest from its centroid (the default), half of the
   * largest cluster, or stays where it is.
   */
  emptyClusters?: EmptyClusters
  /**
   * Points a mini-batch; without it every iteration takes all points. Empty clusters keep their centroids. It ends by
   * `tolerance`, where that is not 0, or once the moving average of the batches' inertia has had no new least for 10 batches
   * (as scikit-learn's MiniBatchKMeans has it, but over 100 batches at most).
   */
  batchSize?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: seed, cluster; `total` counts the iterations of all restarts at most. */
  onProgress?: (progress: Progress) => void
}

/** A clustering. Plain data. */
export interface KMeans<T extends Float32Array | Float64Array = Float32Array> {
  /** k × columns; float64 where points in float64 were centred, because float32 would not tell the clusters apart. */
  centroids: Matrix<T>
  /** The nearest centroid of each point. */
  labels: Uint32Array
  /** Σ w‖x − its centroid‖². */
  inertia: number
  /** Iterations of the returned run, the confirming one included. */
  iterations: number
  /** Whether the tolerance was met within `maxIterations`, or mini-batches no longer got better. */
  converged: boolean
  /** Points of each cluster, weights apart. */
  sizes: Uint32Array
}

/**
 * k-means: k centroids that locally minimise the sum of squared Euclidean distances of the points to their nearest
 * centroid (S. Lloyd, IEEE Trans. Information Theory 28(2), 1982), on the device that `engine` runs on. All columns share
 * one scale: one that ranges over 10²⁵ times less than the widest loses digits of its centroids (`standardize` it).
 * Computed in float32. Points in float64, integers of 32 bits and rows of numbers that lie far from 0 beside how they range
 * (16 times and more), such as times, are centred in float64 first, and `centroids` are a Float64Array then. Whether a
 * source's points do, its first 64 MiB tell.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN, infinity or what is no number in the points (with
 *   row and column), or points in memory that are all below float32's least normal number, before any work; `OutOfMemoryError`; `DeviceLostError`.
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
  const { k, init, weights, signal } = settings
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
  return await withPointSet(executor, points, { weights, signal, check, originOf: findOrigin }, (set) =>
    fitPoints(executor, set, settings, given),
  )
}

export type KMeansSettings = Settings<KMeansOptions, typeof KMEANS>

/** Refuses mini-batches with an empty cluster's rule of another kind than theirs. */
export function checkBatches({ batchSize, emptyClusters }: Partial<KMeansOptions>): void {
  if (batchSize === undefined || emptyClusters === undefined || emptyClusters === 'keep') return
  throw new LloydError('InputError', `emptyClusters '${emptyClusters}' does not go with batchSize; leave one out`)
}

/** Fits points that are on the engine already; elbow does so for many k. */
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
    // From the same centroids all points lead to the same end; batches differ.
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
      const { iterations, converged, centroids } =
        batchSize === undefined
          ? await job.iterate({ maxIterations, threshold, emptyClusters }, onBatch)
          : await iterateBatches(
              job.assignment,
              { batchSize, maxIterations, threshold, seed: randomBits(seed, run, 1) },
              onBatch,
            )
      const result = { ...(await job.assignment.finish(centroids)), iterations, converged }
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
    const rows = set.weights ? sampleWeightedRows(set.weights, k, seed) : sampleRows(set.rows, k, seed)
    await copyRows(executor, set, rows, centroids)
  } else if (init === 'k-means||' || (init === 'auto' && (k > SEQUENTIAL_CLUSTERS || !set.resident))) {
    await seedParallel(executor, set, k, centroids, { seed, signal })
  } else {
    await seedSequentially(executor, set, k, centroids, { seed, farthest: init === 'maximin', signal })
  }
}
