import { ascendingRows, countUp } from './sort.js'
import { splitRows } from './split-rows.js'

/** Rows that are sorted by their columns together: what this reads again and again is to stay in a processor's cache. */
const MOST_TOGETHER = 2 ** 16

/** Columns by which rows are kept sorted at once. */
const MAX_SORTED = 8
/** How much smaller a range has become when its widest columns are chosen anew, where there are more. */
const SHRINKAGE = 64

/**
 * Sorts points in place, such that those that lie near one another stand near one another: the range of a node is split at
 * the median of its widest column, as in a k-d tree (J. L. Bentley 1975), down to leaves of `leaf` rows. Splits fall on
 * multiples of leaf · fan^level, so that every aligned range of that many rows is a node of its own; any two nodes of a
 * level are apart in some column, or touch.
 *
 * Large ranges are split one after the other, and small ones sorted by all columns.
 *
 * @param points row-major, rows × columns
 * @returns where each row stood
 */
export function kdSort(points: Float32Array, columns: number, leaf: number, fan: number): Uint32Array<ArrayBuffer> {
  const rows = points.length / columns
  const order = countUp(rows)
  const room = rows > MOST_TOGETHER ? rows : 0
  const split = {
    points,
    columns,
    order,
    keys: new Uint32Array(room),
    numbers: new Uint32Array(room),
    spare: new Float32Array(columns * Math.ceil(room / 2)),
  }
  const waiting = [0, rows]
  while (waiting.length > 0) {
    const { first, end } = popNode(waiting)
    if (end - first > MOST_TOGETHER) {
      const middle = middleOf(first, end, leaf, fan)
      splitRows(split, first, end, middle)
      waiting.push(middle, end, first, middle)
      continue
    }
    const part = points.subarray(first * columns, end * columns)
    bringInOrder(part, order.subarray(first, end), kdOrder(part, columns, leaf, fan))
  }
  return order
}

/** Brings points and their numbers into an order. */
function bringInOrder(points: Float32Array, numbers: Uint32Array, order: Uint32Array): void {
  const columns = points.length / order.length
  const [formerPoints, formerNumbers] = [points.slice(), numbers.slice()]
  for (let row = 0, at = 0; row < order.length; row++) {
    const former = order[row]
    numbers[row] = formerNumbers[former]
    for (let column = 0; column < columns; column++) points[at++] = formerPoints[former * columns + column]
  }
}

/**
 * The order of few rows, which are sorted once by each column. A split leaves the list of its own column as it is, and
 * divides the others by the rows' ranks in that column, which leaves them sorted (R. A. Brown, "Building a balanced k-d
 * tree in O(kn log n) time", JCGT 2015). Of more than 8 columns, ranges are split by their 8 widest, chosen anew as they
 * shrink.
 */
function kdOrder(points: Float32Array, columns: number, leaf: number, fan: number): Uint32Array<ArrayBuffer> {
  const rows = points.length / columns
  const order = countUp(rows)
  const spare = new Uint32Array(rows)
  const ranks = Array.from({ length: Math.min(columns, MAX_SORTED) }, () => new Int32Array(rows))
  const chosen = [0, rows]
  while (chosen.length > 0) {
    const { first: begin, end: stop } = popNode(chosen)
    const part = order.subarray(begin, stop)
    const sorted = widestColumns(points, columns, part)
    const lists = sorted.map((column) => ascendingRows(part, points, columns, column))
    for (let at = 0; at < lists.length; at++) rank(lists[at], ranks[at])
    const least = columns > MAX_SORTED ? Math.max(leaf, Math.floor(part.length / SHRINKAGE)) : leaf
    const waiting = [0, part.length]
    while (waiting.length > 0) {
      const node = popNode(waiting)
      const { first, end } = node
      const widest = widestOf(lists, sorted, points, columns, node)
      const own = lists[widest]
      if (end - first <= least) {
        for (let at = first; at < end; at++) part[at] = own[at]
        if (end - first > leaf) chosen.push(begin + first, begin + end)
        continue
      }
      const middle = middleOf(first, end, leaf, fan)
      for (let at = 0; at < lists.length; at++) {
        if (at !== widest) divide(lists[at], node, ranks[widest], ranks[widest][own[middle]], spare)
      }
      waiting.push(middle, end, first, middle)
    }
  }
  return order
}

interface Node {
  first: number
  end: number
}

/** The last of nodes that are kept as pairs of numbers. */
function popNode(nodes: number[]): Node {
  const end = nodes.pop() as number
  const first = nodes.pop() as number
  return { first, end }
}

function rank(list: Uint32Array, ranks: Int32Array): void {
  for (let at = 0; at < list.length; at++) ranks[list[at]] = at
}

/** Which of the sorted columns is the widest in a node. */
function widestOf(
  lists: readonly Uint32Array[],
  sorted: readonly number[],
  points: Float32Array,
  columns: number,
  { first, end }: Node,
): number {
  let widest = 0
  let most = -1
  for (let at = 0; at < lists.length; at++) {
    const width = points[lists[at][end - 1] * columns + sorted[at]] - points[lists[at][first] * columns + sorted[at]]
    if (width > most) {
      most = width
      widest = at
    }
  }
  return widest
}

/** Moves the rows of a node whose rank is below a pivot before the others; both stay in their order. */
function divide(list: Uint32Array, { first, end }: Node, ranks: Int32Array, pivot: number, spare: Uint32Array): void {
  let below = first
  let above = 0
  for (let at = first; at < end; at++) {
    const row = list[at]
    const is = (ranks[row] - pivot) >>> 31
    list[below] = row
    spare[above] = row
    below += is
    above += 1 - is
  }
  for (let at = 0; at < above; at++) list[below + at] = spare[at]
}

/** The multiple of the largest leaf · fan^level below the length of a range that halves it. */
function middleOf(first: number, end: number, leaf: number, fan: number): number {
  let stride = leaf
  while (stride * fan < end - first) stride *= fan
  return first + stride * Math.ceil(Math.ceil((end - first) / stride) / 2)
}

/** Up to MAX_SORTED columns in which some rows differ most. */
function widestColumns(points: Float32Array, columns: number, rows: Uint32Array): number[] {
  const all = Array.from({ length: columns }, (_, column) => column)
  if (columns <= MAX_SORTED) return all
  const least = new Float32Array(columns).fill(Infinity)
  const greatest = new Float32Array(columns).fill(-Infinity)
  for (const row of rows) {
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      if (points[at] < least[column]) least[column] = points[at]
      if (points[at] > greatest[column]) greatest[column] = points[at]
    }
  }
  const widthOf = (column: number) => greatest[column] - least[column]
  return all.sort((a, b) => widthOf(b) - widthOf(a)).slice(0, MAX_SORTED)
}
