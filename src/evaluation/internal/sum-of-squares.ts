import type { Engine } from '../../engine/engine.js'
import type { Points } from '../../types.js'
import { centroidsOf, spreadsOf } from './centroids.js'
import { type IndexOptions, loadClusters } from './load-clusters.js'

/**
 * The sum of the squared Euclidean distances of all points to the centroids of their clusters, in squared units of the
 * points: what k-means lowers. Summed in float64, far from 0 as near it.
 *
 * @param labels any integers, one a point; one cluster is enough
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column)
 */
export async function withinClusterSumOfSquares(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: IndexOptions = {},
): Promise<number> {
  const { matrix, clusters } = await loadClusters('withinClusterSumOfSquares', engine, points, labels, options)
  const { data, columns } = matrix
  return spreadsOf(data, columns, clusters, centroidsOf(data, columns, clusters)).reduce((sum, spread) => sum + spread)
}
