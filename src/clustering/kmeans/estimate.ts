import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'
import { MEASURE_BLOCK } from '../../kernels/points/point-blocks.js'
import { ESTIMATE_KMEANS } from '../../options/kmeans.js'
import { readOptions } from '../../options/table.js'
import type { KMeansInit } from './kmeans.js'
import { seedsInParallel } from './limits.js'
import { maxCandidates } from './parallel-seeding.js'
import { boundsBytes, prunable, pruningBytes, takesBounds } from './pruning/limits.js'

/** Bytes that `kmeans` allocates on the device. */
export interface KMeansEstimate {
  /** Points, weights, labels, label changes and distances; without the points of a source, which are not kept. */
  points: number
  /**
   * Centroids and sums, which do not depend on the number of points; software adapters hold up to 8 MiB more for copies
   * of the sums.
   */
  clusters: number
  /** Distances, draws and candidates of k-means‖. */
  seeding: number
  /** A copy of points whose distances can be spared, in blocks, with lists of centroids. */
  pruning: number
  /** Bounds of all distances, which only CPU executors keep, where they may spare some and fit: not in the total. */
  bounds: number
  total: number
}

/**
 * Estimates the device memory of `kmeans` for a shape, without allocating anything.
 * @param shape rows 1 … 2⁵³ − 1, columns 1 … 4096, k 1 … 65 536; `weighted`: whether the points have weights, default
 *   false
 */
export function estimateKMeans(shape: {
  rows: number
  columns: number
  k: number
  weighted?: boolean
  /** Whether the points come from a source and are read for every pass; default false. */
  streamed?: boolean
  /** As in `kmeans`; default `'auto'`. */
  init?: KMeansInit
}): KMeansEstimate {
  const { rows, columns, k, weighted, streamed, init } = readOptions('estimateKMeans', shape, ESTIMATE_KMEANS)
  const perRow = (streamed ? 0 : columns) + (weighted ? 1 : 0) + 4 + 1 / MEASURE_BLOCK
  const perCluster = 2 * columns + clusterWords(columns) + 2
  const points = Math.ceil(4 * rows * perRow)
  // Uniform buffers have one size, whatever their content.
  const clusters = 4 * k * perCluster + 3 * UNIFORM_BYTES
  const parallel = init === 'k-means||' || (init === 'auto' && (streamed || seedsInParallel(rows, columns, k)))
  const seeding = parallel ? 8 * rows + 4 * Math.min(rows, maxCandidates(k)) * (2 * columns + 1) : 0
  const pruning = prunable({ rows, columns, resident: !streamed }, k) ? pruningBytes(rows, columns) : 0
  const bounds = !streamed && takesBounds(rows, columns, k) ? boundsBytes(rows, k) : 0
  return { points, clusters, seeding, pruning, bounds, total: points + clusters + seeding + pruning }
}
