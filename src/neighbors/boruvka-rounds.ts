import type { Executor } from '../engine/engine.js'
import { MAX_WEIGHT } from '../kernels/neighbors/nearest-other.js'
import { LEAF, marginOf, measureBetween } from '../kernels/neighbors/point-tree.js'
import { NONE } from '../kernels/shared/none.js'
import type { PointForest, TreeChunk } from './point-forest.js'
import { searchOthers } from './search-others.js'

/** An edge between two places of a forest; `from` is the lower. */
export interface Edge {
  from: number
  to: number
  weight: number
}

/**
 * Borůvka's rounds (O. Borůvka 1926): every component takes its nearest edge to another, until there is one. Points are named
 * by their places in the forest.
 */
export class BoruvkaRounds {
  readonly edges: Edge[] = []
  /** Component of each point: the lowest place in it. */
  readonly #components: Uint32Array<ArrayBuffer>
  /** The nearest point of another component, as far as it is known, and the weight of the edge, or what it is at least. */
  readonly #nearest: Uint32Array
  readonly #weights: Float32Array
  /** Least weight of an edge out of each component that is known. */
  readonly #bounds: Float32Array<ArrayBuffer>

  constructor(
    readonly executor: Executor,
    readonly forest: PointForest,
    readonly cores: Float32Array,
  ) {
    this.#components = Uint32Array.from(cores.keys())
    this.#nearest = new Uint32Array(forest.rows).fill(NONE)
    this.#weights = cores.slice()
    this.#bounds = new Float32Array(forest.rows)
  }

  /** Finds the nearest edge out of every component. */
  async search(signal?: AbortSignal): Promise<void> {
    const { executor, forest, cores } = this
    const { rows, chunks } = forest
    const components = this.#components
    this.#bounds.fill(MAX_WEIGHT)
    for (let place = 0; place < rows; place++) {
      const nearest = this.#nearest[place]
      if (nearest !== NONE && components[nearest] === components[place]) this.#nearest[place] = NONE
      else if (nearest !== NONE) this.#lower(components[place], this.#weights[place])
    }
    for (const chunk of chunks) this.#lowerBySome(chunk)
    const searched = chunks.map((chunk) => this.#searchedOf(chunk))
    const found = await searchOthers(executor, {
      forest,
      components,
      cores,
      bounds: this.#bounds,
      searched,
      stage: 'join',
      signal,
    })
    for (const { first, number } of chunks) this.#take(first, found[number])
  }

  #lower(component: number, weight: number): void {
    if (weight < this.#bounds[component]) this.#bounds[component] = weight
  }

  /** Bounds components by edges between points that stand near one another, most of which are short. */
  #lowerBySome({ first, rows, data }: TreeChunk): void {
    const { forest, cores } = this
    const { columns, manhattan } = forest
    for (let row = 0; row < rows; row++) {
      const component = this.#components[first + row]
      for (let other = row + 1; other < Math.min(rows, row + LEAF); other++) {
        if (this.#components[first + other] === component) continue
        const measure = measureBetween(data, row * columns, other * columns, columns, manhattan)
        const weight = Math.max(measure * (1 + marginOf(columns)), cores[first + row], cores[first + other])
        this.#lower(component, weight)
        this.#lower(this.#components[first + other], weight)
      }
    }
  }

  /**
   * Rows of a chunk whose nearest other is not known and could be nearer than what their component knows. Of equal points
   * beside each other, whose edges weigh the same, the first of a component is enough.
   */
  #searchedOf({ first, rows, data }: TreeChunk): number[] {
    const { columns } = this.forest
    const isRepeated = (row: number) => {
      if (row === 0 || this.#components[first + row] !== this.#components[first + row - 1]) return false
      let at = row * columns
      const end = at + columns
      while (at < end && data[at] === data[at - columns]) at++
      return at === end
    }
    const searched: number[] = []
    for (let row = 0; row < rows; row++) {
      const place = first + row
      if (this.#nearest[place] !== NONE || this.#weights[place] > this.#bounds[this.#components[place]]) continue
      if (!isRepeated(row)) searched.push(row)
    }
    return searched
  }

  /** Takes what a search found for some rows of a chunk, once the bounds of all components are known. */
  #take(first: number, found: Uint32Array): void {
    const floats = new Float32Array(found.buffer)
    for (let at = 0; at < found.length; at += 4) {
      const place = first + found[at]
      const [weight, leftOut] = [floats[at + 1], floats[at + 3]]
      const isNearest = weight < leftOut || weight <= this.#bounds[this.#components[place]]
      this.#nearest[place] = isNearest ? found[at + 2] : NONE
      this.#weights[place] = Math.min(weight, leftOut)
    }
  }

  /** Adds the nearest edge of every component, the first of all in the order of edges, and joins their ends. */
  join(): void {
    const { rows } = this.forest
    const components = this.#components
    const best = new Map<number, Edge>()
    for (let place = 0; place < rows; place++) {
      const other = this.#nearest[place]
      const weight = this.#weights[place]
      if (other === NONE || weight > this.#bounds[components[place]]) continue
      const edge = { from: Math.min(place, other), to: Math.max(place, other), weight }
      const former = best.get(components[place])
      if (!former || edge.from < former.from || (edge.from === former.from && edge.to < former.to)) {
        best.set(components[place], edge)
      }
    }
    const rootOf = (place: number) => {
      let at = place
      while (components[at] !== at) {
        components[at] = components[components[at]]
        at = components[at]
      }
      return at
    }
    for (const edge of best.values()) {
      const [a, b] = [rootOf(edge.from), rootOf(edge.to)]
      if (a === b) continue // taken by both its ends
      components[Math.max(a, b)] = Math.min(a, b)
      this.edges.push(edge)
    }
    for (let place = 0; place < rows; place++) components[place] = rootOf(place)
  }
}
