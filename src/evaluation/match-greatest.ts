import { countUp, sortByKeys } from '../neighbors/sort.js'
import type { Contingency } from './contingency.js'

/** A bipartite graph by its left nodes: `rights` and `weights` from `firsts[left]` to `firsts[left + 1]`. */
interface Graph {
  lefts: number
  rights: number
  firsts: Uint32Array
  ends: Uint32Array
  weights: Float64Array
}

/**
 * Which cells match clusters to classes, each at most once, with the greatest sum of weights (the Hungarian method by
 * shortest augmenting paths, R. Jonker and A. Volgenant, Computing 38, 1987, on the cells that have points: every left node
 * has a node of its own at weight 0, which leaves it without a match).
 *
 * @param weights positive, one for each cell
 */
export function matchGreatest({ cells, clusters, classes }: Contingency, weights: Float64Array): Uint8Array {
  const swap = clusters.sizes.length > classes.sizes.length
  const [left, right] = swap ? [cells.classes, cells.clusters] : [cells.clusters, cells.classes]
  const order = swap ? sortByKeys(countUp(left.length), left) : countUp(left.length)
  const lefts = Math.min(clusters.sizes.length, classes.sizes.length)
  const firsts = new Uint32Array(lefts + 1)
  for (let at = 0; at < left.length; at++) firsts[left[at] + 1]++
  for (let node = 0; node < lefts; node++) firsts[node + 1] += firsts[node]
  const ordered = new Float64Array(order.length)
  for (let edge = 0; edge < order.length; edge++) ordered[edge] = weights[order[edge]]
  const edges = new Matching({
    lefts,
    rights: Math.max(clusters.sizes.length, classes.sizes.length),
    firsts,
    ends: order.map((cell) => right[cell]),
    weights: ordered,
  }).edges()
  const matched = new Uint8Array(order.length)
  for (const edge of edges) if (edge >= 0) matched[order[edge]] = 1
  return matched
}

class Matching {
  /** Duals: of an edge left → right, `high[left] + low[right]` is at least the weight, and equal to it in the matching. */
  readonly #high: Float64Array
  readonly #low: Float64Array
  /** The left node of each right one, and the edge of each left one; −1 if there is none. */
  readonly #leftOf: Int32Array
  readonly #edgeOf: Int32Array
  /** Of the search: how much less a path to each right node weighs, its last left node and edge, and its state. */
  readonly #distance: Float64Array
  readonly #from: Int32Array
  readonly #by: Int32Array
  readonly #done: Uint8Array
  #reached: number[] = []

  constructor(readonly graph: Graph) {
    const { lefts, rights, firsts, weights } = graph
    this.#high = new Float64Array(lefts)
    for (let left = 0; left < lefts; left++) {
      for (let edge = firsts[left]; edge < firsts[left + 1]; edge++) {
        this.#high[left] = Math.max(this.#high[left], weights[edge])
      }
    }
    this.#low = new Float64Array(rights + lefts)
    this.#leftOf = new Int32Array(rights + lefts).fill(-1)
    this.#edgeOf = new Int32Array(lefts).fill(-1)
    this.#distance = new Float64Array(rights + lefts).fill(Infinity)
    this.#from = new Int32Array(rights + lefts)
    this.#by = new Int32Array(rights + lefts)
    this.#done = new Uint8Array(rights + lefts)
  }

  /** The edge of each left node, −1 for its own node of weight 0. */
  edges(): Int32Array {
    for (let left = 0; left < this.graph.lefts; left++) this.#augment(left)
    return this.#edgeOf
  }

  #augment(start: number): void {
    const leftOf = this.#leftOf
    const visited: number[] = []
    let [left, distance] = [start, 0]
    let end = -1
    for (;;) {
      this.#reach(left, distance)
      end = this.#nearest()
      distance = this.#distance[end]
      if (leftOf[end] < 0) break
      this.#done[end] = 1
      visited.push(end)
      left = leftOf[end]
    }
    this.#high[start] -= distance
    for (const right of visited) {
      const less = distance - this.#distance[right]
      this.#high[leftOf[right]] -= less
      this.#low[right] += less
    }
    this.#turn(start, end)
    for (const right of this.#reached) {
      this.#distance[right] = Infinity
      this.#done[right] = 0
    }
    this.#reached = []
  }

  /** Continues the paths over a left node. */
  #reach(left: number, distance: number): void {
    const { firsts, ends, weights, rights } = this.graph
    const base = distance + this.#high[left]
    this.#offer(rights + left, base + this.#low[rights + left], left, -1)
    for (let edge = firsts[left]; edge < firsts[left + 1]; edge++) {
      this.#offer(ends[edge], base + this.#low[ends[edge]] - weights[edge], left, edge)
    }
  }

  #offer(right: number, distance: number, left: number, edge: number): void {
    if (this.#done[right] || distance >= this.#distance[right]) return
    if (this.#distance[right] === Infinity) this.#reached.push(right)
    this.#distance[right] = distance
    this.#from[right] = left
    this.#by[right] = edge
  }

  /** The nearest right node that is reached and not done; of several one that is free. */
  #nearest(): number {
    let nearest = -1
    let least = Infinity
    for (const right of this.#reached) {
      const distance = this.#distance[right]
      if (this.#done[right] || distance > least) continue
      if (distance === least && this.#leftOf[right] >= 0) continue
      least = distance
      nearest = right
    }
    return nearest
  }

  /** Matches along the path to a free right node. */
  #turn(start: number, end: number): void {
    const { ends, rights } = this.graph
    for (let right = end; ; ) {
      const left = this.#from[right]
      const before = this.#edgeOf[left]
      this.#leftOf[right] = left
      this.#edgeOf[left] = this.#by[right]
      if (left === start) return
      right = before < 0 ? rights + left : ends[before]
    }
  }
}
