/**
 * The order of rows in which points that lie near one another stand near one another: the range of a node is split at
 * the median of its widest column, as in a k-d tree (Bentley 1975), down to leaves of `leaf` rows. Splits fall on
 * multiples of leaf · fan^level, so that every aligned range of that many rows is a node of its own.
 *
 * @param points row-major, rows × columns
 * @returns row numbers, and the number of rows that stand beside each other
 */
export function kdOrder(points: Float32Array, columns: number, leaf: number, fan: number): Uint32Array<ArrayBuffer> {
  const rows = points.length / columns
  const order = Uint32Array.from({ length: rows }, (_, row) => row)
  const keys = new Float32Array(rows)
  const least = new Float32Array(columns)
  const greatest = new Float32Array(columns)
  /** Stride of the largest aligned range with less than `count` rows. */
  const strideBelow = (count: number) => {
    let stride = leaf
    while (stride * fan < count) stride *= fan
    return stride
  }
  const waiting = [[0, rows]]
  for (let range = waiting.pop(); range; range = waiting.pop()) {
    const [first, end] = range
    const count = end - first
    if (count <= leaf) continue
    least.fill(Infinity)
    greatest.fill(-Infinity)
    for (let i = first; i < end; i++) {
      const at = order[i] * columns
      for (let column = 0; column < columns; column++) {
        const value = points[at + column]
        if (value < least[column]) least[column] = value
        if (value > greatest[column]) greatest[column] = value
      }
    }
    let widest = 0
    for (let column = 1; column < columns; column++) {
      if (greatest[column] - least[column] > greatest[widest] - least[widest]) widest = column
    }
    const stride = strideBelow(count)
    const middle = first + stride * Math.ceil(Math.ceil(count / stride) / 2)
    for (let i = first; i < end; i++) keys[i] = points[order[i] * columns + widest]
    if (greatest[widest] > least[widest]) select(keys, order, first, end - 1, middle)
    waiting.push([middle, end], [first, middle])
  }
  return order
}

/** Partitions keys (with `order` beside them) so that none before `middle` is greater than any from it on (Floyd, Rivest 1975). */
function select(keys: Float32Array, order: Uint32Array, left: number, right: number, middle: number): void {
  while (right > left) {
    if (right - left > 600) {
      const count = right - left + 1
      const position = middle - left + 1
      const logarithm = Math.log(count)
      const size = 0.5 * Math.exp((2 * logarithm) / 3)
      const spread = 0.5 * Math.sqrt((logarithm * size * (count - size)) / count) * (position < count / 2 ? -1 : 1)
      const from = Math.max(left, Math.floor(middle - (position * size) / count + spread))
      const to = Math.min(right, Math.floor(middle + ((count - position) * size) / count + spread))
      select(keys, order, from, to, middle)
    }
    const pivot = keys[middle]
    let low = left
    let high = right
    swap(keys, order, left, middle)
    if (keys[right] > pivot) swap(keys, order, left, right)
    while (low < high) {
      swap(keys, order, low, high)
      low++
      high--
      while (keys[low] < pivot) low++
      while (keys[high] > pivot) high--
    }
    if (keys[left] === pivot) swap(keys, order, left, high)
    else swap(keys, order, ++high, right)
    if (high <= middle) left = high + 1
    if (middle <= high) right = high - 1
  }
}

function swap(keys: Float32Array, order: Uint32Array, a: number, b: number): void {
  const key = keys[a]
  keys[a] = keys[b]
  keys[b] = key
  const row = order[a]
  order[a] = order[b]
  order[b] = row
}
