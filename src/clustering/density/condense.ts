import { NONE } from '../../kernels/shared/none.js'
import type { Matrix } from '../../types.js'

/**
 * A condensed tree: clusters that lose points as λ = 1 / distance grows, until they split into clusters or vanish. Row
 * numbers stand for points, the numbers from their count on for clusters: first the root, which holds all points, then
 * the others by their lowest row, the outer before the inner. Line i is about point i; lines from the number of points
 * on are about the clusters without the root. Plain data.
 */
export interface CondensedTree {
  /** Cluster that each point or cluster leaves. */
  parent: Uint32Array
  /** The point or cluster. */
  child: Uint32Array
  /** λ at which it leaves; infinite for points that leave at distance 0. */
  lambda: Float64Array
  /** Number of its points. */
  size: Uint32Array
  /** Excess of mass of each cluster from the root on: the sum of its points' λ beyond the one at which it appeared. */
  stability: Float64Array
}

/** The clusters of a condensed tree, parents first. */
interface Clusters {
  count: number
  parent: Uint32Array
  size: Uint32Array
  birth: Float64Array
  /** λ up to which `stability` counts. */
  reached: Float64Array
  stability: Float64Array
}

/** The exit of a node that is still within its cluster. */
const WITHIN = -1

/**
 * The condensed tree of merges (R. J. G. B. Campello, D. Moulavi, A. Zimek and J. Sander, "Hierarchical density
 * estimates for data clustering, visualization, and outlier detection", TKDD 10, 2015). All merges of one height are
 * one event: what is left below it are parts, of which those with fewer than `minClusterSize` points leave; if two or
 * more others remain, they are new clusters, however many, and if one remains, it continues the cluster.
 *
 * @param merges as `mergeTree` returns them, by ascending height
 */
export function condense(merges: Matrix<Float64Array>, minClusterSize: number): CondensedTree {
  const { clusters, clusterOf, exits } = descend(merges, minClusterSize)
  const numbers = numberByLowestRow(clusters, clusterOf)
  const points = clusterOf.length
  const lines = points + clusters.count - 1
  const parent = new Uint32Array(lines)
  const child = new Uint32Array(lines)
  const lambda = new Float64Array(lines)
  const size = new Uint32Array(lines).fill(1)
  const stability = new Float64Array(clusters.count)
  for (let row = 0; row < points; row++) {
    parent[row] = points + numbers[clusterOf[row]]
    child[row] = row
  }
  lambda.set(exits)
  stability[0] = clusters.stability[0]
  for (let cluster = 1; cluster < clusters.count; cluster++) {
    const line = points + numbers[cluster] - 1
    parent[line] = points + numbers[clusters.parent[cluster]]
    child[line] = line + 1
    lambda[line] = clusters.birth[cluster]
    size[line] = clusters.size[cluster]
    stability[numbers[cluster]] = clusters.stability[cluster]
  }
  return { parent, child, lambda, size, stability }
}

/** Follows the merges from the last to the first. */
function descend({ data, rows }: Matrix<Float64Array>, minClusterSize: number) {
  const points = rows + 1
  const parts = countParts(data, points, minClusterSize)
  const clusters = createClusters(2 * Math.floor(points / minClusterSize) + 1, points)
  const clusterOf = new Uint32Array(points + rows)
  const exits = new Float64Array(points + rows).fill(WITHIN)
  if (rows === 0) exits[0] = Infinity
  for (let merge = rows - 1; merge >= 0; merge--) {
    const cluster = clusterOf[points + merge]
    const exit = exits[points + merge]
    const height = data[4 * merge + 2]
    const lambda = 1 / height
    if (exit === WITHIN) keepUntil(clusters, cluster, data[4 * merge + 3], lambda)
    for (let side = 0; side < 2; side++) {
      const child = data[4 * merge + side]
      const below = 4 * (child - points)
      const size = below < 0 ? 1 : data[below + 3]
      clusterOf[child] = cluster
      if (exit !== WITHIN) exits[child] = exit
      else if (below >= 0 && data[below + 2] === height) parts[child - points] = parts[merge]
      else if (size < minClusterSize) exits[child] = lambda
      else if (parts[merge] > 1) clusterOf[child] = addCluster(clusters, cluster, size, lambda)
    }
  }
  return { clusters, clusterOf: clusterOf.subarray(0, points), exits: exits.subarray(0, points) }
}

/**
 * The number of parts of at least `minClusterSize` points that each merge, with those of its height below it, joins.
 */
function countParts(data: Float64Array, points: number, minClusterSize: number): Uint32Array {
  const parts = new Uint32Array(points - 1)
  for (let merge = 0; merge < parts.length; merge++) {
    for (let side = 0; side < 2; side++) {
      const below = data[4 * merge + side] - points
      if (below < 0) continue
      if (data[4 * below + 2] === data[4 * merge + 2]) parts[merge] += parts[below]
      else if (data[4 * below + 3] >= minClusterSize) parts[merge]++
    }
  }
  return parts
}

/** Room for `most` clusters, with the root. */
function createClusters(most: number, points: number): Clusters {
  const clusters: Clusters = {
    count: 1,
    parent: new Uint32Array(most),
    size: new Uint32Array(most),
    birth: new Float64Array(most),
    reached: new Float64Array(most),
    stability: new Float64Array(most),
  }
  clusters.size[0] = points
  return clusters
}

function addCluster(clusters: Clusters, parent: number, size: number, birth: number): number {
  const cluster = clusters.count++
  clusters.parent[cluster] = parent
  clusters.size[cluster] = size
  clusters.birth[cluster] = birth
  clusters.reached[cluster] = birth
  return cluster
}

/**
 * Lets a cluster have `size` points up to `lambda`. The excess of mass grows by these steps, and not point by point, so
 * that the order of the rows does not change how it is rounded.
 */
function keepUntil({ reached, stability }: Clusters, cluster: number, size: number, lambda: number): void {
  if (!(lambda > reached[cluster])) return
  stability[cluster] += size * (lambda - reached[cluster])
  reached[cluster] = lambda
}

/** The number of each cluster: from the root on by lowest row, the outer before the inner. */
function numberByLowestRow({ count, parent }: Clusters, clusterOf: Uint32Array): Uint32Array {
  const numbers = new Uint32Array(count).fill(NONE)
  const path = new Uint32Array(count)
  numbers[0] = 0
  for (let row = 0, next = 1; row < clusterOf.length; row++) {
    let length = 0
    for (let cluster = clusterOf[row]; numbers[cluster] === NONE; cluster = parent[cluster]) path[length++] = cluster
    while (length > 0) numbers[path[--length]] = next++
  }
  return numbers
}
