import type { Matrix } from '../../types.js'

/** Merges as they are made: in any order of heights, except that clusters are made before they merge. */
export class MergeRecord {
  /** Numbers of rows of all ids: those of single rows, and then of one merge after another. */
  readonly sizes: Uint32Array
  #made = 0
  readonly #ids: Uint32Array
  readonly #heights: Float64Array

  constructor(readonly rows: number) {
    this.sizes = new Uint32Array(2 * rows - 1).fill(1)
    this.#ids = new Uint32Array(2 * (rows - 1))
    this.#heights = new Float64Array(rows - 1)
  }

  get made(): number {
    return this.#made
  }

  /** Height of an id, 0 for a single row. */
  heightOf(id: number): number {
    return id < this.rows ? 0 : this.#heights[id - this.rows]
  }

  /** Adds the merge of two ids, and returns that of their union. */
  add(a: number, b: number, height: number): number {
    const merge = this.#made++
    this.#ids[2 * merge] = a
    this.#ids[2 * merge + 1] = b
    this.#heights[merge] = height
    this.sizes[this.rows + merge] = this.sizes[a] + this.sizes[b]
    return this.rows + merge
  }

  /**
   * The merges in SciPy's layout: ids a < b, height, number of rows. `sorted`: by ascending height, which no merge has below
   * those of its own clusters, up to rounding, which is undone; merges of equal height stay in their order.
   */
  finish(sorted: boolean): Matrix<Float64Array<ArrayBuffer>> {
    const { rows, sizes } = this
    const heights = this.#heights
    const order = Uint32Array.from(heights.keys())
    if (sorted) {
      for (const merge of order) {
        const [a, b] = this.#ids.subarray(2 * merge, 2 * merge + 2)
        heights[merge] = Math.max(heights[merge], this.heightOf(a), this.heightOf(b))
      }
      order.sort((a, b) => heights[a] - heights[b] || a - b)
    }
    const numbers = Uint32Array.from({ length: 2 * rows - 1 }, (_, id) => id)
    const data = new Float64Array(4 * order.length)
    for (const [place, merge] of order.entries()) {
      const [a, b] = [this.#ids[2 * merge], this.#ids[2 * merge + 1]].map((id) => numbers[id])
      numbers[rows + merge] = rows + place
      data.set([Math.min(a, b), Math.max(a, b), heights[merge], sizes[rows + merge]], 4 * place)
    }
    return { data, rows: order.length, columns: 4 }
  }
}
