import { loadPoints } from '../../data/load-points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { INDEX } from '../../options/evaluation.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Points, TypedArray } from '../../types.js'
import { type Clusters, type NoiseRule, readClusters } from './clusters.js'

export interface IndexOptions {
  /** Whether points labelled −1 are a cluster like others (the default), or left out. */
  noise?: NoiseRule
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** Points in memory, as they were given, with their clusters, for an index that is computed from their centroids. */
export async function loadClusters(
  caller: string,
  engine: Engine,
  points: Points,
  labels: ArrayLike<number>,
  options: IndexOptions,
): Promise<{ matrix: Matrix<TypedArray>; clusters: Clusters; signal?: AbortSignal }> {
  const executor = executorOf(engine)
  const { noise, signal } = readOptions(caller, options, INDEX)
  signal?.throwIfAborted()
  await executor.idle() // Indices are computed here, but an engine that is gone is refused.
  const matrix = await loadPoints(executor, points, 'points')
  signal?.throwIfAborted()
  const clusters = readClusters(labels, matrix.rows, noise)
  if (clusters.count > 0) return { matrix, clusters, signal }
  throw new LloydError('InputError', `${caller} leaves out noise, and all ${matrix.rows} points are labelled −1`)
}
