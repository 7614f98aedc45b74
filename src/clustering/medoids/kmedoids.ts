import { loadPoints } from '../../data/load-points.js'
import { checkWeights, weightCount } from '../../data/weights.js'
import { BufferScope, type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type Metric, measurePoints } from '../../neighbors/measured-points.js'
import { KMEDOIDS } from '../../options/medoids.js'
import { readOptions, type Settings } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { requireClusters } from '../kmeans/limits.js'
import { sampleRows } from '../kmeans/seeding.js'
import { findBestSet, hasFewSets } from './best-set.js'
import { buildMedoids } from './build.js'
import { ChangeSearch } from './change-search.js'
import { type Distances, givenDistances, PointDistances } from './distances.js'
import { MedoidClusters } from './medoid-clusters.js'
import { representRows } from './sample.js'
import { checkRows } from './start.js'
import { swapMedoids } from './swaps.js'
import { Turns } from './turns.js'

export interface KMedoidsOptions {
  /** Number of clusters, 1 … 65 536 and at most the number of points. */
  k: number
  /**
   * Distance of points: Euclidean (the default), Manhattan, or the cosine distance 1 − cos, for which no point may be 0.
   * `'precomputed'`: the points are a square matrix of distances, that of row i to row j as its medoid in row i, column j.
   */
  metric?: Metric | 'precomputed'
  /**
   * The first medoids: the rows that lower the cost the most, one after another (`'build'`, the default; of few rows, such as
   * 20 with k = 3, the best set of all), random rows, each set of them equally likely, or k different row numbers.
   */
  init?: 'build' | 'random' | ArrayLike<number>
  /** A finite weight ≥ 0 for every point, not all zero. */
  weights?: ArrayLike<number>
  /**
   * Number of random points, 1 … 2³¹, whose cost is lowered, each with the weight of the points that it is nearest to
   * (OneBatchPAM), where that of all points takes too long. Medoids are still any rows, labels and cost those of all points.
   */
  sampleSize?: number
  /** Maximum number of iterations, 0 … 1 000 000; default 300. */
  maxIterations?: number
  /** Seed of the random choices, 0 … 2³² − 1, default 0. */
  seed?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: build, for that start, with the number of medoids; swap, with the number of iterations. */
  onProgress?: (progress: Progress) => void
}

/** A clustering around medoids. Plain data. */
export interface KMedoids {
  /** Rows of the medoids, ascending. */
  medoids: Uint32Array
  /** The number, in `medoids`, of the medoid nearest to each point; of equal ones the first, but a medoid's own is itself. */
  labels: Uint32Array
  /** Σ w · d, where d is the distance of a point to its medoid. */
  cost: number
  /** Number of points of each cluster, regardless of weights. */
  sizes: Uint32Array
  /** Number of passes over all candidates, including the one that found no improvement. */
  iterations: number
  /**
   * Whether the medoids are a local optimum: a pass over all candidates found no swap of one medoid for another row that
   * lowers the cost (of the sample, for OneBatchPAM) by more than the rounding of its sum.
   */
  converged: boolean
  /** How the medoids were found: `'onebatchpam'` with a `sampleSize` below the number of points. */
  method: 'fasterpam' | 'onebatchpam'
}

type KMedoidsSettings = Settings<KMedoidsOptions, typeof KMEDOIDS>

/**
 * k-medoids: k of the points, such that the sum of the distances of all points to the nearest of them is a local minimum.
 * FasterPAM (E. Schubert and P. J. Rousseeuw, "Fast and eager k-medoids clustering", Information Systems 101, 2021): the
 * engine finds for every row by how much the cost changes when it replaces the medoid that is best to go; swaps that may
 * improve are measured again in float64 before they are done, so that the cost falls with each of them.
 *
 * An iteration takes time in proportion to the square of the number of points, and memory in proportion to the number of
 * points: distances are measured when they are needed. `sampleSize` makes it linear (A. de Mathelin, F. Deheeger, M. Mougeot
 * and N. Vayatis, "OneBatchPAM", AAAI 2025). All points are held in memory, those of a source or a device too.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column), or
 *   precomputed distances that are not square, negative, or not 0 on the diagonal; `OutOfMemoryError`; `DeviceLostError`
 */
export async function kmedoids(engine: Engine, points: Points, options: KMedoidsOptions): Promise<KMedoids> {
  const executor = executorOf(engine)
  const settings = readOptions('kmedoids', options, KMEDOIDS)
  const { k, metric, weights, sampleSize, signal } = settings
  signal?.throwIfAborted()
  const weighted = weights === undefined ? null : checkWeights(weights)
  const distances = await distancesOf(executor, points, metric)
  const { candidates } = distances
  requireClusters(k, candidates)
  if (sampleSize !== undefined && sampleSize < k) {
    throw new LloydError(
      'InputError',
      `sampleSize is ${sampleSize}, less than the ${k} medoids; leave it out, or raise it`,
    )
  }
  if (weighted && weighted.values.length !== candidates) throw weightCount(weighted.values.length, candidates)
  const values = weighted?.values ?? new Float32Array(candidates).fill(1)
  const start = typeof settings.init === 'string' ? settings.init : checkRows(settings.init, k, candidates)
  await executor.idle() // An engine that is gone is refused even where nothing is left to search.
  const { medoids, ...found } = await findMedoids(executor, distances, values, { ...settings, init: start })
  const final = new MedoidClusters(distances, values, k)
  const turns = new Turns(signal)
  for (const row of medoids) {
    final.add(row)
    if (turns.due) await turns.take()
  }
  const sizes = new Uint32Array(k)
  for (let row = 0; row < candidates; row++) sizes[final.nearest[row]]++
  const cost = final.cost * (weighted?.unit ?? 1) * distances.unit
  return { medoids, labels: final.nearest, cost, sizes, ...found }
}

async function distancesOf(executor: Executor, points: Points, metric: Metric | 'precomputed'): Promise<Distances> {
  const rowsOf = (rows: number) => {
    const all = new Uint32Array(rows)
    for (let row = 0; row < rows; row++) all[row] = row
    return all
  }
  if (metric === 'precomputed') {
    const matrix = await loadPoints(executor, points, 'points')
    return givenDistances(matrix, rowsOf(matrix.rows))
  }
  const measured = await measurePoints(executor, points, metric, 0)
  return new PointDistances(measured, metric === 'euclidean', rowsOf(measured.rows))
}

/** The medoids, ascending. */
async function findMedoids(
  executor: Executor,
  all: Distances,
  allWeights: Float32Array,
  { k, init, sampleSize, maxIterations, seed, signal, onProgress }: KMedoidsSettings,
): Promise<Pick<KMedoids, 'medoids' | 'iterations' | 'converged' | 'method'>> {
  const turns = new Turns(signal)
  const sampled = sampleSize !== undefined && sampleSize < all.candidates
  const scope = new BufferScope(executor)
  let search: ChangeSearch | undefined
  try {
    const distances = sampled ? all.of(Uint32Array.from(sampleRows(all.candidates, sampleSize, seed))) : all
    search = await ChangeSearch.create(executor, scope, distances, signal)
    const weights = sampled ? await representRows(search, distances, allWeights) : allWeights
    const clusters = new MedoidClusters(distances, weights, k)
    await startMedoids(clusters, search, { k, init, seed, onProgress }, turns)
    const ended = await swapMedoids(clusters, search, turns, { maxIterations, onProgress })
    return { medoids: clusters.medoids.slice().sort(), ...ended, method: sampled ? 'onebatchpam' : 'fasterpam' }
  } finally {
    search?.release()
    scope.release()
  }
}

/** Chooses the first medoids. */
async function startMedoids(
  clusters: MedoidClusters,
  search: ChangeSearch,
  { k, init, seed, onProgress }: Pick<KMedoidsSettings, 'k' | 'init' | 'seed' | 'onProgress'>,
  turns: Turns,
): Promise<void> {
  const { distances, weights } = clusters
  const few = init === 'build' && hasFewSets(distances, k)
  if (init === 'build' && !few) return await buildMedoids(clusters, search, turns, onProgress)
  const rows = few ? findBestSet(distances, weights, k) : init
  for (const row of typeof rows === 'string' ? sampleRows(distances.candidates, k, seed) : Array.from(rows)) {
    clusters.add(row)
    if (turns.due) await turns.take()
  }
}
