import type { PackedRows } from '../../neighbors/pieces.js'
import type { Matrix, TypedArray } from '../../types.js'
import type { Clusters } from './greedy-merges.js'

/** Exponent of the widest coordinate on a device. */
const WIDEST = 56

/** Clusters by their centroids and sizes, in float64, for the linkages of Ward and of centroids. */
export class Centroids implements Clusters, PackedRows {
  slots: number
  readonly ids: Uint32Array<ArrayBuffer>
  readonly sizes: Float64Array<ArrayBuffer>
  /** Sums of the rows of each cluster, so that nothing drifts, and their means: a row for each slot. */
  readonly #sums: Float64Array<ArrayBuffer>
  readonly means: Float64Array<ArrayBuffer>
  readonly columns: number
  /** A power of two that brings coordinates to where float32 squares of them neither overflow nor vanish. */
  readonly #scale: number

  constructor(
    { data, rows, columns }: Matrix<TypedArray>,
    readonly ward: boolean,
  ) {
    this.columns = columns
    this.ids = new Uint32Array(rows)
    for (let row = 0; row < rows; row++) this.ids[row] = row
    this.slots = rows
    this.sizes = new Float64Array(rows).fill(1)
    this.#sums = centre(data, columns)
    this.means = this.#sums.slice()
    let widest = 0
    for (let at = 0; at < this.means.length; at++) widest = Math.max(widest, Math.abs(this.means[at]))
    this.#scale = widest > 0 ? 2 ** (WIDEST - Math.floor(Math.log2(widest))) : 1
  }

  /** The squared distance of centroids; Ward's is the growth of the sum of squares by the merge. */
  measure(slot: number, measures: Float64Array): void {
    const { columns, means, sizes, slots, ward } = this
    const first = slot * columns
    const size = sizes[slot]
    for (let other = 0, b = 0; other < slots; other++) {
      let squares = 0
      for (let a = first; a < first + columns; a++, b++) {
        const difference = means[a] - means[b]
        squares += difference * difference
      }
      measures[other] = ward ? (squares * (size * sizes[other])) / (size + sizes[other]) : squares
    }
  }

  measureOf(a: number, b: number): number {
    const { columns, means, sizes, ward } = this
    let squares = 0
    for (let column = 0; column < columns; column++) {
      const difference = means[a * columns + column] - means[b * columns + column]
      squares += difference * difference
    }
    return ward ? (squares * (sizes[a] * sizes[b])) / (sizes[a] + sizes[b]) : squares
  }

  unite(a: number, b: number): void {
    const { columns, means, sizes } = this
    const sums = this.#sums
    sizes[a] += sizes[b]
    for (let column = 0; column < columns; column++) {
      const at = a * columns + column
      sums[at] += sums[b * columns + column]
      means[at] = sums[at] / sizes[a]
    }
    means.fill(Number.NaN, b * columns, (b + 1) * columns)
  }

  keep(slots: Uint32Array): void {
    const { columns, means, sizes, ids } = this
    for (let place = 0; place < slots.length; place++) {
      const slot = slots[place]
      ids[place] = ids[slot]
      sizes[place] = sizes[slot]
      means.copyWithin(place * columns, slot * columns, (slot + 1) * columns)
      this.#sums.copyWithin(place * columns, slot * columns, (slot + 1) * columns)
    }
    this.slots = slots.length
  }

  get count(): number {
    return this.slots
  }

  get width(): number {
    return this.columns + 1
  }

  /** A coordinate in units of a device, or the inverse size in the column after the last. */
  valueOf(slot: number, column: number): number {
    const { columns, means, sizes } = this
    return column < columns ? means[slot * columns + column] * this.#scale : 1 / sizes[slot]
  }

  heightOf(measure: number): number {
    return Math.sqrt(this.ward ? 2 * measure : measure)
  }
}

/**
 * Values less a number near the middle of each column, in float64: a multiple of the power of two at or below its range, so
 * that integers stay integers.
 */
function centre(data: TypedArray, columns: number): Float64Array<ArrayBuffer> {
  const centred = new Float64Array(data)
  for (let column = 0; column < columns; column++) {
    let [least, greatest] = [Infinity, -Infinity]
    for (let at = column; at < data.length; at += columns) {
      least = Math.min(least, data[at])
      greatest = Math.max(greatest, data[at])
    }
    const unit = 2 ** Math.floor(Math.log2(greatest - least))
    const middle = unit > 0 ? Math.round((least + (greatest - least) / 2) / unit) * unit : least
    for (let at = column; at < data.length; at += columns) centred[at] -= middle
  }
  return centred
}
