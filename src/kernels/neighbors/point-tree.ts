import source from '../../../shaders/neighbors/point-tree.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import {
  type Arrays,
  type BindingKind,
  type Buffers,
  defineKernel,
  type Kernel,
  type Parameters,
  type Scalar,
} from '../../engine/kernel.js'
import { NONE } from '../shared/none.js'

/**
 * The tree that kernels of this room search: points in k-d order, cut into leaves of LEAF rows, of which FAN under FAN
 * are a node of the next level, up to one root. It has no pointers: node `index` of `level` holds the rows from index ·
 * LEAF · FAN^level on. `levels` has the number of the first node of each level, and then that of all nodes; `nodes` has
 * for each, in `nodeWords` floats, the least and the greatest coordinate of every column, the distance between these two
 * corners, and the sum of the weights, or for spanning trees the least core measure.
 *
 * Distances are compared as measures: squared Euclidean distances, or sums of absolute differences (MANHATTAN).
 */
export const LEAF = 8
export const FAN_BITS = 3
export const FAN = 8
/** The component, or the label, of a node none of whose points has one. */
export const EMPTY = 2 ** 32 - 2
/** Queries that stay together where they are spread over dispatches. */
export const BLOCK = 64
/** Words of a thread's queries that are to stay in registers. */
const TILE_WORDS = 64

/**
 * Number of queries that a thread searches for at once, of so many words each: a power of two, at most `most`. Measured on
 * llvmpipe: counting and joining take a third of the time at 4 that they take at 1, and a fifth less again at 8, a leaf;
 * searches for the nearest differ little, but take half the time at 2 in 16 columns.
 */
export function tileOf(words: number, most: 2 | 8): number {
  let tile: number = most
  while (tile > 1 && tile * words > TILE_WORDS) tile /= 2
  return tile
}

/**
 * Relative margin by which a bound must clear a measure, since rounding differs among expressions: sums of d terms in float32
 * are within d · 2⁻²⁴ of the exact ones (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", §4.2).
 */
export const marginOf = (columns: number) => 2 ** -20 + columns * 2 ** -23

export const nodeWords = (columns: number) => 2 * columns + 2
/** Rows below a node of a level. */
export const rowsBelow = (level: number) => LEAF * FAN ** level

/** What every search is given: `places` of the table of `blocks` from `first` on, of `queries`; and a tree of `rows` with its root on level `top`. */
const parameters = {
  first: 'u32',
  places: 'u32',
  blocks: 'u32',
  stride: 'u32',
  queries: 'u32',
  rows: 'u32',
  columns: 'u32',
  top: 'u32',
} as const

const bindings = {
  queries: 'read f32',
  points: 'read f32',
  nodes: 'read f32',
  levels: 'read u32',
} as const

export type SearchParameters = Parameters<typeof parameters>
export type SearchBuffers = Buffers<typeof bindings>

/** A search's kernel, as far as it differs from the others. Constants of all: COLUMNS, and TILE, 1 … LEAF. */
interface SearchKernel<
  P extends Record<string, Scalar>,
  B extends Record<string, BindingKind>,
  F extends Record<string, boolean>,
> {
  name: string
  source: string | readonly string[]
  parameters: P
  bindings: B
  flags: F
  words?: Record<string, number>
  constants?: Record<string, number>
  twin: Kernel<P & typeof parameters, B & typeof bindings, F & { MANHATTAN: boolean }>['twin']
}

/** Declares a kernel that searches a tree. Calls are marked as pure, for bundlers. */
export function defineSearch<
  const P extends Record<string, Scalar>,
  const B extends Record<string, BindingKind>,
  const F extends Record<string, boolean>,
>({ source: own, words, constants, ...kernel }: SearchKernel<P, B, F>) {
  return defineKernel({
    ...kernel,
    sources: [gridSource, source, own].flat(),
    parameters: { ...parameters, ...kernel.parameters },
    bindings: { ...bindings, ...kernel.bindings },
    words: { BLOCK, LEAF, FAN, FAN_BITS, NONE, ...words },
    flags: { MANHATTAN: false, ...kernel.flags } as F & { MANHATTAN: boolean },
    constants: { COLUMNS: 2, TILE: 1, ...constants },
    workgroupSize: 64,
    workgroups: ({ places }, size, { TILE }) => Math.ceil(((BLOCK / TILE) * places) / size),
  })
}

type SearchArrays = Arrays<typeof bindings>

/** A search as twins do it: one place in the tree, from left to right. */
export class TreeSearch {
  level = 0
  index = 0
  #query = 0
  readonly #margin: number

  constructor(
    readonly parameters: SearchParameters,
    readonly arrays: SearchArrays,
    readonly manhattan: boolean,
  ) {
    this.#margin = marginOf(parameters.columns)
  }

  /** Begins the search of a query at the root. */
  begin(query: number): void {
    this.#query = query * this.parameters.columns
    this.level = this.parameters.top
    this.index = 0
  }

  get over(): boolean {
    return this.level === this.parameters.top && this.index > 0
  }

  get node(): number {
    return this.arrays.levels[this.level] + this.index
  }

  get firstRow(): number {
    return this.index * rowsBelow(this.level)
  }

  get endRow(): number {
    return Math.min(this.firstRow + rowsBelow(this.level), this.parameters.rows)
  }

  /** Goes on to what stands behind the node, past what is below it. */
  skip(): void {
    const { levels } = this.arrays
    this.index++
    while (
      this.level < this.parameters.top &&
      (this.index % FAN === 0 || this.index === levels[this.level + 1] - levels[this.level])
    ) {
      this.index = Math.ceil(this.index / FAN)
      this.level++
    }
  }

  /** Goes on to the first child of the node. */
  enter(): void {
    this.level--
    this.index *= FAN
  }

  /** Measure of the distance to a row. */
  measureTo(row: number): number {
    const { columns } = this.parameters
    const { queries, points } = this.arrays
    let sum = 0
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      sum = Math.fround(sum + this.#term(Math.fround(queries[this.#query + column] - points[at])))
    }
    return sum
  }

  /** No point of the node is nearer. */
  leastMeasure(): number {
    const { columns } = this.parameters
    const { queries, nodes } = this.arrays
    let sum = 0
    for (let column = 0, at = this.node * nodeWords(columns); column < columns; column++, at++) {
      const value = queries[this.#query + column]
      const outside = Math.max(nodes[at] - value, value - nodes[at + columns])
      if (outside > 0) sum += this.#term(outside)
    }
    return sum * (1 - this.#margin)
  }

  /** No point of the node is farther. */
  greatestMeasure(): number {
    const { columns } = this.parameters
    const { queries, nodes } = this.arrays
    let sum = 0
    for (let column = 0, at = this.node * nodeWords(columns); column < columns; column++, at++) {
      const value = queries[this.#query + column]
      sum += this.#term(Math.max(value - nodes[at], nodes[at + columns] - value))
    }
    return sum * (1 + this.#margin)
  }

  /** The first row of the largest node around a row all of whose points are neighbours of one another, or the row. */
  firstOfTight(row: number, limit: number): number {
    const { columns, top } = this.parameters
    const { levels, nodes } = this.arrays
    let first = row
    for (let level = 0; level <= top; level++) {
      const index = Math.floor(row / rowsBelow(level))
      const diagonal = nodes[(levels[level] + index) * nodeWords(columns) + 2 * columns]
      if (diagonal * (1 + this.#margin) > limit) break
      first = index * rowsBelow(level)
    }
    return first
  }

  #term(difference: number): number {
    return this.manhattan ? Math.abs(difference) : Math.fround(difference * difference)
  }
}

/** Measure of the distance between two rows, by where they begin. */
export function measureBetween(
  points: Float32Array,
  a: number,
  b: number,
  columns: number,
  manhattan: boolean,
): number {
  let sum = 0
  for (let column = 0; column < columns; column++) {
    const difference = points[a + column] - points[b + column]
    sum += manhattan ? Math.abs(difference) : difference * difference
  }
  return sum
}

/** The queries of a dispatch, block by block. */
export function* queriesOf({ first, places, blocks, stride, queries }: SearchParameters): Generator<number> {
  const height = Math.ceil(blocks / stride)
  for (let place = first; place < first + places; place++) {
    const block = (place % height) * stride + Math.floor(place / height)
    for (let row = BLOCK * block; row < Math.min(BLOCK * (block + 1), queries); row++) yield row
  }
}
