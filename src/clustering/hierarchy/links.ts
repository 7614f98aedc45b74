import { rootOf } from '../../kernels/shared/union-find.js'
import { countUp } from '../../neighbors/sort.js'
import type { SpanningTree } from '../../neighbors/spanning-tree.js'
import type { MergeRecord } from './merge-record.js'

/** Edges in ascending order of their weights. */
export type AscendingEdges = Pick<SpanningTree, 'from' | 'to' | 'weights'>

/** Merges of clusters in slots by their lowest rows, each with a row of both. */
export class Links implements AscendingEdges {
  readonly from: Uint32Array<ArrayBuffer>
  readonly to: Uint32Array<ArrayBuffer>
  readonly weights: Float64Array<ArrayBuffer>
  readonly #parents: Uint32Array<ArrayBuffer>

  /** @param ids id of the cluster in each slot */
  constructor(
    readonly record: MergeRecord,
    readonly ids: Uint32Array,
  ) {
    this.from = new Uint32Array(record.rows - 1)
    this.to = new Uint32Array(record.rows - 1)
    this.weights = new Float64Array(record.rows - 1)
    this.#parents = countUp(record.rows)
  }

  /** Adds the merge of the clusters in slots a < b, whose union has the slot of the first. */
  add(a: number, b: number, height: number): void {
    const { record, ids } = this
    this.from[record.made] = a
    this.to[record.made] = b
    this.weights[record.made] = height
    this.#parents[b] = a
    ids[a] = record.add(ids[a], ids[b], height)
  }

  /** Merges clusters along edges that lead from one to another (J. B. Kruskal 1956). */
  addAlong({ from, to, weights }: AscendingEdges): void {
    const parents = this.#parents
    for (let edge = 0; edge < from.length; edge++) {
      const one = rootOf(parents, from[edge])
      const other = rootOf(parents, to[edge])
      if (one !== other) this.add(Math.min(one, other), Math.max(one, other), weights[edge])
    }
  }

  /** The slots of clusters that are left, ascending. */
  slots(): Uint32Array {
    return countUp(this.record.rows).filter((slot) => this.#parents[slot] === slot)
  }
}
