import { measureBetween } from '../../kernels/neighbors/point-tree.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import type { Centroids } from './centroids.js'
import type { ClusterGraph, Edges } from './cluster-graph.js'

/** Clusters that know the weights of the edges between them, in slots by their lowest rows. */
export interface EdgeLinkage {
  readonly weights: Float64Array
  /** The height of a merge along an edge. */
  heightOf(weight: number): number
  /** Unites two clusters in the slot of the first, in the graph as well. */
  unite(a: number, b: number, graph: ClusterGraph): void
}

/** Weights that follow from the centroids of whole clusters. */
export class CentroidEdges implements EdgeLinkage {
  readonly weights: Float64Array

  constructor(
    { from, to }: Edges,
    readonly clusters: Centroids,
  ) {
    this.weights = new Float64Array(from.length)
    for (let edge = 0; edge < from.length; edge++) this.weights[edge] = clusters.measureOf(from[edge], to[edge])
  }

  heightOf(weight: number): number {
    return this.clusters.heightOf(weight)
  }

  unite(a: number, b: number, graph: ClusterGraph): void {
    const { clusters, weights } = this
    clusters.unite(a, b)
    graph.unite(a, b, () => {})
    graph.eachOf(a, (edge, other) => {
      weights[edge] = clusters.measureOf(a, other)
    })
  }
}

/** The distances of the rows that edges connect. */
export function weightsOf({ from, to }: Edges, { data, columns, manhattan, distanceOf }: MeasuredPoints): Float64Array {
  const weights = new Float64Array(from.length)
  for (let edge = 0; edge < from.length; edge++) {
    weights[edge] = distanceOf(measureBetween(data, from[edge] * columns, to[edge] * columns, columns, manhattan))
  }
  return weights
}

/**
 * Weights that follow from one another: that of an edge in place of two is the greater, or their mean by the sizes of the
 * clusters that were united.
 */
export class DistanceEdges implements EdgeLinkage {
  readonly #sizes: Float64Array

  constructor(
    readonly weights: Float64Array,
    rows: number,
    readonly linkage: 'complete' | 'average',
  ) {
    this.#sizes = new Float64Array(rows).fill(1)
  }

  heightOf(weight: number): number {
    return weight
  }

  unite(a: number, b: number, graph: ClusterGraph): void {
    const { weights, linkage } = this
    const sizes = this.#sizes
    graph.unite(a, b, (edge, gone) => {
      const [one, other] = [weights[edge], weights[gone]]
      if (linkage === 'complete') weights[edge] = Math.max(one, other)
      else {
        const mean = (sizes[a] * one + sizes[b] * other) / (sizes[a] + sizes[b])
        // Rounding may not bring it below the height of the merge.
        weights[edge] = Math.max(mean, Math.min(one, other))
      }
    })
    sizes[a] += sizes[b]
  }
}
