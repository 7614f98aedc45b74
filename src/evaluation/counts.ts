import { requireClusterMemory, requireClusters } from '../clustering/kmeans/limits.js'
import { refuseVanishing } from '../data/matrix.js'
import { findOrigin } from '../data/origin.js'
import { type PointSet, withPointSet } from '../data/points.js'
import type { Executor } from '../engine/engine.js'
import { requireInteger } from '../engine/error.js'
import { MAX_CLUSTERS } from '../options/limits.js'
import type { Points } from '../types.js'

interface CountRange {
  from: number
  to: number
  weights?: ArrayLike<number>
  signal?: AbortSignal
}

/** Does `work` on points that are to be clustered with every number of clusters in a range. */
export async function withCounts<T>(
  executor: Executor,
  points: Points,
  { from, to, weights, signal }: CountRange,
  work: (set: PointSet, counts: readonly number[]) => Promise<T>,
): Promise<T> {
  requireInteger('to', to, from, MAX_CLUSTERS)
  const check = (rows: number, columns: number) => {
    requireClusters(to, rows)
    requireClusterMemory(executor, to, columns)
    refuseVanishing(points, 'points')
  }
  const counts = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  return await withPointSet(executor, points, { weights, signal, check, originOf: findOrigin }, (set) =>
    work(set, counts),
  )
}
