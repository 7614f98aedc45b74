import { LloydError, requireInteger } from '../engine/error.js'
import { UNIFORM_BYTES } from '../engine/kernel.js'
import { MEASURE_BLOCK } from '../kernels/measure-points.js'
import { clusterWords } from '../kernels/shared/kmeans-state.js'
import { MAX_CLUSTERS } from './kmeans.js'
import { MAX_COLUMNS } from './matrix.js'

/** Bytes that `kmeans` holds on the device. */
export interface KMeansEstimate {
  /** The points, their weights, labels, their changes and distances. A source's points are not held. */
  points: number
  /** Centroids and sums, whatever the number of points; software adapters hold up to 8 MiB more for copies of the sums. */
  clusters: number
  total: number
}

/** Says what memory `kmeans` takes on the device for a shape, before anything is allocated. */
export function estimateKMeans(shape: {
  rows: number
  columns: number
  k: number
  weighted?: boolean
  /** The points come from a source and are read for every pass. */
  streamed?: boolean
}): KMeansEstimate {
  if (typeof shape !== 'object' || shape === null) {
    throw new LloydError('InputError', 'estimateKMeans needs a shape, { rows, columns, k }')
  }
  const rows = requireInteger('rows', shape.rows, 1, Number.MAX_SAFE_INTEGER)
  const columns = requireInteger('columns', shape.columns, 1, MAX_COLUMNS)
  const k = requireInteger('k', shape.k, 1, MAX_CLUSTERS)
  const perRow = (shape.streamed ? 0 : columns) + (shape.weighted ? 1 : 0) + 4 + 1 / MEASURE_BLOCK
  const perCluster = 2 * columns + clusterWords(columns) + 2
  const points = Math.ceil(4 * rows * perRow)
  // Uniform buffers have one size, whatever is in them.
  const clusters = 4 * k * perCluster + 3 * UNIFORM_BYTES
  return { points, clusters, total: points + clusters }
}
