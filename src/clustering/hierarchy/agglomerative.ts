import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { Metric } from '../../neighbors/measured-points.js'
import { spanningTree } from '../../neighbors/spanning-tree.js'
import { AGGLOMERATIVE } from '../../options/hierarchy.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Points, Progress } from '../../types.js'
import { leafOrder } from './leaf-order.js'
import { mergeTree } from './merge-tree.js'

export interface AgglomerativeOptions {
  /**
   * Distance of clusters: Ward's (the default), whose square is twice the growth of the sum of squares by a merge; that of
   * their nearest points (single), of their farthest points (complete), the mean of all pairs of points (average), or that
   * of their centroids.
   */
  linkage?: 'ward' | 'single' | 'complete' | 'average' | 'centroid'
  /**
   * Distance of points: Euclidean (the default and the only one of ward and centroid), Manhattan, or the cosine distance
   * 1 − cos, which no zero row has.
   */
  metric?: Metric
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: join. */
  onProgress?: (progress: Progress) => void
}

/** A hierarchy of clusters. Plain data. */
export interface Agglomerative {
  /**
   * Merges in SciPy's layout, rows − 1 × 4: two ids a < b, the height and the number of rows; ids from `rows` on are those of
   * earlier merges.
   */
  merges: Matrix<Float64Array>
  /** The rows from left to right at the foot of the dendrogram. */
  leaves: Uint32Array
}

/**
 * Agglomerative hierarchical clustering: the two nearest clusters merge, from single rows on, until one is left. `cutTree`
 * turns the merges into labels.
 *
 * Single linkage comes from a minimum spanning tree, in memory linear in the points (J. C. Gower and G. J. S. Ross 1969);
 * equal heights are one event, so that the order of the rows decides nothing but numbers.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export async function agglomerative(
  engine: Engine,
  points: Points,
  options: AgglomerativeOptions = {},
): Promise<Agglomerative> {
  const executor = executorOf(engine)
  const { linkage, metric, ...control } = readOptions('agglomerative', options, AGGLOMERATIVE)
  if (linkage !== 'single') throw new LloydError('InputError', `linkage '${linkage}' is not available yet`)
  const merges = mergeTree(await spanningTree(executor, points, { metric, minSamples: 1, ...control }))
  return { merges, leaves: leafOrder(merges) }
}
