import { loadPoints } from '../../data/load-points.js'
import { type Engine, type Executor, executorOf } from '../../engine/engine.js'
import { type Metric, measurePoints, unitRows } from '../../neighbors/measured-points.js'
import { SILHOUETTE } from '../../options/evaluation.js'
import { readOptions } from '../../options/table.js'
import type { Points, Progress } from '../../types.js'
import { centroidsOf, spreadsOf } from './centroids.js'
import { type Clusters, gatherMembers, type NoiseRule, readClusters, requireSeveral } from './clusters.js'
import { type Compared, type Control, compareClusters } from './mean-distances.js'
import { type Silhouette, silhouetteValues } from './silhouette-values.js'

export interface SilhouetteOptions {
  /** Distance of points: Euclidean (the default), Manhattan, or the cosine distance 1 − cos, for which no point may be 0. */
  metric?: Metric
  /** Whether points labelled −1 are a cluster like others (the default), or left out. */
  noise?: NoiseRule
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stage: measure, which tells points. */
  onProgress?: (progress: Progress) => void
}

/**
 * The silhouette of each point (P. J. Rousseeuw, J. Comput. Appl. Math. 20, 1987): (b − a) / max(a, b), a being the mean of
 * its distances to the others of its cluster and b the least mean of those to another cluster; 0 in a cluster of one. All
 * pairs of points are measured, in float32; only for the cosine distance their number does not matter. Time grows with the
 * square of the number of points, the memory of the device with the number: 8 bytes for each coordinate and 24 for each point.
 *
 * @param labels any integers, one a point
 * @throws LloydError `InputError` for an argument outside its range, for one cluster or as many as points, for NaN or infinity
 *   in the points (with row and column); `OutOfMemoryError`; `DeviceLostError`
 */
export async function silhouette(
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: SilhouetteOptions = {},
): Promise<Silhouette> {
  const executor = executorOf(engine)
  const { metric, noise, signal, onProgress } = readOptions('silhouette', options, SILHOUETTE)
  signal?.throwIfAborted()
  const control = { signal, onProgress }
  if (metric === 'cosine') {
    const { data, columns, rows } = await loadPoints(executor, points, 'points')
    const clusters = readClusters(labels, rows, noise)
    requireSeveral('silhouette', clusters)
    const { own, other } = await compareDirections(
      executor,
      unitRows(data, columns, 'points'),
      columns,
      clusters,
      control,
    )
    const { owners, sizes } = clusters
    // The mean includes the point itself, at distance 0.
    const ownMean = (member: number) => (own[member] * sizes[owners[member]]) / (sizes[owners[member]] - 1)
    return silhouetteValues(clusters, ownMean, other)
  }
  const { data, columns, rows, manhattan } = await measurePoints(executor, points, metric, 0)
  const clusters = readClusters(labels, rows, noise)
  requireSeveral('silhouette', clusters)
  const { members, owners, sizes } = clusters
  const sorted = gatherMembers(data, columns, members)
  const factors = Float32Array.from(sizes, (size) => 1 / size)
  const comparison = { columns, points: sorted, owners, others: sorted, clusters: owners, factors, manhattan }
  const { own, other } = await compareClusters(executor, comparison, control)
  return silhouetteValues(clusters, (member) => own[member] / (sizes[owners[member]] - 1), other)
}

/**
 * Twice the means of the cosine distances to clusters: half the squared distance of two directions u and v is 1 − cos, and
 * the mean of ‖u − v‖² over a cluster is ‖u − m‖² + V, with the mean m of its directions and the mean V of their squared
 * distances to m. √V is one more coordinate of the mean.
 */
async function compareDirections(
  executor: Executor,
  units: Float64Array,
  columns: number,
  clusters: Clusters,
  control: Control,
): Promise<Compared> {
  const { members, owners, sizes, count } = clusters
  const means = centroidsOf(units, columns, clusters)
  const spread = spreadsOf(units, columns, clusters, means)
  const others = new Float32Array(count * (columns + 1))
  const points = new Float32Array(members.length * (columns + 1))
  // Relative to the first mean, so that directions near one another keep their differences in float32.
  for (let member = 0, to = 0; member < members.length; member++, to++) {
    const at = members[member] * columns
    for (let column = 0; column < columns; column++) points[to++] = units[at + column] - means[column]
  }
  for (let cluster = 0, from = 0, to = 0; cluster < count; cluster++) {
    for (let column = 0; column < columns; column++) others[to++] = means[from++] - means[column]
    others[to++] = Math.sqrt(spread[cluster] / sizes[cluster])
  }
  const each = Uint32Array.from({ length: count }, (_, cluster) => cluster)
  const factors = new Float32Array(count).fill(1)
  const comparison = { columns: columns + 1, points, owners, others, clusters: each, factors, squared: true }
  return await compareClusters(executor, comparison, control)
}
