import { MAX_COLUMNS } from '../../data/matrix.js'
import { LloydError, requireInteger, requireKnownOptions } from '../../engine/error.js'
import { UNIFORM_BYTES } from '../../engine/kernel.js'
import { clusterWords } from '../../kernels/kmeans/kmeans-state.js'
import { MEASURE_BLOCK } from '../../kernels/points/point-blocks.js'
import type { KMeansInit } from './kmeans.js'
import { MAX_CLUSTERS, SEQUENTIAL_CLUSTERS } from './limits.js'
import { mostCandidates } from './parallel-seeding.js'

/** Bytes that `kmeans` holds on the device. */
export interface KMeansEstimate {
  /** The points, their weights, labels, their changes and distances. A source's points are not held. */
  points: number
  /** Centroids and sums, whatever the number of points; software adapters hold up to 8 MiB more for copies of the sums. */
  clusters: number
  /** What k-means‖ holds beside the points: distances, draws and candidates. */
  seeding: number
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
  /** As `kmeans` takes it (default `'auto'`). */
  init?: KMeansInit
}): KMeansEstimate {
  if (typeof shape !== 'object' || shape === null) {
    throw new LloydError('InputError', 'estimateKMeans needs a shape, { rows, columns, k }')
  }
  requireKnownOptions('estimateKMeans', shape, ['rows', 'columns', 'k', 'weighted', 'streamed', 'init'])
  const { weighted = false, streamed = false, init = 'auto' } = shape
  const rows = requireInteger('rows', shape.rows, 1, Number.MAX_SAFE_INTEGER)
  const columns = requireInteger('columns', shape.columns, 1, MAX_COLUMNS)
  const k = requireInteger('k', shape.k, 1, MAX_CLUSTERS)
  const perRow = (streamed ? 0 : columns) + (weighted ? 1 : 0) + 4 + 1 / MEASURE_BLOCK
  const perCluster = 2 * columns + clusterWords(columns) + 2
  const points = Math.ceil(4 * rows * perRow)
  // Uniform buffers have one size, whatever is in them.
  const clusters = 4 * k * perCluster + 3 * UNIFORM_BYTES
  const parallel = init === 'k-means||' || (init === 'auto' && (k > SEQUENTIAL_CLUSTERS || streamed))
  const seeding = parallel ? 8 * rows + 4 * Math.min(rows, mostCandidates(k)) * (2 * columns + 1) : 0
  return { points, clusters, seeding, total: points + clusters + seeding }
}
