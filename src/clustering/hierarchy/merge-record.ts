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
    const ids = this.#ids
    const order = new Uint32Array(heights.length)
    for (let merge = 0; merge < order.length; merge++) {
      order[merge] = merge
      if (!sorted) continue
      heights[merge] = Math.max(heights[merge], this.heightOf(ids[2 * merge]), this.heightOf(ids[2 * merge + 1]))
    }
    if (sorted) order.sort((a, b) => heights[a] - heights[b] || a - b)
    const numbers = new Uint32Array(2 * rows - 1)
    for (let row = 0; row < rows; row++) numbers[row] = row
    const data = new Float64Array(4 * order.length)
    for (let place = 0; place < order.length; place++) {
      const merge = order[place]
      const a = numbers[ids[2 * merge]]
      const b = numbers[ids[2 * merge + 1]]
      numbers[rows + merge] = rows + place
      data[4 * place] = Math.min(a, b)
      data[4 * place + 1] = Math.max(a, b)
      data[4 * place + 2] = heights[merge]
      data[4 * place + 3] = sizes[rows + merge]
    }
    return { data, rows: order.length, columns: 4 }
  }
}
