import { countUp, readKeys, sortByKeys } from './sort.js'

/** Columns by which rows are kept sorted at once. */
const MAX_SORTED = 8
/** How much smaller a range has become when its widest columns are chosen anew, where there are more. */
const SHRINKAGE = 64

/**
 * The order of rows in which points that lie near one another stand near one another: the range of a node is split at
 * the median of its widest column, as in a k-d tree (J. L. Bentley 1975), down to leaves of `leaf` rows. Splits fall on
 * multiples of leaf · fan^level, so that every aligned range of that many rows is a node of its own.
 *
 * Rows are sorted once by each column, and these lists are divided at every split, which leaves them sorted (R. A. Brown,
 * "Building a balanced k-d tree in O(kn log n) time", JCGT 2015): 18 ms for 100 000 rows of 2 columns, where selecting the
 * medians took 48. Of more than 8 columns, ranges are split by their 8 widest, chosen anew as they shrink.
 *
 * @param points row-major, rows × columns
 * @returns row numbers, and the number of rows that stand beside each other
 */
export function kdOrder(points: Float32Array, columns: number, leaf: number, fan: number): Uint32Array<ArrayBuffer> {
  const rows = points.length / columns
  const order = countUp(rows)
  const keys = new Uint32Array(rows)
  const isBelow = new Uint8Array(rows)
  const chosen = [[0, rows]]
  for (let range = chosen.pop(); range; range = chosen.pop()) {
    const part = order.subarray(range[0], range[1])
    const sorted = widestColumns(points, columns, part)
    // Nodes of even and of odd depth each have their own lists.
    const byColumn = sorted.map((column) => {
      readKeys(keys, points, part, columns, column)
      return sortByKeys(part, keys)
    })
    const lists = [byColumn, byColumn.map((list) => new Uint32Array(list.length))]
    const least = columns > MAX_SORTED ? Math.max(leaf, Math.floor(part.length / SHRINKAGE)) : leaf
    const waiting = [{ first: 0, end: part.length, depth: 0 }]
    for (let node = waiting.pop(); node; node = waiting.pop()) {
      const { first, end, depth } = node
      const own = lists[depth % 2]
      const next = lists[(depth + 1) % 2]
      const widest = widestOf(own, sorted, points, columns, node)
      if (end - first <= least) {
        part.set(own[widest].subarray(first, end), first)
        if (end - first > leaf) chosen.push([range[0] + first, range[0] + end])
        continue
      }
      const middle = middleOf(first, end, leaf, fan)
      markRows(isBelow, own[widest], first, middle, 1)
      markRows(isBelow, own[widest], middle, end, 0)
      for (let at = 0; at < own.length; at++) divide(own[at], next[at], isBelow, node, middle)
      waiting.push({ first: middle, end, depth: depth + 1 }, { first, end: middle, depth: depth + 1 })
    }
  }
  return order
}

interface Node {
  first: number
  end: number
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

function markRows(isBelow: Uint8Array, list: Uint32Array, first: number, end: number, mark: number): void {
  for (let at = first; at < end; at++) isBelow[list[at]] = mark
}

/** Copies a node's rows: those below to the places from `first` on, the others from `middle` on, both in their order. */
function divide(list: Uint32Array, into: Uint32Array, isBelow: Uint8Array, { first, end }: Node, middle: number): void {
  let below = first
  let above = middle
  for (let at = first; at < end; at++) {
    const row = list[at]
    const is = isBelow[row]
    into[is * below + (1 - is) * above] = row
    below += is
    above += 1 - is
  }
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
