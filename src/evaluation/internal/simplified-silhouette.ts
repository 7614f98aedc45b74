import { loadPoints } from '../../data/load-points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { measurePoints, unitRows } from '../../neighbors/measured-points.js'
import { SILHOUETTE } from '../../options/evaluation.js'
import { readOptions } from '../../options/table.js'
import type { Points } from '../../types.js'
import { centroidsOf } from './centroids.js'
import { type Clusters, gatherMembers, readClusters, requireSeveral } from './clusters.js'
import { type Comparison, compareClusters } from './mean-distances.js'
import type { SilhouetteOptions } from './silhouette.js'
import { type Silhouette, silhouetteValues } from './silhouette-values.js'

/**
 * Silhouettes by the distances to the centroids of clusters in place of the mean distances to their points (E. R. Hruschka et
 * al. 2004): (b − a) / max(a, b), a being the distance to the own centroid and b that to the nearest other; 0 in a cluster of
 * one. The number of pairs of points does not matter.
 *
 * @param labels any integers, one a point
 * @throws LloydError `InputError` for an argument outside its range, for one cluster or as many as points, for NaN or infinity
 *   in the points (with row and column); `OutOfMemoryError`; `DeviceLostError`
 */
export async function simplifiedSilhouette(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: SilhouetteOptions = {},
): Promise<Silhouette> {
  const executor = executorOf(engine)
  const { metric, noise, signal, onProgress } = readOptions('simplifiedSilhouette', options, SILHOUETTE)
  signal?.throwIfAborted()
  const isCosine = metric === 'cosine'
  const { data, columns, rows, manhattan } = isCosine
    ? { ...(await loadPoints(executor, points, 'points')), manhattan: false }
    : await measurePoints(executor, points, metric, 0)
  const clusters = readClusters(labels, rows, noise)
  requireSeveral('simplifiedSilhouette', clusters)
  const means = centroidsOf(data, columns, clusters)
  // Half the squared distance of two directions is their cosine distance.
  const pair = isCosine
    ? centred(unitRows(data, columns, 'points'), unitRows(means, columns, 'the centroids'), columns)
    : { points: data as Float32Array, others: new Float32Array(means) }
  const { own, other } = await compareClusters(
    executor,
    { ...comparisonOf(clusters, columns, pair), manhattan, squared: isCosine },
    { signal, onProgress },
  )
  return silhouetteValues(clusters, (member) => own[member], other)
}

type Pair = Pick<Comparison, 'points' | 'others'>

/** Points and centroids minus the first centroid, in float32. */
function centred(points: Float64Array, means: Float64Array, columns: number): Pair {
  const less = (value: number, i: number) => value - means[i % columns]
  return { points: new Float32Array(points.map(less)), others: new Float32Array(means.map(less)) }
}

function comparisonOf({ members, owners, count }: Clusters, columns: number, { points, others }: Pair): Comparison {
  return {
    columns,
    points: gatherMembers(points as Float32Array<ArrayBuffer>, columns, members),
    owners,
    others,
    clusters: Uint32Array.from({ length: count }, (_, cluster) => cluster),
    factors: new Float32Array(count).fill(1),
  }
}
