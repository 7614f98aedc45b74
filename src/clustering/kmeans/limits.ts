import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'

/** Minimum number of rows of a dispatch; all but the last take a multiple of it. */
export const MIN_ROWS = 256
/** Number of clusters beyond which k-means‖ tries one candidate at a time, to bound the time of k rounds over them. */
export const MANY_CLUSTERS = 4096

/**
 * Whether `'auto'` seeds by k-means‖ rather than by greedy k-means++, which has the same inertia (within 0.3 % on grids,
 * Zipfian and heavy-tailed data).
 *
 * Greedy k-means++ reads the points k times and takes (L + 1)·n·k·d multiply-adds, L = 2 + ⌊ln k⌋. k-means‖ reads them 8
 * times and takes 8·n·k·d by tiles, which take a quarter of the time, and (L + 1)·4k·k·d for its 4k candidates: less from
 * 6 points per cluster on. Below 2²⁸ multiply-adds an iteration, waits and compiling take longer than it saves.
 */
export const seedsInParallel = (rows: number, columns: number, k: number): boolean =>
  k > MANY_CLUSTERS || (rows > 8 * k && rows * columns * k > 2 ** 28)

/** Throws if there are fewer points than clusters. */
export function requireClusters(k: number, rows: number): void {
  if (k > rows) {
    throw new LloydError('InputError', `k is ${k} but there are only ${rows} points; use at most as many clusters`)
  }
}

/** Throws if the clusters do not fit the device, before any work. */
export function requireClusterMemory(executor: Executor, k: number, columns: number): void {
  const bytes = 4 * k * clusterWords(columns)
  if (bytes <= executor.maxBufferBytes) return
  throw new LloydError(
    'InputError',
    `the sums of ${k} clusters of ${columns} columns take ${bytes} bytes; this device binds at most ` +
      `${executor.maxBufferBytes}; use fewer clusters or columns`,
  )
}
