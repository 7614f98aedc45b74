import { nextTask } from '../../engine/next-task.js'
import type { Progress } from '../../types.js'
import type { MergeRecord } from './merge-record.js'

/** Clusters that know their distances, in slots by their lowest rows. */
export interface Clusters {
  /** Number of slots, those of clusters that are gone included. */
  readonly slots: number
  /** The id of the cluster in each slot. */
  readonly ids: Uint32Array
  /** Writes the measure between a cluster and that in each slot; NaN where it is gone. */
  measure(slot: number, measures: Float64Array): void
  /** Unites two clusters in the slot of the first; the other is gone. */
  unite(a: number, b: number): void
  /** Keeps the clusters of some slots, ascending. */
  keep(slots: Uint32Array): void
  /** The height of a merge at a measure. */
  heightOf(measure: number): number
}

export interface Control {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** Time between two turns of the event loop. */
const TURN_MS = 40

/** Turns of the event loop in long work of the host, at which progress is told and aborts are heard. */
export class Turns {
  #last = performance.now()

  constructor(
    readonly record: MergeRecord,
    readonly control: Control,
  ) {}

  get due(): boolean {
    return performance.now() - this.#last >= TURN_MS
  }

  /** Visits all numbers below a count, with turns between them. */
  async visit(count: number, visit: (number: number) => void): Promise<void> {
    for (let number = 0; number < count; number++) {
      visit(number)
      if (this.due) await this.take()
    }
  }

  async take(): Promise<void> {
    const { record, control } = this
    control.onProgress?.({ stage: 'merge', done: record.made, total: record.rows - 1 })
    await nextTask()
    control.signal?.throwIfAborted()
    this.#last = performance.now()
  }
}

/** Share of slots without a cluster from which on they are left out. */
const GONE = 0.3

/**
 * Merges the two nearest clusters until one is left, by the generic algorithm (D. Müllner, "Modern hierarchical,
 * agglomerative clustering algorithms", arXiv:1109.2378, figure 3): of every cluster a lower bound of the distance to its
 * nearest is kept, and only where that is the least of all the nearest is searched for anew. Ties go to the lowest slots.
 */
export async function mergeGreedily(clusters: Clusters, record: MergeRecord, control: Control): Promise<void> {
  const candidates = new Candidates(clusters)
  const turns = new Turns(record, control)
  while (candidates.left > 1) {
    const a = candidates.first()
    if (candidates.isStale(a)) candidates.search(a)
    else candidates.merge(a, record)
    if (turns.due) await turns.take()
  }
  control.signal?.throwIfAborted()
  control.onProgress?.({ stage: 'merge', done: record.made, total: record.rows - 1 })
}

/** The nearest cluster of each, as far as it is known. */
class Candidates {
  left: number
  readonly #clusters: Clusters
  readonly #measures: Float64Array
  /** Lower bounds of the measure to the nearest; infinite for clusters that are gone. */
  readonly #bounds: Float64Array
  readonly #nearest: Uint32Array
  /** Whether the nearest was merged. */
  readonly #stale: Uint8Array

  constructor(clusters: Clusters) {
    const { slots } = clusters
    this.#clusters = clusters
    this.left = slots
    this.#measures = new Float64Array(slots)
    this.#bounds = new Float64Array(slots)
    this.#nearest = new Uint32Array(slots)
    this.#stale = new Uint8Array(slots).fill(1)
  }

  /** The slot with the least bound. */
  first(): number {
    const bounds = this.#bounds
    const { slots } = this.#clusters
    let first = 0
    for (let slot = 1; slot < slots; slot++) if (bounds[slot] < bounds[first]) first = slot
    return first
  }

  isStale(slot: number): boolean {
    return this.#stale[slot] === 1
  }

  search(slot: number): void {
    const measures = this.#measures
    const { slots } = this.#clusters
    this.#clusters.measure(slot, measures)
    measures[slot] = Infinity
    let nearest = slot
    for (let other = 0; other < slots; other++) if (measures[other] < measures[nearest]) nearest = other
    this.#bounds[slot] = measures[nearest]
    this.#nearest[slot] = nearest
    this.#stale[slot] = 0
  }

  /** Merges a cluster with its nearest. */
  merge(slot: number, record: MergeRecord): void {
    const clusters = this.#clusters
    const { ids } = clusters
    const a = Math.min(slot, this.#nearest[slot])
    const b = Math.max(slot, this.#nearest[slot])
    ids[a] = record.add(ids[a], ids[b], clusters.heightOf(this.#bounds[slot]))
    clusters.unite(a, b)
    this.#bounds[b] = Infinity
    this.left--
    this.search(a)
    this.#follow(a, b)
    if (this.left < (1 - GONE) * clusters.slots) this.#compact()
  }

  /** After a merge, `a` has the new cluster, and `measures` those to it. */
  #follow(a: number, b: number): void {
    const bounds = this.#bounds
    const nearest = this.#nearest
    const stale = this.#stale
    const measures = this.#measures
    const { slots } = this.#clusters
    for (let slot = 0; slot < slots; slot++) {
      if (nearest[slot] === a || nearest[slot] === b) stale[slot] = slot === a ? 0 : 1
      if (measures[slot] < bounds[slot] || (measures[slot] === bounds[slot] && stale[slot])) {
        bounds[slot] = measures[slot]
        nearest[slot] = a
        stale[slot] = 0
      }
    }
  }

  /** Leaves out the slots of clusters that are gone. */
  #compact(): void {
    const bounds = this.#bounds
    const nearest = this.#nearest
    const { slots } = this.#clusters
    const kept = Uint32Array.from({ length: slots }, (_, slot) => slot).filter((slot) => bounds[slot] < Infinity)
    const places = new Uint32Array(slots)
    for (const [place, slot] of kept.entries()) {
      places[slot] = place
      bounds[place] = bounds[slot]
      this.#stale[place] = this.#stale[slot]
    }
    for (const [place, slot] of kept.entries()) nearest[place] = places[nearest[slot]]
    this.#clusters.keep(kept)
  }
}
