/** Agglomerative clustering from the textbook: the closest pair of clusters merges, distances by definition, in float64. */
import { euclidean, type OracleDistance } from './dbscan'

type Point = readonly number[]
export type OracleLinkage = 'ward' | 'single' | 'complete' | 'average' | 'centroid'

interface Cluster {
  id: number
  points: Point[]
}

const centroidOf = ({ points }: Cluster) =>
  points[0].map((_, column) => points.reduce((sum, point) => sum + point[column], 0) / points.length)

const squaresOf = (cluster: Cluster) => {
  const center = centroidOf(cluster)
  return cluster.points.reduce((sum, point) => sum + euclidean(point, center) ** 2, 0)
}

const pairsOf = (a: Cluster, b: Cluster, distance: OracleDistance) =>
  a.points.flatMap((one) => b.points.map((other) => distance(one, other)))

const linkages: Record<OracleLinkage, (a: Cluster, b: Cluster, distance: OracleDistance) => number> = {
  // The root of twice the growth of the sum of squares.
  ward: (a, b) => {
    const both = { id: -1, points: [...a.points, ...b.points] }
    return Math.sqrt(Math.max(0, 2 * (squaresOf(both) - squaresOf(a) - squaresOf(b))))
  },
  single: (a, b, distance) => Math.min(...pairsOf(a, b, distance)),
  complete: (a, b, distance) => Math.max(...pairsOf(a, b, distance)),
  average: (a, b, distance) =>
    pairsOf(a, b, distance).reduce((sum, value) => sum + value, 0) / (a.points.length * b.points.length),
  centroid: (a, b) => euclidean(centroidOf(a), centroidOf(b)),
}

/** Merges in the order of the greedy algorithm, of equal heights the first pair: ids a < b, height, size. */
export function oracleAgglomerative(
  points: readonly Point[],
  linkage: OracleLinkage,
  distance: OracleDistance = euclidean,
): number[][] {
  const between = linkages[linkage]
  let clusters: Cluster[] = points.map((point, id) => ({ id, points: [point] }))
  const known = new Map<Cluster, Map<Cluster, number>>()
  const heightOf = (a: Cluster, b: Cluster) => {
    const row = known.get(a) ?? new Map<Cluster, number>()
    known.set(a, row)
    const height = row.get(b) ?? between(a, b, distance)
    row.set(b, height)
    return height
  }
  const merges: number[][] = []
  while (clusters.length > 1) {
    let [a, b, height] = [clusters[0], clusters[1], Infinity]
    for (const [at, one] of clusters.entries()) {
      for (const other of clusters.slice(at + 1)) {
        if (heightOf(one, other) < height) [a, b, height] = [one, other, heightOf(one, other)]
      }
    }
    const both = { id: points.length + merges.length, points: [...a.points, ...b.points] }
    merges.push([Math.min(a.id, b.id), Math.max(a.id, b.id), height, both.points.length])
    clusters = [...clusters.filter((cluster) => cluster !== a && cluster !== b), both]
  }
  return merges
}
