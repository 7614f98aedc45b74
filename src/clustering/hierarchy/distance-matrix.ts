import type { Clusters, Turns } from './greedy-merges.js'
import type { NearestClusters } from './nearest-clusters.js'

/** Clusters by all their distances, in float32, for the linkages of the farthest points and of the mean of all pairs. */
export class DistanceMatrix implements Clusters {
  slots: number
  readonly #sizes: Float64Array
  /** NaN for clusters that are gone, else 0. */
  readonly #gone: Float64Array

  /** `ids`: of the clusters of the rows, with sizes. */
  constructor(
    readonly rows: Float32Array[],
    readonly ids: Uint32Array,
    sizes: Uint32Array,
    readonly complete: boolean,
    readonly heightOf: (distance: number) => number,
  ) {
    this.slots = rows.length
    this.#sizes = Float64Array.from(ids, (id) => sizes[id])
    this.#gone = new Float64Array(rows.length)
  }

  measure(slot: number, measures: Float64Array): void {
    const { slots } = this
    const gone = this.#gone
    const row = this.rows[slot]
    for (let other = 0; other < slots; other++) measures[other] = row[other] + gone[other]
  }

  /** The nearest other cluster of each, at the lowest of equal distances. */
  async nearest(turns: Turns): Promise<NearestClusters> {
    const { rows, slots } = this
    const nearest = new Uint32Array(slots)
    const measures = new Float32Array(slots)
    for (let slot = 0; slot < slots; slot++) {
      const row = rows[slot]
      let [least, at] = [Infinity, slot]
      for (let other = 0; other < slots; other++) {
        if (row[other] >= least || other === slot) continue
        least = row[other]
        at = other
      }
      nearest[slot] = at
      measures[slot] = least
      if (turns.due) await turns.take()
    }
    return { nearest, measures }
  }

  /** Adds the size of a cluster at distance 0 to another, which it leaves as it is. */
  absorb(a: number, b: number): void {
    this.#sizes[a] += this.#sizes[b]
  }

  /** The mean is that of both clusters by their sizes (G. N. Lance and W. T. Williams 1967). */
  unite(a: number, b: number): void {
    const { rows, slots, complete } = this
    const sizes = this.#sizes
    const gone = this.#gone
    const [ofA, ofB] = [rows[a], rows[b]]
    const share = sizes[b] / (sizes[a] + sizes[b])
    gone[b] = Number.NaN
    sizes[a] += sizes[b]
    for (let other = 0; other < slots; other++) {
      if (gone[other] !== 0) continue
      const [x, y] = [ofA[other], ofB[other]]
      const distance = complete ? Math.max(x, y) : x + (y - x) * share
      ofA[other] = distance
      rows[other][a] = distance
    }
    rows[b] = new Float32Array(0)
  }

  /** Keeps the clusters of some slots; each is united with its partner, if that is not −1. */
  async keepUnited(slots: Uint32Array, partners: Int32Array, turns: Turns): Promise<void> {
    const { rows, complete } = this
    const sizes = this.#sizes
    const shareOf = (a: number, b: number) => sizes[b] / (sizes[a] + sizes[b])
    const seconds = slots.map((a) => (partners[a] < 0 ? a : partners[a]))
    const shares = Float64Array.from(slots, (a) => (partners[a] < 0 ? 0 : shareOf(a, partners[a])))
    const both = new Float32Array(this.slots)
    for (const [place, slot] of slots.entries()) {
      const row = rows[slot]
      if (partners[slot] >= 0) uniteRows(both, row, rows[partners[slot]], complete ? -1 : shares[place])
      // In place, since no column moves to the right.
      uniteColumns(row, partners[slot] >= 0 ? both : row, { slots, seconds, shares, complete })
      if (turns.due) await turns.take()
    }
    for (const [slot, partner] of partners.entries()) if (partner >= 0) sizes[slot] += sizes[partner]
    this.#close(slots)
  }

  keep(slots: Uint32Array): void {
    for (const slot of slots) {
      const row = this.rows[slot]
      for (let at = 0; at < slots.length; at++) row[at] = row[slots[at]]
    }
    this.#close(slots)
  }

  #close(slots: Uint32Array): void {
    const { rows, ids } = this
    for (const [place, slot] of slots.entries()) {
      rows[place] = rows[slot]
      ids[place] = ids[slot]
      this.#sizes[place] = this.#sizes[slot]
    }
    this.#gone.fill(0)
    this.slots = slots.length
    rows.length = slots.length
  }
}

/** The larger of two float32 numbers, without a branch, which would be mispredicted half of the time. */
const larger = (x: number, y: number) => (x + y + Math.abs(x - y)) / 2

/** Distances from two clusters united: the mean, with the share of the second, or the larger, if the share is −1. */
function uniteRows(into: Float32Array, x: Float32Array, y: Float32Array, share: number): void {
  if (share < 0) for (let at = 0; at < into.length; at++) into[at] = larger(x[at], y[at])
  else for (let at = 0; at < into.length; at++) into[at] = x[at] + (y[at] - x[at]) * share
}

interface Columns {
  slots: Uint32Array
  /** The slot of the partner, or that of the cluster alone. */
  seconds: Uint32Array
  shares: Float64Array
  complete: boolean
}

function uniteColumns(into: Float32Array, row: Float32Array, { slots, seconds, shares, complete }: Columns): void {
  if (complete) {
    for (let place = 0; place < slots.length; place++) {
      into[place] = larger(row[slots[place]], row[seconds[place]])
    }
  } else {
    for (let place = 0; place < slots.length; place++) {
      const x = row[slots[place]]
      into[place] = x + (row[seconds[place]] - x) * shares[place]
    }
  }
}
