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

/** Distances from the union of a and b to another cluster, by those from a and b, and sizes (Lance and Williams 1967). */
const updates: Record<OracleLinkage, (fromA: number, fromB: number, between: number, sizes: number[]) => number> = {
  ward: (a, b, ab, [na, nb, n]) =>
    Math.sqrt(Math.max(0, ((na + n) * a * a + (nb + n) * b * b - n * ab * ab) / (na + nb + n))),
  single: (a, b) => Math.min(a, b),
  complete: (a, b) => Math.max(a, b),
  average: (a, b, _, [na, nb]) => (na * a + nb * b) / (na + nb),
  centroid: (a, b, ab, [na, nb]) =>
    Math.sqrt(Math.max(0, (na * a * a + nb * b * b - (na * nb * ab * ab) / (na + nb)) / (na + nb))),
}

/**
 * The first merge that does not join two of the nearest clusters at their distance, up to a relative error, or -1. For more
 * points, and for ties, of which the greedy algorithm may take any.
 */
export function firstWrongMerge(
  points: readonly Point[],
  merges: readonly (readonly number[])[],
  linkage: OracleLinkage,
  distance: OracleDistance = euclidean,
  within = 1e-5,
): number {
  const ids = [...points.keys()]
  const sizes = points.map(() => 1)
  const matrix = points.map((a) => Float64Array.from(points, (b) => distance(a, b)))
  const near = (x: number, y: number) => Math.abs(x - y) <= within * Math.max(x, y) + 1e-9
  for (const [merge, [idA, idB, height, size]] of merges.entries()) {
    const [a, b] = [ids.indexOf(idA), ids.indexOf(idB)]
    let least = Infinity
    for (let row = 1; row < ids.length; row++) {
      for (let column = 0; column < row; column++) least = Math.min(least, matrix[row][column])
    }
    if (a < 0 || b < 0 || size !== sizes[a] + sizes[b] || !near(height, matrix[a][b]) || !near(height, least))
      return merge
    const between = matrix[a][b]
    for (const other of ids.keys()) {
      if (other === a || other === b) continue
      const updated = updates[linkage](matrix[a][other], matrix[b][other], between, [sizes[a], sizes[b], sizes[other]])
      matrix[a][other] = updated
      matrix[other][a] = updated
    }
    ids[a] = points.length + merge
    sizes[a] = size
    // The last cluster takes the place of b.
    const last = ids.length - 1
    for (let other = 0; other <= last; other++) {
      matrix[b][other] = matrix[last][other]
      matrix[other][b] = matrix[other][last]
    }
    matrix[b][b] = 0
    ids[b] = ids[last]
    sizes[b] = sizes[last]
    ids.pop()
    sizes.pop()
  }
  return -1
}
