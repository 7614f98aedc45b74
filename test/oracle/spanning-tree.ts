/** The graph of mutual reachability (Campello, Moulavi and Sander 2013), its spanning tree by Prim, in float64. */
import { euclidean, type OracleDistance } from './dbscan'

export interface OracleReachability {
  /** Distance of each point to the `minSamples`-th nearest point, itself counted, or to the farthest. */
  coreDistances: Float64Array
  /** The largest of the distance and both core distances. */
  reachability: Float64Array[]
}

export function mutualReachability(
  points: readonly (readonly number[])[],
  { minSamples, distance = euclidean }: { minSamples: number; distance?: OracleDistance },
): OracleReachability {
  const distances = points.map((a) => Float64Array.from(points, (b) => distance(a, b)))
  const coreDistances = Float64Array.from(distances, (row) => row.slice().sort()[Math.min(minSamples, row.length) - 1])
  const reachability = distances.map((row, a) =>
    row.map((value, b) => Math.max(value, coreDistances[a], coreDistances[b])),
  )
  return { coreDistances, reachability }
}

/** The edges by ascending weight. */
export function oracleSpanningTree(weights: readonly Float64Array[], start = 0) {
  const nearest = weights.map(() => start)
  const outside = new Set(weights.keys())
  outside.delete(start)
  const edges: [from: number, to: number, weight: number][] = []
  while (outside.size > 0) {
    let next = -1
    for (const row of outside) {
      if (next < 0 || weights[row][nearest[row]] < weights[next][nearest[next]]) next = row
    }
    edges.push([nearest[next], next, weights[next][nearest[next]]])
    outside.delete(next)
    for (const row of outside) if (weights[row][next] < weights[row][nearest[row]]) nearest[row] = next
  }
  edges.sort((a, b) => a[2] - b[2])
  return {
    from: Uint32Array.from(edges, ([from]) => from),
    to: Uint32Array.from(edges, ([, to]) => to),
    weights: Float64Array.from(edges, ([, , weight]) => weight),
  }
}
