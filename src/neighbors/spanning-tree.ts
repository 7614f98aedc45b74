import { BufferScope, type Executor } from '../engine/engine.js'
import type { Points, Progress } from '../types.js'
import { BoruvkaRounds } from './boruvka-rounds.js'
import { type Metric, measurePoints } from './measured-points.js'
import { lastMeasures, nearestLists } from './nearest.js'
import { createPointForest } from './point-forest.js'
import { ascendingOrder } from './sort.js'

/** Least number of nearest neighbours that are listed, the point itself included: most edges of the tree are among them. */
const MIN_LISTED = 8

/** A minimum spanning tree: rows − 1 edges between rows, by ascending weight. */
export interface SpanningTree {
  from: Uint32Array<ArrayBuffer>
  to: Uint32Array<ArrayBuffer>
  weights: Float64Array<ArrayBuffer>
  /** Distance of each row to its `minSamples`-th nearest, itself included. */
  coreDistances: Float64Array<ArrayBuffer>
}

export interface SpanningTreeOptions {
  metric: Metric
  /** 1 for the distances as they are. */
  minSamples: number
  signal?: AbortSignal
  /** Stages: nearest, join; `join` tells the edges that were found. */
  onProgress?: (progress: Progress) => void
}

/**
 * The minimum spanning tree of all points in the graph of mutual reachability, whose edges weigh as much as the largest of the
 * distance of their ends and the core distances of both (R. Campello, D. Moulavi and J. Sander 2013), by Borůvka's rounds:
 * every component takes its nearest edge to another. Weights are float32 distances. `minSamples` above the number of points
 * counts as that.
 */
export async function spanningTree(
  executor: Executor,
  points: Points,
  { metric, minSamples, signal, onProgress }: SpanningTreeOptions,
): Promise<SpanningTree> {
  signal?.throwIfAborted()
  const measured = await measurePoints(executor, points, metric, 0)
  const { rows, distanceOf } = measured
  const scope = new BufferScope(executor)
  try {
    const forest = createPointForest(executor, scope, measured, null)
    const k = Math.min(minSamples, rows)
    const nearest = await nearestLists(executor, scope, forest, k, { listed: MIN_LISTED, signal, onProgress })
    const cores = lastMeasures(forest, nearest, k)
    const rounds = new BoruvkaRounds(executor, forest, cores, nearest)
    onProgress?.({ stage: 'join', done: 0, total: rows - 1 })
    while (rounds.found < rows - 1) {
      await rounds.search(signal)
      rounds.join()
      onProgress?.({ stage: 'join', done: rounds.found, total: rows - 1 })
    }
    const { order } = forest
    const coreDistances = new Float64Array(rows)
    for (let place = 0; place < rows; place++) coreDistances[order[place]] = distanceOf(cores[place])
    const ascending = ascendingOrder(rounds.weights)
    return {
      from: ascending.map((edge) => order[rounds.from[edge]]),
      to: ascending.map((edge) => order[rounds.to[edge]]),
      weights: Float64Array.from(ascending, (edge) => distanceOf(rounds.weights[edge])),
      coreDistances,
    }
  } finally {
    scope.release()
  }
}
