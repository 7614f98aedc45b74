import { BufferScope, type Executor } from '../engine/engine.js'
import type { Points, Progress } from '../types.js'
import { BoruvkaRounds } from './boruvka-rounds.js'
import { type Metric, measurePoints } from './measured-points.js'
import { nearestMeasures } from './nearest.js'
import { createPointForest } from './point-forest.js'

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
    const control = { signal, onProgress }
    const cores = k > 1 ? await nearestMeasures(executor, scope, forest, k, control) : new Float32Array(rows)
    const rounds = new BoruvkaRounds(executor, forest, cores)
    onProgress?.({ stage: 'join', done: 0, total: rows - 1 })
    while (rounds.edges.length < rows - 1) {
      await rounds.search(signal)
      rounds.join()
      onProgress?.({ stage: 'join', done: rounds.edges.length, total: rows - 1 })
    }
    const edges = rounds.edges.sort((a, b) => a.weight - b.weight)
    const { order } = forest
    const coreDistances = new Float64Array(rows)
    for (let place = 0; place < rows; place++) coreDistances[order[place]] = distanceOf(cores[place])
    return {
      from: Uint32Array.from(edges, ({ from }) => order[from]),
      to: Uint32Array.from(edges, ({ to }) => order[to]),
      weights: Float64Array.from(edges, ({ weight }) => distanceOf(weight)),
      coreDistances,
    }
  } finally {
    scope.release()
  }
}
