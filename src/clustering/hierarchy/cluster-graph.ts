import { NONE } from '../../kernels/shared/none.js'

/** Edges between rows, from the lower to the higher, each once, in ascending order. */
export interface Edges {
  from: Uint32Array
  to: Uint32Array
}

/**
 * The graph of clusters that may merge, in slots. An edge is two halves, 2 e and 2 e + 1, one at each end; those of a slot
 * are a list linked in both directions, so that a merge takes a time by the edges of its two clusters.
 */
export class ClusterGraph {
  /** Slot of each half. */
  readonly ends: Uint32Array
  readonly #first: Uint32Array
  readonly #next: Uint32Array
  readonly #previous: Uint32Array
  /** Half of the united cluster that leads to each slot, in `unite`. */
  readonly #halves: Uint32Array

  constructor(rows: number, { from, to }: Edges) {
    this.ends = new Uint32Array(2 * from.length)
    this.#first = new Uint32Array(rows).fill(NONE)
    this.#halves = new Uint32Array(rows).fill(NONE)
    this.#next = new Uint32Array(2 * from.length)
    this.#previous = new Uint32Array(2 * from.length)
    for (let edge = 0; edge < from.length; edge++) {
      this.#link(2 * edge, from[edge])
      this.#link(2 * edge + 1, to[edge])
    }
  }

  /** The slots of the lower and the higher end of an edge. */
  slotsOf(edge: number): [a: number, b: number] {
    const [one, other] = [this.ends[2 * edge], this.ends[2 * edge + 1]]
    return one < other ? [one, other] : [other, one]
  }

  /** Calls `hear` with every edge of a slot and the slot at its other end. */
  eachOf(slot: number, hear: (edge: number, other: number) => void): void {
    for (let half = this.#first[slot]; half !== NONE; half = this.#next[half]) hear(half >> 1, this.ends[half ^ 1])
  }

  /**
   * Moves the edges of `b` to `a`. The edge between both is gone, and so is the second of two edges to one other cluster:
   * `meet` hears of these, that of `a` first.
   */
  unite(a: number, b: number, meet: (edge: number, gone: number) => void): void {
    const ends = this.ends
    const halves = this.#halves
    for (let half = this.#first[a]; half !== NONE; half = this.#next[half]) {
      if (ends[half ^ 1] === b) this.#unlink(half)
      else halves[ends[half ^ 1]] = half
    }
    for (let half = this.#first[b], next = NONE; half !== NONE; half = next) {
      next = this.#next[half]
      const other = ends[half ^ 1]
      if (other === a) continue
      if (halves[other] === NONE) this.#link(half, a)
      else {
        this.#unlink(half ^ 1)
        meet(halves[other] >> 1, half >> 1)
      }
    }
    this.#first[b] = NONE
    for (let half = this.#first[a]; half !== NONE; half = this.#next[half]) halves[ends[half ^ 1]] = NONE
  }

  #link(half: number, slot: number): void {
    const first = this.#first[slot]
    this.ends[half] = slot
    this.#next[half] = first
    this.#previous[half] = NONE
    if (first !== NONE) this.#previous[first] = half
    this.#first[slot] = half
  }

  #unlink(half: number): void {
    const [next, previous] = [this.#next[half], this.#previous[half]]
    if (next !== NONE) this.#previous[next] = previous
    if (previous === NONE) this.#first[this.ends[half]] = next
    else this.#next[previous] = next
  }
}
