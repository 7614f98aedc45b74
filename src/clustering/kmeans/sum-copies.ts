import type { Executor } from '../../engine/engine.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'

/** Number of threads that keep a software adapter busy, and of small workgroups, which spread them over its cores. */
const THREADS = 512
const MIN_THREADS = 64
const WORKGROUP = 16
const MAX_COPIES = 64
/** Maximum number of words of all copies: 4 MiB. */
const MAX_WORDS = 2 ** 20

/**
 * The number of copies of the clusters' sums, one for each slice of the points that moved, and the compile options of
 * sum-clusters. 0: a single copy, to which all threads add by atomics.
 *
 * On Mesa's software driver with 2 cores, in one run, copies reduced the time of the first iteration's sums from 80 to
 * 19 ms and of the next eight's from 12 to 5 (10⁶ × 3, k = 256), from 99 to 45 and from 21 to 11 (200 000 × 32, k =
 * 256). Sorting moves by cluster and summing runs of them took 57 and 54 ms, 14 and 19: rows in no order miss the
 * caches. More cores are not measured. GPUs add by atomics.
 */
export function sumCopies({ traits, maxBufferBytes }: Executor, rows: number, columns: number, k: number) {
  const fitting = Math.floor(Math.min(MAX_WORDS, maxBufferBytes / 4) / (k * clusterWords(columns)))
  // At most as many as points, so that folding the copies takes no longer than the sums.
  const copies = Math.min(MAX_COPIES, Math.ceil(THREADS / columns), Math.floor(rows / k), fitting)
  if (traits.cheapAtomics || copies * columns < MIN_THREADS) return { copies: 0, options: {} }
  return { copies, options: { flags: { OWNED: true }, workgroupSize: WORKGROUP } }
}
