/** Structured agglomerative clustering from the definition: of the pairs of clusters that an edge connects, the nearest merges. */

import type { OracleLinkage } from './agglomerative'
import { euclidean, type OracleDistance } from './dbscan'

type Point = readonly number[]

interface Cluster {
  id: number
  rows: number[]
}

/** A dissimilarity of connected clusters, or null where there is no edge. */
type Between = (a: Cluster, b: Cluster) => number | null

/**
 * Merges of clusters that an edge connects: ids a < b, height, size. Of equal heights the pair whose later cluster has the
 * lowest id. Ends where no edge is left.
 */
export function oracleConnected(
  points: readonly Point[],
  edges: readonly (readonly number[])[],
  linkage: OracleLinkage,
  distance: OracleDistance = euclidean,
): number[][] {
  const weights = new Map<string, number>()
  const key = (a: number, b: number) => `${Math.min(a, b)} ${Math.max(a, b)}`
  for (const [a, b] of edges) if (a !== b) weights.set(key(a, b), distance(points[a], points[b]))
  let clusters: Cluster[] = points.map((_, id) => ({ id, rows: [id] }))
  const between = betweenOf(points, weights, key, linkage)
  const merges: number[][] = []
  for (;;) {
    let best: { a: Cluster; b: Cluster; height: number } | null = null
    for (const b of clusters) {
      for (const a of clusters) {
        if (a.id >= b.id) continue
        const height = between(a, b)
        if (height !== null && (best === null || height < best.height)) best = { a, b, height }
      }
    }
    if (best === null) return merges
    const { a, b, height } = best
    const both = { id: points.length + merges.length, rows: [...a.rows, ...b.rows] }
    merges.push([a.id, b.id, height, both.rows.length])
    // The mean of two weights is that by the sizes of the clusters that merged; what only one has is taken over.
    for (const other of clusters) {
      const [one, two] = [weights.get(key(a.id, other.id)), weights.get(key(b.id, other.id))]
      const [m, n] = [a.rows.length, b.rows.length]
      if (one !== undefined && two !== undefined) weights.set(key(both.id, other.id), (m * one + n * two) / (m + n))
      else if (one !== undefined || two !== undefined) weights.set(key(both.id, other.id), (one ?? two)!)
    }
    clusters = [...clusters.filter((cluster) => cluster !== a && cluster !== b), both]
  }
}

function betweenOf(
  points: readonly Point[],
  weights: ReadonlyMap<string, number>,
  key: (a: number, b: number) => string,
  linkage: OracleLinkage,
): Between {
  const edgesOf = (a: Cluster, b: Cluster) =>
    a.rows.flatMap((one) =>
      b.rows.map((other) => weights.get(key(one, other))).filter((weight) => weight !== undefined),
    )
  const centroidOf = ({ rows }: Cluster) =>
    points[0].map((_, column) => rows.reduce((sum, row) => sum + points[row][column], 0) / rows.length)
  const squaresOf = (cluster: Cluster) => {
    const center = centroidOf(cluster)
    return cluster.rows.reduce((sum, row) => sum + euclidean(points[row], center) ** 2, 0)
  }
  return (a, b) => {
    const found = edgesOf(a, b)
    if (found.length === 0) return null
    if (linkage === 'single') return Math.min(...found)
    if (linkage === 'complete') return Math.max(...found)
    if (linkage === 'average') return weights.get(key(a.id, b.id))!
    if (linkage === 'centroid') return euclidean(centroidOf(a), centroidOf(b))
    const both = { id: -1, rows: [...a.rows, ...b.rows] }
    return Math.sqrt(Math.max(0, 2 * (squaresOf(both) - squaresOf(a) - squaresOf(b))))
  }
}
