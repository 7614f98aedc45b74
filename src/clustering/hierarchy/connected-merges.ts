import type { Executor } from '../../engine/engine.js'
import { type Metric, measurePoints } from '../../neighbors/measured-points.js'
import { countUp } from '../../neighbors/sort.js'
import { spanningTree } from '../../neighbors/spanning-tree.js'
import type { Matrix, TypedArray } from '../../types.js'
import { Centroids } from './centroids.js'
import { ClusterGraph, type Edges } from './cluster-graph.js'
import { type Connectivity, connectedRows } from './connectivity.js'
import { EdgeHeap } from './edge-heap.js'
import { CentroidEdges, DistanceEdges, type EdgeLinkage, weightsOf } from './edge-linkages.js'
import { type Control, mergeGreedily, Turns } from './greedy-merges.js'
import { type AscendingEdges, Links } from './links.js'
import { MergeRecord } from './merge-record.js'
import { mergeTree } from './merge-tree.js'

interface Settings extends Control {
  linkage: 'ward' | 'single' | 'complete' | 'average' | 'centroid'
  metric: Metric
  connectivity: Connectivity
}

/**
 * Merges clusters that an edge connects, and then the components of the graph, whose number is told: by their centroids, or
 * along the shortest edges between them.
 */
export async function mergeConnected(
  executor: Executor,
  points: Matrix<TypedArray>,
  { linkage, metric, connectivity, ...control }: Settings,
): Promise<{ merges: Matrix<Float64Array<ArrayBuffer>>; components: number }> {
  const { rows } = points
  await executor.idle() // Given edges need no device, but an engine that is gone is refused.
  const measured = await measurePoints(executor, points, metric, 0)
  const edges = await connectedRows(executor, connectivity, measured, control)
  const record = new MergeRecord(rows)
  const turns = new Turns(record, control)
  control.onProgress?.({ stage: 'merge', done: 0, total: rows - 1 })
  if (linkage === 'ward' || linkage === 'centroid') {
    const clusters = new Centroids(points, linkage === 'ward')
    const links = new Links(record, clusters.ids)
    await mergeAlong(edges, new CentroidEdges(edges, clusters), links, turns)
    const components = rows - record.made
    clusters.keep(links.slots())
    await mergeGreedily(clusters, record, control)
    return { merges: record.finish(false), components }
  }
  const links = new Links(record, countUp(rows))
  const weights = weightsOf(edges, measured)
  if (linkage === 'single') links.addAlong(ascending(edges, weights))
  else await mergeAlong(edges, new DistanceEdges(weights, rows, linkage), links, turns)
  const components = rows - record.made
  if (components > 1) links.addAlong(await spanningTree(executor, points, { metric, minSamples: 1, ...control }))
  control.onProgress?.({ stage: 'merge', done: rows - 1, total: rows - 1 })
  return { merges: linkage === 'single' ? mergeTree(links) : record.finish(false), components }
}

function ascending({ from, to }: Edges, weights: Float64Array): AscendingEdges {
  const order = countUp(weights.length).sort((a, b) => weights[a] - weights[b] || a - b)
  return {
    from: order.map((edge) => from[edge]),
    to: order.map((edge) => to[edge]),
    weights: weights.slice().sort(),
  }
}

/** Merges along the edge of the least weight, as long as there is one. */
async function mergeAlong(edges: Edges, linkage: EdgeLinkage, links: Links, turns: Turns): Promise<void> {
  const { weights } = linkage
  const graph = new ClusterGraph(turns.record.rows, edges)
  const heap = new EdgeHeap(weights, graph.ends, links.ids)
  while (heap.size > 0) {
    const edge = heap.first
    const [a, b] = graph.slotsOf(edge)
    const height = linkage.heightOf(weights[edge])
    // In the heap, neither weights nor ids may change.
    graph.eachOf(a, (edge) => heap.remove(edge))
    graph.eachOf(b, (edge, other) => other !== a && heap.remove(edge))
    linkage.unite(a, b, graph)
    links.add(a, b, height)
    graph.eachOf(a, (edge) => heap.add(edge))
    if (turns.due) await turns.take()
  }
  turns.control.signal?.throwIfAborted()
}
