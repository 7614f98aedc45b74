import { countUp } from '../../neighbors/sort.js'

/**
 * Edges between clusters, of which that of the least weight comes first; of equal weights that whose later cluster was made
 * first, and then that whose earlier one was. A binary heap that knows the place of every edge.
 */
export class EdgeHeap {
  size: number
  readonly #order: Uint32Array
  readonly #places: Uint32Array

  /**
   * @param weights weight of each edge
   * @param ends the two slots of each edge
   * @param ids id of the cluster in each slot; neither weight nor ids change while an edge is in the heap
   */
  constructor(
    readonly weights: Float64Array,
    readonly ends: Uint32Array,
    readonly ids: Uint32Array,
  ) {
    this.size = weights.length
    this.#order = countUp(this.size)
    this.#places = countUp(this.size)
    for (let place = (this.size >> 1) - 1; place >= 0; place--) this.#sink(place)
  }

  get first(): number {
    return this.#order[0]
  }

  add(edge: number): void {
    this.#put(edge, this.size++)
    this.#rise(this.size - 1)
  }

  remove(edge: number): void {
    const place = this.#places[edge]
    const last = this.#order[--this.size]
    if (last === edge) return
    this.#put(last, place)
    this.#rise(place)
    this.#sink(this.#places[last])
  }

  #put(edge: number, place: number): void {
    this.#order[place] = edge
    this.#places[edge] = place
  }

  #rise(from: number): void {
    const order = this.#order
    const edge = order[from]
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.#isBefore(edge, order[parent])) break
      this.#put(order[parent], place)
      place = parent
    }
    this.#put(edge, place)
  }

  #sink(from: number): void {
    const order = this.#order
    const edge = order[from]
    let place = from
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.size) break
      if (child + 1 < this.size && this.#isBefore(order[child + 1], order[child])) child++
      if (!this.#isBefore(order[child], edge)) break
      this.#put(order[child], place)
      place = child
    }
    this.#put(edge, place)
  }

  #isBefore(edge: number, other: number): boolean {
    const { weights, ends, ids } = this
    if (weights[edge] !== weights[other]) return weights[edge] < weights[other]
    const [a, b] = [ids[ends[2 * edge]], ids[ends[2 * edge + 1]]]
    const [c, d] = [ids[ends[2 * other]], ids[ends[2 * other + 1]]]
    const later = Math.max(a, b) - Math.max(c, d)
    return later !== 0 ? later < 0 : Math.min(a, b) < Math.min(c, d)
  }
}
