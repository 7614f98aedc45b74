import type { Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'

/** Minimum number of rows of a dispatch; all but the last take a multiple of it. */
export const MIN_ROWS = 256
/**
 * Maximum k for which `'auto'` seeds by greedy k-means++: beyond, its k sequential rounds take longer than they save.
 */
export const SEQUENTIAL_CLUSTERS = 256

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
