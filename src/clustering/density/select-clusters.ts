import { NONE } from '../../kernels/shared/none.js'
import type { CondensedTree } from './condense.js'

export interface Selection {
  /** Excess of mass, or the leaves of the tree. */
  selection: 'eom' | 'leaf'
  /** Distance up to which clusters are not separated. */
  epsilon: number
}

/** The memberships of points in selected clusters. */
export interface Memberships {
  /** Cluster of each point, from 0 on, numbered by their lowest row; −1 for noise. */
  labels: Int32Array
  /** Strength of each point's membership in its cluster, 0 … 1; 0 for noise. */
  probabilities: Float64Array
  /** GLOSH of each point, 0 … 1: how much sooner it leaves its cluster than the densest of the cluster's points. */
  outlierScores: Float64Array
}

export interface SelectedClusters extends Memberships {
  /** Number of clusters. */
  clusters: number
  /** The number of each cluster in the condensed tree. */
  selected: Uint32Array
}

/** The cluster that each point, and then each cluster, leaves, and the λ at which it does. */
export type Exits = Pick<CondensedTree, 'parent' | 'lambda'>

/** The clusters of a condensed tree, counted from 0, the root. */
export interface Hierarchy {
  points: number
  /** For all but the root, NONE for the root. */
  parent: Uint32Array
  birth: Float64Array
  /** Largest λ at which a point or cluster leaves it. */
  death: Float64Array
}

/**
 * Clusters of a condensed tree, never the root: either those that together have the most excess of mass (Campello,
 * Moulavi and Sander, PAKDD 2013), or the leaves. A cluster that appeared at a distance of at most `epsilon` gives way
 * to the nearest one around it that did not, or the outermost below the root (C. Malzer and M. Baum, "A hybrid approach
 * to hierarchical density-based cluster selection", MFI 2020). Points of inner clusters belong to the selected one.
 */
export function selectClusters(tree: CondensedTree, { selection, epsilon }: Selection): SelectedClusters {
  const hierarchy = readHierarchy(tree, tree.parent.length + 1 - tree.stability.length)
  const wanted = selection === 'leaf' ? findLeaves(hierarchy) : findExcess(hierarchy, tree.stability)
  const owners = findOwners(hierarchy, epsilon > 0 ? climb(hierarchy, wanted, 1 / epsilon) : wanted)
  const selected = new Set<number>()
  for (let row = 0; row < hierarchy.points; row++) {
    const owner = owners[tree.parent[row] - hierarchy.points]
    if (owner !== NONE) selected.add(owner + hierarchy.points)
  }
  const numbers = Uint32Array.from(selected)
  return { ...describePoints(tree, hierarchy, numbers), clusters: numbers.length, selected: numbers }
}

/** The clusters of a condensed tree of `points` points. */
export function readHierarchy({ parent: parents, lambda }: Exits, points: number): Hierarchy {
  const count = parents.length + 1 - points
  const parent = new Uint32Array(count).fill(NONE)
  const birth = new Float64Array(count)
  const death = new Float64Array(count)
  for (let line = 0; line < parents.length; line++) {
    const around = parents[line] - points
    death[around] = Math.max(death[around], lambda[line])
    if (line < points) continue
    parent[line - points + 1] = around
    birth[line - points + 1] = lambda[line]
  }
  return { points, parent, birth, death }
}

/** 1 for clusters without inner ones. */
function findLeaves({ parent }: Hierarchy): Uint8Array {
  const leaves = new Uint8Array(parent.length).fill(1)
  for (let cluster = 1; cluster < parent.length; cluster++) leaves[parent[cluster]] = 0
  return leaves
}

/** 1 for clusters with at least the mass of the best clusters within them. */
function findExcess({ parent }: Hierarchy, stability: Float64Array): Uint8Array {
  const count = parent.length
  const wanted = new Uint8Array(count)
  // The masses of a cluster's children lie side by side, at first up to its end.
  const ends = new Uint32Array(count + 1)
  for (let cluster = 1; cluster < count; cluster++) ends[parent[cluster]]++
  for (let cluster = 1; cluster <= count; cluster++) ends[cluster] += ends[cluster - 1]
  const masses = new Float64Array(count)
  const starts = ends.slice()
  for (let cluster = count - 1; cluster > 0; cluster--) {
    // Sorted, so that the order of the rows does not change how the sum is rounded.
    if (ends[cluster] - starts[cluster] > 2) masses.subarray(starts[cluster], ends[cluster]).sort()
    let mass = 0
    for (let child = starts[cluster]; child < ends[cluster]; child++) mass += masses[child]
    wanted[cluster] = stability[cluster] >= mass ? 1 : 0
    masses[--starts[parent[cluster]]] = Math.max(stability[cluster], mass)
  }
  return wanted
}

/** Replaces clusters that appeared at `most` or a larger λ by the nearest around them that did not. */
function climb({ parent, birth }: Hierarchy, wanted: Uint8Array, most: number): Uint8Array {
  const climbed = new Uint8Array(parent.length)
  const targets = new Uint32Array(parent.length)
  for (let cluster = 1; cluster < parent.length; cluster++) {
    const stays = birth[cluster] < most || parent[cluster] === 0
    targets[cluster] = stays ? cluster : targets[parent[cluster]]
    if (wanted[cluster]) climbed[targets[cluster]] = 1
  }
  return climbed
}

/** The outermost wanted cluster that each cluster lies in, or NONE. */
function findOwners({ parent }: Hierarchy, wanted: Uint8Array): Uint32Array {
  const owners = new Uint32Array(parent.length).fill(NONE)
  for (let cluster = 1; cluster < parent.length; cluster++) {
    owners[cluster] = owners[parent[cluster]]
    if (owners[cluster] === NONE && wanted[cluster]) owners[cluster] = cluster
  }
  return owners
}

/**
 * Labels, probabilities and outlier scores of points that leave clusters of a hierarchy, each at a line of `exits`, of
 * which there may be more. An outlier score is 1 − λ of the point / the largest λ of the points within the cluster that it
 * leaves (Campello, Moulavi, Zimek and Sander, TKDD 10, 2015).
 */
export function describePoints(
  exits: Exits,
  hierarchy: Hierarchy,
  selected: Uint32Array,
  count = hierarchy.points,
): Memberships {
  const { points, parent, death } = hierarchy
  const labelOf = new Int32Array(parent.length).fill(-1)
  for (const [label, number] of selected.entries()) labelOf[number - points] = label
  for (let cluster = 1; cluster < parent.length; cluster++) {
    if (labelOf[cluster] < 0) labelOf[cluster] = labelOf[parent[cluster]]
  }
  const densest = death.slice()
  for (let cluster = parent.length - 1; cluster > 0; cluster--) {
    densest[parent[cluster]] = Math.max(densest[parent[cluster]], densest[cluster])
  }
  const labels = new Int32Array(count)
  const probabilities = new Float64Array(count)
  const outlierScores = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const cluster = exits.parent[row] - points
    const label = labelOf[cluster]
    labels[row] = label
    if (label >= 0) probabilities[row] = shareOf(exits.lambda[row], death[selected[label] - points])
    outlierScores[row] = 1 - shareOf(exits.lambda[row], densest[cluster])
  }
  return { labels, probabilities, outlierScores }
}

/** λ as a share of the largest, of which both may be infinite or 0. */
const shareOf = (lambda: number, largest: number) => (lambda >= largest ? 1 : lambda / largest)
