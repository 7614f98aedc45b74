import { loadPoints } from '../../data/load-points.js'
import { type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { type Metric, measurePoints } from '../../neighbors/measured-points.js'
import { spanningTree } from '../../neighbors/spanning-tree.js'
import { AGGLOMERATIVE } from '../../options/hierarchy.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Points, Progress } from '../../types.js'
import { Centroids } from './centroids.js'
import { mergeConnected } from './connected-merges.js'
import { type Connectivity, checkConnectivity } from './connectivity.js'
import { DistanceMatrix } from './distance-matrix.js'
import { type Control, mergeGreedily } from './greedy-merges.js'
import { leafOrder } from './leaf-order.js'
import { measurePairs } from './measure-pairs.js'
import { MergeRecord } from './merge-record.js'
import { mergeTree } from './merge-tree.js'
import { optimalOrder, requireOrderable } from './optimal-order.js'
import { mergeMatrix, mergePoints, mergeReciprocally } from './reciprocal-merges.js'

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
  /**
   * Rows that are connected, `{ neighbors: 10 }` or `{ edges }`: only clusters that an edge connects may merge. Ward and
   * centroid linkage measure whole clusters, as they do without; the others measure the edges between two clusters only: the
   * shortest (single), the longest (complete), or their mean, to which each of two clusters that merge contributes by its
   * size (average), as in scikit-learn's AgglomerativeClustering. Components of the graph merge last, by their centroids or
   * along the shortest edges between them. Heights may fall then, and those of ward in any graph.
   */
  connectivity?: Connectivity
  /**
   * Order of `leaves`: the first cluster of every merge first (the default); or, of all orders that the merges allow, that
   * in which the distances of neighbours have the least sum, for at most 16384 rows.
   */
  leafOrder?: 'merges' | 'optimal'
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: measure, for complete and average linkage; merge; for single linkage join; then order, for an optimal one. */
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
  /** With `connectivity`: number of components of the graph, which the last components − 1 merges join. */
  components?: number
}

/**
 * Agglomerative hierarchical clustering: the two nearest clusters merge, from single rows on, until one is left. `cutTree`
 * turns the merges into labels.
 *
 * Ward, complete and average linkage merge in every round all clusters that are each other's nearest; what is left is merged
 * one by one, as are all clusters of the centroid linkage, by the generic algorithm (D. Müllner, arXiv:1109.2378). Of equal
 * distances those of the lowest rows come first. Complete and average linkage keep the float32 distances of all pairs in
 * memory, 400 MB for 10 000 rows, or about half of it where a device merges some first (at most 32 columns); the others take
 * memory linear in the points. Single linkage comes from a minimum spanning tree (J. C. Gower and G. J. S. Ross 1969); its
 * equal heights are one event, so that the order of the rows decides nothing but numbers. With `connectivity`, clusters
 * merge along edges, in float64 on the host: a merge takes a time by the edges of its two clusters, and of equal distances
 * those of the clusters that were made first come first.
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
  const settings = readOptions('agglomerative', options, AGGLOMERATIVE)
  const { linkage, metric, signal } = settings
  signal?.throwIfAborted()
  if ((linkage === 'ward' || linkage === 'centroid') && metric !== 'euclidean') {
    throw new LloydError('InputError', `linkage '${linkage}' takes Euclidean distances only, not metric '${metric}'`)
  }
  const connectivity = settings.connectivity && checkConnectivity(settings.connectivity)
  const optimal = settings.leafOrder === 'optimal'
  const matrix = optimal || connectivity ? await loadPoints(executor, points, 'points') : null
  if (optimal) requireOrderable(matrix!.rows)
  const { merges, ...components } = connectivity
    ? await mergeConnected(executor, matrix!, { ...settings, connectivity })
    : { merges: await merge(executor, matrix ?? points, settings) }
  const leaves = optimal
    ? await optimalOrder(merges, await measurePoints(executor, matrix!, metric, 0), settings)
    : leafOrder(merges)
  return { merges, leaves, ...components }
}

async function merge(
  executor: Executor,
  points: Points,
  { linkage, metric, ...control }: Pick<Required<AgglomerativeOptions>, 'linkage' | 'metric'> & Control,
): Promise<Matrix<Float64Array<ArrayBuffer>>> {
  if (linkage === 'single')
    return mergeTree(await spanningTree(executor, points, { metric, minSamples: 1, ...control }))
  await executor.idle() // Small tables need no device, but an engine that is gone is refused.
  const matrix = await loadPoints(executor, points, 'points')
  const record = new MergeRecord(matrix.rows)
  if (linkage === 'complete' || linkage === 'average') {
    const measured = await measurePoints(executor, matrix, metric, 0)
    const rooted = metric === 'euclidean'
    const heightOf = (distance: number) => measured.distanceOf(rooted ? distance * distance : distance)
    const complete = linkage === 'complete'
    const { ids, ...clusters } = await mergePoints(executor, measured, record, control)
    const rows = await measurePairs(executor, measured, clusters, { rooted, complete }, control)
    const distances = new DistanceMatrix(rows, ids, record.sizes, complete, heightOf)
    await mergeMatrix(distances, record, control)
    await mergeGreedily(distances, record, control)
    return record.finish(true)
  }
  control.onProgress?.({ stage: 'merge', done: 0, total: record.rows - 1 })
  const clusters = new Centroids(matrix, linkage === 'ward')
  if (linkage === 'ward') await mergeReciprocally(executor, clusters, record, control)
  await mergeGreedily(clusters, record, control)
  return record.finish(linkage !== 'centroid')
}
