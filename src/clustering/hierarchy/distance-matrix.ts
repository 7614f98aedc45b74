import type { Clusters, Turns } from './greedy-merges.js'
import type { NearestClusters } from './nearest-clusters.js'

/** Share of slots without a cluster from which on they are left out. */
const GONE = 0.3
const NO_ROW = new Float32Array(0)

/**
 * Clusters by all their distances, in float32, for the linkages of the farthest points and of the mean of all pairs. Rows
 * have NaN for themselves and for clusters that are gone, which is no nearest.
 */
export class DistanceMatrix implements Clusters {
  slots: number
  /** Number of clusters. */
  left: number
  readonly #sizes: Float64Array
  readonly #nearest: Uint32Array
  /** Distances to the nearest; infinite for clusters that are gone. */
  readonly #measures: Float32Array
  /** Whether the nearest must be searched for. */
  readonly #stale: Uint8Array

  /** `ids`: of the clusters of the rows, with sizes. */
  constructor(
    readonly rows: Float32Array[],
    readonly ids: Uint32Array,
    sizes: Uint32Array,
    readonly complete: boolean,
    readonly heightOf: (distance: number) => number,
  ) {
    const { length } = rows
    this.slots = length
    this.left = length
    this.#sizes = Float64Array.from(ids, (id) => sizes[id])
    this.#nearest = new Uint32Array(length)
    this.#measures = new Float32Array(length)
    this.#stale = new Uint8Array(length).fill(1)
    for (let slot = 0; slot < length; slot++) rows[slot][slot] = Number.NaN
  }

  measure(slot: number, measures: Float64Array): void {
    const { slots } = this
    const row = this.rows[slot]
    for (let other = 0; other < slots; other++) measures[other] = row[other]
  }

  /** The nearest other cluster of each, at the lowest of equal distances. */
  async nearest(turns: Turns): Promise<NearestClusters> {
    const { slots } = this
    await turns.visit(slots, (slot) => this.#search(slot))
    return { nearest: this.#nearest.subarray(0, slots), measures: this.#measures.subarray(0, slots) }
  }

  #search(slot: number): void {
    const row = this.rows[slot]
    // After a read beyond the end of a row, V8 boxes the numbers of all rows, and searches take eight times as long.
    if (this.#stale[slot] === 0 || row === NO_ROW) return
    const nearest = leastOf(row, slot, this.slots)
    this.#stale[slot] = 0
    this.#nearest[slot] = nearest
    this.#measures[slot] = nearest === slot ? Infinity : row[nearest]
  }

  /** The mean is that of both clusters by their sizes (G. N. Lance and W. T. Williams 1967). */
  unite(a: number, b: number): void {
    const { rows, slots } = this
    this.#uniteRows(a, b, this.#grow(a, b))
    for (let other = 0; other < slots; other++) {
      if (rows[other] === NO_ROW) continue
      rows[other][a] = rows[a][other]
      rows[other][b] = Number.NaN
    }
  }

  /**
   * Unites pairs of clusters, each in the slot of the first; those at distance 0 are the same, and may be several of one first.
   * A nearest cluster that is not united stays the nearest.
   */
  async uniteAll(pairs: readonly (readonly [a: number, b: number])[], turns: Turns): Promise<void> {
    const { rows, slots, complete } = this
    const stale = this.#stale
    const firsts = Uint32Array.from(pairs, ([a]) => a)
    const seconds = Uint32Array.from(pairs, ([, b]) => b)
    const shares = new Float64Array(pairs.length)
    for (const [at, [a, b]] of pairs.entries()) {
      const same = this.#measures[b] === 0
      const share = this.#grow(a, b)
      if (!same) shares[at] = share
      if (same) this.#close(b)
      else this.#uniteRows(a, b, share)
      stale[a] = 1
      stale[b] = 1
    }
    // Slots of pairs are stale; others are where their nearest is of a pair.
    const paired = stale.slice(0, slots)
    for (let slot = 0; slot < slots; slot++) stale[slot] |= paired[this.#nearest[slot]]
    const kept = this.left < (1 - GONE) * slots ? this.#kept() : null
    if (kept) this.#keepSlots(kept)
    // All that a row needs is done while a cache has it.
    await turns.visit(this.slots, (slot) => {
      const row = rows[slot]
      if (row === NO_ROW) return
      if (complete) largestColumns(row, firsts, seconds)
      else meanColumns(row, firsts, seconds, shares)
      if (kept) keepColumns(row, kept)
      this.#search(slot)
    })
  }

  /** Leaves out the slots of clusters that are gone. */
  compact(): void {
    this.keep(this.#kept())
  }

  keep(slots: Uint32Array): void {
    for (let place = 0; place < slots.length; place++) keepColumns(this.rows[slots[place]], slots)
    this.#keepSlots(slots)
  }

  /** The slots of clusters that are left. */
  #kept(): Uint32Array {
    return this.ids.map((_, slot) => slot).filter((slot) => slot < this.slots && this.rows[slot] !== NO_ROW)
  }

  #keepSlots(slots: Uint32Array): void {
    const { rows, ids } = this
    const places = new Uint32Array(this.slots)
    for (let place = 0; place < slots.length; place++) {
      const slot = slots[place]
      places[slot] = place
      rows[place] = rows[slot]
      ids[place] = ids[slot]
      this.#sizes[place] = this.#sizes[slot]
      this.#measures[place] = this.#measures[slot]
      this.#stale[place] = this.#stale[slot]
      this.#nearest[place] = this.#nearest[slot]
    }
    for (let place = 0; place < slots.length; place++) this.#nearest[place] = places[this.#nearest[place]]
    this.slots = slots.length
    this.left = slots.length
    rows.length = slots.length
  }

  /** Adds the size of a cluster to that of another, and returns its share in the sum. */
  #grow(a: number, b: number): number {
    const sizes = this.#sizes
    sizes[a] += sizes[b]
    return sizes[b] / sizes[a]
  }

  #uniteRows(a: number, b: number, share: number): void {
    const { rows, slots, complete } = this
    if (complete) largestOf(rows[a], rows[b], slots)
    else meanOf(rows[a], rows[b], share, slots)
    this.#close(b)
  }

  #close(b: number): void {
    this.rows[b] = NO_ROW
    this.#nearest[b] = b
    this.#measures[b] = Infinity
    this.left--
  }
}

/** The larger of two float32 numbers, without a branch, which would be mispredicted half of the time. */
const larger = (x: number, y: number) => (x + y + Math.abs(x - y)) / 2

/** The slot of the least distance of a row, the lowest of equal ones; its own where there is none. */
function leastOf(row: Float32Array, own: number, slots: number): number {
  let least = Infinity
  let at = own
  let slot = 0
  // Four at a time, which takes three quarters of the time.
  for (const end = slots - 3; slot < end; slot += 4) {
    const x0 = row[slot]
    const x1 = row[slot + 1]
    const x2 = row[slot + 2]
    const x3 = row[slot + 3]
    if (x0 < least) {
      least = x0
      at = slot
    }
    if (x1 < least) {
      least = x1
      at = slot + 1
    }
    if (x2 < least) {
      least = x2
      at = slot + 2
    }
    if (x3 < least) {
      least = x3
      at = slot + 3
    }
  }
  for (; slot < slots; slot++) {
    if (row[slot] < least) {
      least = row[slot]
      at = slot
    }
  }
  return at
}

function meanOf(x: Float32Array, y: Float32Array, share: number, slots: number): void {
  for (let slot = 0; slot < slots; slot++) x[slot] += (y[slot] - x[slot]) * share
}

function largestOf(x: Float32Array, y: Float32Array, slots: number): void {
  for (let slot = 0; slot < slots; slot++) x[slot] = larger(x[slot], y[slot])
}

function meanColumns(row: Float32Array, firsts: Uint32Array, seconds: Uint32Array, shares: Float64Array): void {
  for (let at = 0; at < firsts.length; at++) {
    const x = row[firsts[at]]
    row[firsts[at]] = x + (row[seconds[at]] - x) * shares[at]
    row[seconds[at]] = Number.NaN
  }
}

function largestColumns(row: Float32Array, firsts: Uint32Array, seconds: Uint32Array): void {
  for (let at = 0; at < firsts.length; at++) {
    row[firsts[at]] = larger(row[firsts[at]], row[seconds[at]])
    row[seconds[at]] = Number.NaN
  }
}

/** Four at a time, which takes two thirds of the time. */
function keepColumns(row: Float32Array, slots: Uint32Array): void {
  let place = 0
  for (const end = slots.length - 3; place < end; place += 4) {
    const x0 = row[slots[place]]
    const x1 = row[slots[place + 1]]
    const x2 = row[slots[place + 2]]
    const x3 = row[slots[place + 3]]
    row[place] = x0
    row[place + 1] = x1
    row[place + 2] = x2
    row[place + 3] = x3
  }
  for (; place < slots.length; place++) row[place] = row[slots[place]]
}
