import type { Executor } from '../engine/engine.js'
import { MAX_WEIGHT } from '../kernels/neighbors/nearest-other.js'
import { LEAF, marginOf, measureBetween } from '../kernels/neighbors/point-tree.js'
import { NONE } from '../kernels/shared/none.js'
import { rootOf } from '../kernels/shared/union-find.js'
import { joinComponents } from './join-components.js'
import type { NearestLists } from './nearest.js'
import type { PointForest, TreeChunk } from './point-forest.js'
import { SCANNED_COLUMNS } from './search-cost.js'
import { searchOthers } from './search-others.js'
import { countUp } from './sort.js'

/** Components up to which their nearest pairs are searched for, and multiply-adds of a search by comparisons from which on. */
const MOST_JOINED = 256
const JOINED_WORK = 2 ** 26

/**
 * Borůvka's rounds (O. Borůvka 1926): every component takes its nearest edge to another, until there is one. Points are named
 * by their places in the forest.
 */
export class BoruvkaRounds {
  /** The edges that were found: their ends, and their weights. */
  readonly from: Uint32Array<ArrayBuffer>
  readonly to: Uint32Array<ArrayBuffer>
  readonly weights: Float32Array<ArrayBuffer>
  found = 0
  /** Component of each point: the lowest place in it. */
  readonly #components: Uint32Array<ArrayBuffer>
  /** The nearest point of another component, as far as it is known, and the weight of the edge, or what it is at least. */
  readonly #nearest: Uint32Array
  readonly #weights: Float32Array
  /** Least weight of an edge out of each component that is known. */
  readonly #bounds: Float32Array<ArrayBuffer>
  /** The component whose nearest edge is not searched for, or NONE. */
  #leftOut = NONE

  constructor(
    readonly executor: Executor,
    readonly forest: PointForest,
    readonly cores: Float32Array,
    /** Some of the nearest of each point, itself included. */
    readonly nearest: readonly NearestLists[],
  ) {
    this.from = new Uint32Array(forest.rows - 1)
    this.to = new Uint32Array(forest.rows - 1)
    this.weights = new Float32Array(forest.rows - 1)
    this.#components = countUp(forest.rows)
    this.#nearest = new Uint32Array(forest.rows).fill(NONE)
    this.#weights = cores.slice()
    this.#bounds = new Float32Array(forest.rows)
  }

  /** Finds the nearest edge out of every component, but for the largest where that takes a search. */
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
    for (const chunk of chunks) {
      for (let row = 0; row < chunk.rows; row++) {
        if (this.#nearest[chunk.first + row] === NONE && !this.#takeListed(chunk, row)) this.#lowerBySome(chunk, row)
      }
    }
    const largest = this.#largest()
    this.#leftOut = NONE
    const searched = chunks.map((chunk) => this.#searchedOf(chunk, largest))
    if (this.#joinRest(searched)) return
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

  /**
   * Takes the nearest of another component from the list of a row, where no other is nearer: edges weigh at least the core
   * measure of their ends, the last measure of the list unless they are listed, and what searches have ruled out. Others
   * bound the component. Whether there is one.
   */
  #takeListed({ number, first }: TreeChunk, row: number): boolean {
    const { cores, forest } = this
    const { kept, isFirst, places, measures } = this.nearest[number]
    const place = first + row
    const component = this.#components[place]
    let best = Infinity
    let end = NONE
    for (let at = row * kept; at < (row + 1) * kept; at++) {
      const other = places[at]
      if (other === NONE || this.#components[other] === component) continue
      const weight = Math.max(measures[at], cores[place], cores[other])
      if (weight >= best) continue
      best = weight
      end = other
    }
    const unlisted = isFirst ? measures[(row + 1) * kept - 1] : 0
    if (unlisted > this.#weights[place]) this.#weights[place] = unlisted
    if (best > this.#weights[place]) this.#lower(component, best * (1 + marginOf(forest.columns)))
    else {
      this.#nearest[place] = end
      this.#weights[place] = best
      this.#lower(component, best)
    }
    return end !== NONE
  }

  /** Bounds components by edges between a row and those that stand near it, most of which are short. */
  #lowerBySome({ first, rows, data }: TreeChunk, row: number): void {
    const { forest, cores } = this
    const { columns, manhattan } = forest
    const component = this.#components[first + row]
    for (let other = Math.max(0, row - LEAF + 1); other < Math.min(rows, row + LEAF); other++) {
      if (this.#components[first + other] === component) continue
      const measure = measureBetween(data, row * columns, other * columns, columns, manhattan)
      const weight = Math.max(measure * (1 + marginOf(columns)), cores[first + row], cores[first + other])
      this.#lower(component, weight)
      this.#lower(this.#components[first + other], weight)
    }
  }

  /** The component of the most points. */
  #largest(): number {
    const sizes = new Uint32Array(this.forest.rows)
    let largest = 0
    for (const component of this.#components) if (++sizes[component] > sizes[largest]) largest = component
    return largest
  }

  /**
   * Rows of a chunk whose nearest other is not known and could be nearer than what their component knows. Of equal points
   * beside each other, whose edges weigh the same, the first of a component is enough. The largest needs no edge of its own, since
   * every other one takes one.
   */
  #searchedOf({ first, rows, data }: TreeChunk, largest: number): number[] {
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
      const component = this.#components[place]
      if (this.#nearest[place] !== NONE || this.#weights[place] > this.#bounds[component]) continue
      if (component === largest) this.#leftOut = largest
      else if (!isRepeated(row)) searched.push(row)
    }
    return searched
  }

  /** Finds all edges that are left, where components are few and rows to be searched for many. Whether it did. */
  #joinRest(searched: readonly number[][]): boolean {
    const { forest, cores } = this
    const { rows, columns } = forest
    if (columns < SCANNED_COLUMNS || rows - 1 - this.found >= MOST_JOINED) return false
    const count = searched.reduce((sum, { length }) => sum + length, 0)
    const edges = count * rows * columns > JOINED_WORK && joinComponents(forest, this.#components, cores)
    if (!edges) return false
    for (const { from, to, weight } of edges) this.#add(from, to, weight)
    this.#components.fill(0)
    return true
  }

  #add(from: number, to: number, weight: number): void {
    this.from[this.found] = from
    this.to[this.found] = to
    this.weights[this.found++] = weight
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

  /**
   * Adds the nearest edges that were found, of several of a component the first, and joins their ends. Edges of equal weight may close a
   * circle; the last of it is left out.
   */
  join(): void {
    const { rows } = this.forest
    const components = this.#components
    const chosen = new Uint32Array(rows).fill(NONE)
    for (let place = 0; place < rows; place++) {
      const component = components[place]
      const isNearest = this.#nearest[place] !== NONE && this.#weights[place] <= this.#bounds[component]
      if (isNearest && component !== this.#leftOut && chosen[component] === NONE) chosen[component] = place
    }
    for (const place of chosen) {
      if (place === NONE) continue
      const a = rootOf(components, place)
      const b = rootOf(components, this.#nearest[place])
      if (a === b) continue
      components[Math.max(a, b)] = Math.min(a, b)
      this.#add(place, this.#nearest[place], this.#weights[place])
    }
    for (let place = 0; place < rows; place++) components[place] = rootOf(components, place)
  }
}
