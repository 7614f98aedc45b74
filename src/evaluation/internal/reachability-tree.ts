/** Points of one cluster, and their spanning tree by mutual reachability. */
export interface DensityTree {
  /** Points, row by row. */
  points: Float64Array
  /** All-points core distance of each. */
  cores: Float64Array
  /** The points in the inner of the tree, on two edges or more; all where there is none. */
  internal: Uint32Array
  /** The longest edge between internal points; of all edges where there is none. */
  sparseness: number
}

/** Edges of a tree: that of node i, from 1 on, leads to `parents[i]`. */
interface Edges {
  parents: Uint32Array
  reaches: Float64Array
  distances: Float64Array
  /** The rank among edges of the same reachability and distance, by the lower node, then by the higher. */
  ranks: Float64Array
}

/**
 * The minimum spanning tree of two points or more by mutual reachability, max(core a, core b, distance). Of equal edges the
 * shorter by distance, then that of the first points counts.
 *
 * @param step is called twice for each point
 */
export async function densityTree(
  points: Float64Array,
  columns: number,
  step: () => void | Promise<void>,
): Promise<DensityTree> {
  const size = points.length / columns
  const cores = new Float64Array(size)
  const distances = new Float64Array(size)
  for (let node = 0; node < size; node++) {
    cores[node] = coreDistance(points, columns, node, distances)
    await step()
  }
  const edges: Edges = {
    parents: new Uint32Array(size),
    reaches: new Float64Array(size).fill(Infinity),
    distances: new Float64Array(size).fill(Infinity),
    ranks: new Float64Array(size),
  }
  const inTree = new Uint8Array(size)
  for (let node = 0; node > -1; ) {
    inTree[node] = 1
    node = grow({ points, columns, cores, inTree, edges }, node)
    await step()
  }
  return { points, cores, ...innerOf(edges) }
}

/** (Σ (1 / distance)^d / (n − 1))^(−1/d) over the others, in ratios to the nearest, so that nothing overflows. */
function coreDistance(points: Float64Array, columns: number, node: number, distances: Float64Array): number {
  const size = distances.length
  let nearest = Infinity
  for (let other = 0; other < size; other++) {
    if (other === node) continue
    distances[other] = distanceBetween(columns, points, node, points, other)
    if (distances[other] < nearest) nearest = distances[other]
  }
  if (nearest === 0) return 0
  let sum = 0
  for (let other = 0; other < size; other++) if (other !== node) sum += power(nearest / distances[other], columns)
  return nearest * (sum / (size - 1)) ** (-1 / columns)
}

/** base^exponent for whole exponents, by squares. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let square = base, rest = exponent; rest > 0; rest >>= 1) {
    if (rest & 1) result *= square
    square *= square
  }
  return result
}

interface Growth extends Pick<DensityTree, 'points' | 'cores'> {
  columns: number
  inTree: Uint8Array
  edges: Edges
}

/** Offers the edges from the node that came last; the node that follows, or −1. */
function grow({ points, columns, cores, inTree, edges }: Growth, last: number): number {
  const { parents, reaches, distances, ranks } = edges
  const size = cores.length
  let next = -1
  for (let node = 0; node < size; node++) {
    if (inTree[node]) continue
    const distance = distanceBetween(columns, points, last, points, node)
    const reach = Math.max(distance, cores[last], cores[node])
    const rank = Math.min(last, node) * size + Math.max(last, node)
    if (precedes(edges, node, reach, distance, rank)) {
      parents[node] = last
      reaches[node] = reach
      distances[node] = distance
      ranks[node] = rank
    }
    if (next < 0 || precedes(edges, next, reaches[node], distances[node], ranks[node])) next = node
  }
  return next
}

/** Whether an edge comes before that of `node`. */
function precedes(edges: Edges, node: number, reach: number, distance: number, rank: number): boolean {
  if (reach !== edges.reaches[node]) return reach < edges.reaches[node]
  if (distance !== edges.distances[node]) return distance < edges.distances[node]
  return rank < edges.ranks[node]
}

function innerOf({ parents, reaches }: Edges): Pick<DensityTree, 'internal' | 'sparseness'> {
  const size = parents.length
  const degrees = new Uint32Array(size)
  for (let node = 1; node < size; node++) {
    degrees[node]++
    degrees[parents[node]]++
  }
  let longest = 0
  let longestInside = -1
  for (let node = 1; node < size; node++) {
    longest = Math.max(longest, reaches[node])
    if (degrees[node] > 1 && degrees[parents[node]] > 1) longestInside = Math.max(longestInside, reaches[node])
  }
  const nodes = Uint32Array.from({ length: size }, (_, node) => node)
  const inside = nodes.filter((node) => degrees[node] > 1)
  return {
    internal: inside.length > 0 ? inside : nodes,
    sparseness: longestInside < 0 ? longest : longestInside,
  }
}

/** The least mutual reachability between an internal point of one tree and those of another, if it is below `bound`. */
export function reachTo(columns: number, from: DensityTree, node: number, to: DensityTree, bound: number): number {
  const { points, cores, internal } = to
  const core = from.cores[node]
  let least = bound
  if (core >= least) return least
  for (let i = 0; i < internal.length; i++) {
    const other = internal[i]
    if (cores[other] >= least) continue
    const reach = Math.max(core, cores[other], distanceBetween(columns, from.points, node, points, other))
    if (reach < least) least = reach
  }
  return least
}

function distanceBetween(columns: number, a: Float64Array, row: number, b: Float64Array, other: number): number {
  let sum = 0
  for (let column = 0, i = row * columns, j = other * columns; column < columns; column++) {
    const difference = a[i++] - b[j++]
    sum += difference * difference
  }
  return Math.sqrt(sum)
}
