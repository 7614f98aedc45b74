import type { Engine } from '../../engine/engine.js'
import type { Points } from '../../types.js'
import { centroidsOf, spreadsOf } from './centroids.js'
import { requireSeveral } from './clusters.js'
import { type IndexOptions, loadClusters } from './load-clusters.js'

/**
 * The variance ratio criterion (T. Caliński and J. Harabasz, Commun. Stat. 3, 1974): the sum of squares between clusters over
 * that within them, each divided by its degrees of freedom; more is better. 1 where nothing varies within. Computed in
 * float64.
 *
 * @param labels any integers, one a point
 * @throws LloydError `InputError` for an argument outside its range, for one cluster or as many as points, for NaN or infinity
 *   in the points (with row and column)
 */
export async function calinskiHarabasz(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: IndexOptions = {},
): Promise<number> {
  const { matrix, clusters } = await loadClusters('calinskiHarabasz', engine, points, labels, options)
  requireSeveral('calinskiHarabasz', clusters)
  const { data, columns } = matrix
  const { count, sizes, members } = clusters
  const means = centroidsOf(data, columns, clusters)
  const within = spreadsOf(data, columns, clusters, means).reduce((sum, spread) => sum + spread)
  const middle = new Float64Array(columns)
  for (let at = 0; at < means.length; at++) {
    middle[at % columns] += (sizes[Math.floor(at / columns)] / members.length) * (means[at] - means[at % columns])
  }
  let between = 0
  for (let at = 0; at < means.length; at++) {
    const difference = means[at] - means[at % columns] - middle[at % columns]
    between += sizes[Math.floor(at / columns)] * difference ** 2
  }
  return within === 0 ? 1 : (between / (count - 1)) * ((members.length - count) / within)
}
