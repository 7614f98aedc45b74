import { LloydError } from '../../engine/error.js'
import { nextTask } from '../../engine/next-task.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import type { Matrix, Progress } from '../../types.js'
import { LeafPaths } from './leaf-paths.js'

/** Most rows, of whose pairs the lengths take 2 GiB. */
const MOST_ROWS = 2 ** 14
/** Time between two turns of the event loop. */
const TURN_MS = 40

/** Throws an `InputError` for more rows than can be ordered. */
export function requireOrderable(rows: number): void {
  if (rows <= MOST_ROWS) return
  throw new LloydError(
    'InputError',
    `leafOrder 'optimal' takes 8 bytes for every pair of rows, ${((8 * rows ** 2) / 1e9).toFixed(1)} GB for ${rows} rows; it takes at most ${MOST_ROWS}: cluster fewer rows, or take leafOrder 'merges'`,
  )
}

/**
 * The order of the rows at the foot of a dendrogram in which the distances of neighbours have the least sum, of all orders
 * that its merges allow (Z. Bar-Joseph, D. K. Gifford and T. S. Jaakkola, "Fast optimal leaf ordering for hierarchical
 * clustering", Bioinformatics 17, 2001), in a time between n² and n³ / 6. SciPy 1.17's `optimal_leaf_ordering` gives longer
 * ones (its issue 11227). Of the two directions of an order, that with a row of the last merge's first cluster first is taken.
 */
export async function optimalOrder(
  merges: Matrix<Float64Array>,
  points: MeasuredPoints,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<Uint32Array<ArrayBuffer>> {
  const { rows } = points
  const paths = new LeafPaths(merges, points)
  const total = (rows * (rows - 1)) / 2
  let done = 0
  let turn = performance.now()
  for (let merge = 0; merge < merges.rows; merge++) {
    for (const pairs of paths.join(merge)) {
      done += pairs
      if (performance.now() - turn < TURN_MS) continue
      onProgress?.({ stage: 'order', done, total })
      await nextTask()
      signal?.throwIfAborted()
      turn = performance.now()
    }
  }
  onProgress?.({ stage: 'order', done: total, total })
  return paths.shortest()
}
