import type { Executor } from '../../engine/engine.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'

/** Threads that keep a software adapter busy, and small workgroups that spread them over its cores. */
const THREADS = 512
const LEAST_THREADS = 64
const WORKGROUP = 16
const MOST_COPIES = 64
/** Of all copies: 4 MiB. */
const MOST_WORDS = 2 ** 20

/**
 * How many copies of the clusters' sums sum-clusters has, one for each slice of the points that moved, and how it is
 * compiled. 0: there is one, to which all threads add by atomics.
 *
 * Mesa's software driver, 2 cores, in one run: with copies, the first iteration's sums took 19 instead of 80 ms and the
 * next eight's 5 instead of 12 (10⁶ × 3, k = 256), 45 instead of 99 and 11 instead of 21 (200 000 × 32, k = 256). To sort
 * moves by cluster and sum runs of them took 57 and 54 ms, 14 and 19: rows in no order miss the caches. More cores are not
 * measured. GPUs add by atomics.
 */
export function sumCopies({ traits, maxBufferBytes }: Executor, rows: number, columns: number, k: number) {
  const fitting = Math.floor(Math.min(MOST_WORDS, maxBufferBytes / 4) / (k * clusterWords(columns)))
  // No more than points: folding the copies is not to take longer than the sums.
  const copies = Math.min(MOST_COPIES, Math.ceil(THREADS / columns), Math.floor(rows / k), fitting)
  if (traits.cheapAtomics || copies * columns < LEAST_THREADS) return { copies: 0, options: {} }
  return { copies, options: { flags: { OWNED: true }, workgroupSize: WORKGROUP } }
}
