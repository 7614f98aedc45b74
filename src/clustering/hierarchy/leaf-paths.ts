import { LloydError } from '../../engine/error.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import type { Matrix } from '../../types.js'
import { leafOrder } from './leaf-order.js'

/** Number of rows whose paths are found together. */
const BATCH = 16
/** Places along the foot, the last excluded. */
interface Span {
  from: number
  to: number
}

/** The shortest paths through clusters from a row of one part to a row of the other. */
export class LeafPaths {
  readonly #merges: Matrix<Float64Array>
  readonly #points: MeasuredPoints
  readonly #rows: number
  /** The rows by their places, in which every cluster is a span. */
  readonly #order: Uint32Array<ArrayBuffer>
  /** The first place of every cluster. */
  readonly #places: Uint32Array
  /** For two places, the length of the shortest path with these ends through the least cluster that has both. */
  readonly #lengths: Float64Array
  /** The least length of a path from each place to the other part of the cluster that is being extended. */
  readonly #least: Float64Array
  /** By place, for each of a batch: lengths of paths so far, and of those that go on. */
  readonly #values: Float64Array[]
  readonly #sums: Float64Array[]

  constructor(merges: Matrix<Float64Array>, points: MeasuredPoints) {
    const rows = points.rows
    this.#merges = merges
    this.#points = points
    this.#rows = rows
    this.#order = leafOrder(merges)
    this.#places = new Uint32Array(2 * rows - 1)
    for (let place = 0; place < rows; place++) this.#places[this.#order[place]] = place
    for (let merge = 0; merge < merges.rows; merge++) this.#places[rows + merge] = this.#places[merges.data[4 * merge]]
    this.#least = new Float64Array(rows)
    this.#values = Array.from({ length: BATCH }, () => new Float64Array(rows))
    this.#sums = Array.from({ length: BATCH }, () => new Float64Array(rows))
    try {
      this.#lengths = new Float64Array(rows * rows)
    } catch (cause) {
      const message = `leafOrder 'optimal' could not allocate ${8 * rows ** 2} bytes for ${rows} rows; take leafOrder 'merges'`
      throw new LloydError('OutOfMemoryError', message, { cause })
    }
  }

  /** Finds the paths through the clusters of a merge; pauses with the number of pairs of ends that were found since. */
  *join(merge: number): Generator<number> {
    const lengths = this.#lengths
    const rows = this.#rows
    const [left, right] = this.#parts(rows + merge).map((id) => this.#span(id))
    const [leftParts, rightParts] = this.#parts(rows + merge).map((id) => this.#readyParts(id))
    // From rows on the right over an edge to the left, and on to the other end there.
    for (const batch of batchesOf(right)) {
      batch.forEach((y, at) => {
        for (let x = left.from; x < left.to; x++) this.#values[at][x] = this.#distance(x, y)
      })
      yield* this.#extend(leftParts, batch.length)
      batch.forEach((y, at) => {
        lengths.set(this.#sums[at].subarray(left.from, left.to), y * rows + left.from)
      })
    }
    // From these ends to the other ends on the right.
    for (const batch of batchesOf(left)) {
      for (let y = right.from; y < right.to; y++) {
        batch.forEach((x, at) => {
          this.#values[at][y] = lengths[y * rows + x]
        })
      }
      yield* this.#extend(rightParts, batch.length)
      for (let y = right.from; y < right.to; y++) {
        batch.forEach((x, at) => {
          lengths[x * rows + y] = lengths[y * rows + x] = this.#sums[at][y]
        })
      }
      yield batch.length * (right.to - right.from)
    }
  }

  /** The rows along the shortest path through all. */
  shortest(): Uint32Array<ArrayBuffer> {
    const rows = this.#rows
    const leaves = new Uint32Array(rows)
    const lengths = this.#lengths
    const last = 2 * rows - 2
    const open = [{ id: last, at: 0, from: 0, to: 0 }]
    if (rows > 1) {
      const [left, right] = this.#parts(last).map((id) => this.#span(id))
      const ends = leastPair(left, right, (x, y) => lengths[x * rows + y])
      open[0] = { id: last, at: 0, from: ends[0], to: ends[1] }
    }
    for (let next = open.pop(); next; next = open.pop()) {
      const { id, at, from, to } = next
      if (id < rows) {
        leaves[at] = id
        continue
      }
      let [first, second] = this.#parts(id)
      if (!isIn(this.#span(first), from)) [first, second] = [second, first]
      const [x, y] = leastPair(
        this.#across(first, from),
        this.#across(second, to),
        (x, y) => lengths[from * rows + x] + this.#distance(x, y) + lengths[y * rows + to],
      )
      open.push({ id: first, at, from, to: x }, { id: second, at: at + this.#size(first), from: y, to })
    }
    return leaves
  }

  /**
   * For every end in a cluster, the least sum of a value of the other part and of the length from there, for all values of a
   * batch: a length that was fetched serves all of them. The least value comes first, and then those that could be of use.
   * Pauses often.
   */
  *#extend(parts: readonly [Span, Span], count: number): Generator<number> {
    const bounds = new Float64Array(count)
    for (const [ends, others] of [parts, [parts[1], parts[0]]]) {
      for (let at = 0; at < count; at++) {
        const values = this.#values[at]
        let least = others.from
        for (let other = least; other < others.to; other++) if (values[other] < values[least]) least = other
        this.#sums[at].fill(Infinity, ends.from, ends.to)
        this.#relax(at, least, ends)
        bounds[at] = this.#boundOf(at, ends)
      }
      for (let other = others.from; other < others.to; other++) {
        for (let at = 0; at < count; at++) if (this.#values[at][other] < bounds[at]) this.#relax(at, other, ends)
        yield 0
      }
    }
  }

  #relax(at: number, other: number, { from, to }: Span): void {
    const lengths = this.#lengths
    const sums = this.#sums[at]
    const value = this.#values[at][other]
    const row = other * this.#rows
    for (let end = from; end < to; end++) {
      const sum = value + lengths[row + end]
      if (sum < sums[end]) sums[end] = sum
    }
  }

  /** The value from which on others are of no use. */
  #boundOf(at: number, ends: Span): number {
    let bound = 0
    for (let end = ends.from; end < ends.to; end++) bound = Math.max(bound, this.#sums[at][end] - this.#least[end])
    return bound
  }

  /** The spans of both parts of a cluster, whose least lengths are entered; of a row, twice the row itself. */
  #readyParts(id: number): [Span, Span] {
    const [one, other] =
      id < this.#rows ? [this.#span(id), this.#span(id)] : this.#parts(id).map((part) => this.#span(part))
    for (const [ends, others] of [
      [one, other],
      [other, one],
    ]) {
      for (let end = ends.from; end < ends.to; end++) {
        let least = Infinity
        const at = end * this.#rows
        for (let place = others.from; place < others.to; place++) least = Math.min(least, this.#lengths[at + place])
        this.#least[end] = least
      }
    }
    return [one, other]
  }

  #parts(id: number): [number, number] {
    const at = 4 * (id - this.#rows)
    return [this.#merges.data[at], this.#merges.data[at + 1]]
  }

  #size(id: number): number {
    return id < this.#rows ? 1 : this.#merges.data[4 * (id - this.#rows) + 3]
  }

  #span(id: number): Span {
    return { from: this.#places[id], to: this.#places[id] + this.#size(id) }
  }

  /** Where a path through a cluster can end that begins in a place of it. */
  #across(id: number, place: number): Span {
    if (id < this.#rows) return this.#span(id)
    const [one, other] = this.#parts(id).map((part) => this.#span(part))
    return isIn(one, place) ? other : one
  }

  /** The distance of two places. */
  #distance(x: number, y: number): number {
    const { data, columns, manhattan } = this.#points
    const [a, b] = [columns * this.#order[x], columns * this.#order[y]]
    let sum = 0
    for (let column = 0; column < columns; column++) {
      const difference = data[a + column] - data[b + column]
      sum += manhattan ? Math.abs(difference) : difference * difference
    }
    return this.#points.distanceOf(sum)
  }
}

function* batchesOf({ from, to }: Span): Generator<number[]> {
  for (let first = from; first < to; first += BATCH) {
    yield Array.from({ length: Math.min(BATCH, to - first) }, (_, at) => first + at)
  }
}

const isIn = ({ from, to }: Span, place: number) => place >= from && place < to

/** The first pair of places with the least length between them. */
function leastPair(one: Span, other: Span, lengthOf: (x: number, y: number) => number): [number, number] {
  let best = Infinity
  let pair: [number, number] = [one.from, other.from]
  for (let x = one.from; x < one.to; x++) {
    for (let y = other.from; y < other.to; y++) {
      const length = lengthOf(x, y)
      if (length >= best) continue
      best = length
      pair = [x, y]
    }
  }
  return pair
}
