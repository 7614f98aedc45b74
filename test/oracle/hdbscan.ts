/**
 * HDBSCAN* on explicit sets of points, from the papers: R. J. G. B. Campello, D. Moulavi and J. Sander, PAKDD 2013; R.
 * J. G. B. Campello, D. Moulavi, A. Zimek and J. Sander, TKDD 2015 (GLOSH); L. McInnes and J. Healy, ICDMW 2017
 * (condensed tree, probabilities); C. Malzer and M. Baum, MFI 2020 (epsilon). Reads the connected components of the
 * graph of mutual reachability at every distance; there is no spanning tree. A set that falls apart at a distance falls
 * apart into all its components at once.
 */
import type { OracleDistance } from './dbscan'
import { mutualReachability } from './spanning-tree'

export interface OracleCluster {
  members: number[]
  /** λ = 1 / distance at which it appears. */
  birth: number
  /** λ up to which each member belongs to it. */
  exits: Map<number, number>
  parent: OracleCluster | null
  children: OracleCluster[]
}

export interface OracleHdbscan {
  labels: number[]
  clusters: number
  probabilities: number[]
  outlierScores: number[]
  /** The root, then all others by lowest row, the outer before the inner. */
  hierarchy: OracleCluster[]
  stabilities: number[]
  /** How close the closest decision by excess of mass was, as a share. */
  margin: number
}

interface Settings {
  minClusterSize: number
  minSamples?: number
  selection?: 'eom' | 'leaf'
  epsilon?: number
  distance?: OracleDistance
}

export function oracleHdbscan(points: readonly (readonly number[])[], settings: Settings): OracleHdbscan {
  const { minClusterSize, minSamples = minClusterSize, selection = 'eom', epsilon = 0, distance } = settings
  const { reachability } = mutualReachability(points, { minSamples, distance })
  const root = grow(reachability, [...points.keys()], minClusterSize, 0, null)
  const hierarchy = [...withDescendants(root)].sort(
    (a, b) => Math.min(...a.members) - Math.min(...b.members) || b.members.length - a.members.length,
  )
  const closest = { margin: Infinity }
  const found =
    selection === 'leaf'
      ? hierarchy.filter(({ children }) => children.length === 0)
      : root.children.flatMap((child) => heaviest(child, closest).chosen)
  const climbed = new Set(found.filter(({ parent }) => parent).map((cluster) => climb(cluster, epsilon)))
  const chosen = hierarchy.filter(
    (cluster) => climbed.has(cluster) && !ancestorsOf(cluster).some((c) => climbed.has(c)),
  )
  const lambdas = points.map((_, row) => lastOf(hierarchy, row).exits.get(row)!)
  const labels = points.map((_, row) => chosen.findIndex(({ members }) => members.includes(row)))
  return {
    labels,
    clusters: chosen.length,
    probabilities: labels.map((label, row) => {
      if (label < 0) return 0
      const largest = Math.max(...chosen[label].exits.values())
      return lambdas[row] >= largest ? 1 : lambdas[row] / largest
    }),
    outlierScores: lambdas.map((lambda, row) => {
      const largest = Math.max(...lastOf(hierarchy, row).members.map((member) => lambdas[member]))
      return lambda >= largest ? 0 : 1 - lambda / largest
    }),
    hierarchy,
    stabilities: hierarchy.map(stabilityOf),
    margin: closest.margin,
  }
}

function grow(
  weights: readonly Float64Array[],
  members: number[],
  least: number,
  birth: number,
  parent: OracleCluster | null,
): OracleCluster {
  const cluster: OracleCluster = { members, birth, exits: new Map(), parent, children: [] }
  let left = members
  while (left.length > 1) {
    const height = connectingDistance(weights, left)
    const parts = componentsBelow(weights, left, height)
    const large = parts.filter(({ length }) => length >= least)
    for (const part of parts) {
      if (large.length !== 1 || part !== large[0]) for (const row of part) cluster.exits.set(row, 1 / height)
    }
    if (large.length !== 1) {
      cluster.children = large.map((part) => grow(weights, part, least, 1 / height, cluster))
      return cluster
    }
    left = large[0]
  }
  for (const row of left) cluster.exits.set(row, Infinity)
  return cluster
}

/** The smallest distance at which a set is connected. */
function connectingDistance(weights: readonly Float64Array[], rows: readonly number[]): number {
  const outside = new Map(rows.slice(1).map((row) => [row, weights[row][rows[0]]]))
  let height = 0
  while (outside.size > 0) {
    let nearest = -1
    for (const [row, weight] of outside) if (nearest < 0 || weight < outside.get(nearest)!) nearest = row
    height = Math.max(height, outside.get(nearest)!)
    outside.delete(nearest)
    for (const [row, weight] of outside) outside.set(row, Math.min(weight, weights[row][nearest]))
  }
  return height
}

/** The components of a set under the edges shorter than `height`. */
function componentsBelow(weights: readonly Float64Array[], rows: readonly number[], height: number): number[][] {
  const waiting = new Set(rows)
  const parts: number[][] = []
  for (const start of waiting) {
    waiting.delete(start)
    const part = [start]
    for (let at = 0; at < part.length; at++) {
      for (const row of waiting) {
        if (weights[part[at]][row] >= height) continue
        waiting.delete(row)
        part.push(row)
      }
    }
    parts.push(part)
  }
  return parts
}

function withDescendants(cluster: OracleCluster): OracleCluster[] {
  return [cluster, ...cluster.children.flatMap(withDescendants)]
}

function ancestorsOf({ parent }: OracleCluster): OracleCluster[] {
  return parent ? [parent, ...ancestorsOf(parent)] : []
}

/** The innermost cluster of a row. */
function lastOf(hierarchy: readonly OracleCluster[], row: number): OracleCluster {
  return hierarchy.find(
    ({ members, children }) => members.includes(row) && !children.some((child) => child.members.includes(row)),
  )!
}

function stabilityOf({ exits, birth }: OracleCluster): number {
  return [...exits.values()].reduce((sum, exit) => sum + exit - birth, 0)
}

/** The clusters of a subtree that together have the most excess of mass; the outer of equal ones. */
function heaviest(cluster: OracleCluster, closest: { margin: number }): { mass: number; chosen: OracleCluster[] } {
  const own = stabilityOf(cluster)
  if (cluster.children.length === 0) return { mass: own, chosen: [cluster] }
  const within = cluster.children.map((child) => heaviest(child, closest))
  const mass = within.reduce((sum, each) => sum + each.mass, 0)
  closest.margin = Math.min(closest.margin, Math.abs(own / mass - 1))
  return mass > own ? { mass, chosen: within.flatMap(({ chosen }) => chosen) } : { mass: own, chosen: [cluster] }
}

/** The nearest cluster around that appeared at a distance beyond `epsilon`, or the outermost below the root. */
function climb(cluster: OracleCluster, epsilon: number): OracleCluster {
  const outermost = cluster.parent!.parent === null
  return outermost || 1 / cluster.birth > epsilon ? cluster : climb(cluster.parent!, epsilon)
}
