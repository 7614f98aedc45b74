import { type Engine, type Executor, executorOf } from '../engine/engine.js'
import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../engine/error.js'
import { randomBits } from '../kernels/shared/random.js'
import type { Matrix, Points, Progress, TypedArray } from '../types.js'
import { type EmptyClusters, LloydJob } from './lloyd.js'
import { createPointSet, type PointSet, toMatrix } from './points.js'
import { copyRows, sampleRows, seedSequentially } from './seeding.js'

export type KMeansInit = 'auto' | 'k-means++' | 'random' | 'maximin' | Points

export interface KMeansOptions {
  /** Clusters, 1 … 65 536 and at most the number of points. */
  k: number
  /**
   * Where the centroids start: greedy k-means++ (`'auto'`), distinct points at random, points far from one another, or
   * k rows of your own.
   */
  init?: KMeansInit
  /** A finite weight ≥ 0 for every point, not all zero. */
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
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: seed, cluster; `total` counts the iterations of all restarts at most. */
  onProgress?: (progress: Progress) => void
}

/** A clustering. Plain data. */
export interface KMeans {
  /** k × columns. */
  centroids: Matrix
  /** The nearest centroid of each point. */
  labels: Uint32Array
  /** Σ w‖x − its centroid‖². */
  inertia: number
  /** Iterations of the returned run, the confirming one included. */
  iterations: number
  /** Whether the tolerance was met within `maxIterations`. */
  converged: boolean
  /** Points of each cluster, weights apart. */
  sizes: Uint32Array
}

export const MAX_CLUSTERS = 65536

const OPTIONS = [
  'k',
  'init',
  'weights',
  'maxIterations',
  'tolerance',
  'restarts',
  'seed',
  'emptyClusters',
  'signal',
  'onProgress',
]

/**
 * k-means: k centroids that locally minimise the sum of squared Euclidean distances of the points to their nearest
 * centroid (S. Lloyd, IEEE Trans. Information Theory 28(2), 1982), on the device that `engine` runs on.
 *
 * @throws LloydError `InputError` for an argument outside its range, or NaN or infinity in the points (with row and
 *   column), before any work; `OutOfMemoryError`; `DeviceLostError`.
 */
export async function kmeans(engine: Engine, points: Points, options: KMeansOptions): Promise<KMeans> {
  const executor = executorOf(engine)
  const settings = checkOptions(options)
  options.signal?.throwIfAborted()
  const set = await createPointSet(executor, points, options.weights)
  try {
    return await fit(executor, set, settings)
  } finally {
    set.release()
  }
}

export interface KMeansSettings {
  k: number
  init: KMeansInit
  maxIterations: number
  tolerance: number
  restarts: number
  seed: number
  emptyClusters: EmptyClusters
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

export function checkOptions(options: KMeansOptions, known: readonly string[] = OPTIONS): KMeansSettings {
  if (typeof options !== 'object' || options === null) {
    throw new LloydError('InputError', 'kmeans needs options with the number of clusters, { k: 8 }')
  }
  requireKnownOptions('kmeans', options, known)
  const { init = 'auto', emptyClusters = 'farthest', signal, onProgress } = options
  if (typeof init === 'string' && !['auto', 'k-means++', 'random', 'maximin'].includes(init)) {
    throw new LloydError('InputError', `init must be 'auto', 'k-means++', 'random', 'maximin' or points, got '${init}'`)
  }
  if (!['farthest', 'split', 'keep'].includes(emptyClusters)) {
    throw new LloydError('InputError', `emptyClusters must be 'farthest', 'split' or 'keep', got '${emptyClusters}'`)
  }
  return {
    k: requireInteger('k', options.k, 1, MAX_CLUSTERS),
    init,
    maxIterations: requireInteger('maxIterations', options.maxIterations ?? 300, 0, 1_000_000),
    tolerance: requireNumber('tolerance', options.tolerance ?? 1e-4, 0),
    restarts: requireInteger('restarts', options.restarts ?? 1, 1, 10_000),
    seed: requireInteger('seed', options.seed ?? 0, 0, 0xffffffff),
    emptyClusters,
    signal,
    onProgress,
  }
}

/** Fits points that are on the engine already; elbow does so for many k. */
export async function fit(executor: Executor, set: PointSet, settings: KMeansSettings): Promise<KMeans> {
  const { k, init, maxIterations, tolerance, restarts, seed, emptyClusters, signal, onProgress } = settings
  if (k > set.rows) {
    throw new LloydError('InputError', `k is ${k} but there are only ${set.rows} points; use at most as many clusters`)
  }
  const given = typeof init === 'string' ? null : await givenCentroids(init, k, set)
  const threshold = tolerance === 0 ? null : tolerance * Math.sqrt(set.meanVariance) * set.scale
  const job = await LloydJob.create(executor, set, k)
  try {
    let best: KMeans | null = null
    const runs = given ? 1 : restarts
    for (let run = 0; run < runs; run++) {
      const report = (stage: string, done: number) => {
        signal?.throwIfAborted()
        onProgress?.({ stage, done: run * maxIterations + done, total: runs * maxIterations })
      }
      report('seed', 0)
      job.start(given ?? undefined)
      if (!given) await seedCentroids(executor, set, job, { ...settings, seed: randomBits(seed, run, k) })
      report('cluster', 0)
      const { iterations, converged } = await job.iterate(maxIterations, threshold, emptyClusters, async (done) =>
        report('cluster', done),
      )
      const { labels, inertia, sizes } = await job.finish()
      if (best && inertia >= best.inertia) continue
      const centroids = { data: await job.readCentroids(), rows: k, columns: set.columns }
      best = { centroids, labels, inertia, iterations, converged, sizes }
    }
    return best!
  } finally {
    job.release()
  }
}

async function givenCentroids(init: Points, k: number, set: PointSet): Promise<Float32Array<ArrayBuffer>> {
  const matrix: Matrix<TypedArray> = await toMatrix(init, 'init')
  if (matrix.rows !== k || matrix.columns !== set.columns) {
    throw new LloydError(
      'InputError',
      `init is ${matrix.rows} × ${matrix.columns}; ${k} centroids of ${set.columns} columns are needed`,
    )
  }
  const bad = matrix.data.findIndex((value: number) => !Number.isFinite(Math.fround(value)))
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / matrix.columns), bad % matrix.columns]
    throw new LloydError('InputError', `init has ${matrix.data[bad]} in row ${row}, column ${column}`)
  }
  return set.toWorking(matrix)
}

async function seedCentroids(
  executor: Executor,
  set: PointSet,
  job: LloydJob,
  { k, init, seed, signal }: KMeansSettings,
): Promise<void> {
  if (init === 'random') {
    await copyRows(executor, set, sampleRows(set.rows, k, seed), job.centroids)
  } else {
    await seedSequentially(executor, set, k, job.centroids, { seed, farthest: init === 'maximin', signal })
  }
}
