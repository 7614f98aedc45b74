/** The order of rows for searches, against a k-d tree whose nodes are sorted one by one. */
import { expect, test } from 'vitest'
import { kdSort } from '../../src/neighbors/kd-order.js'
import { splitRows } from '../../src/neighbors/split-rows.js'
import { fillMatrix, integerFrom, pickFrom, seededRandom } from '../support/datasets'

const LEAF = 8
const FAN = 8

/** The rows by a column, and those of one value by their number. */
function byColumn(rows: readonly number[], data: Float32Array, columns: number, column: number): number[] {
  return [...rows].sort((a, b) => data[a * columns + column] - data[b * columns + column] || a - b)
}

function widest(rows: readonly number[], data: Float32Array, columns: number): number {
  const widths = Array.from({ length: columns }, (_, column) => {
    const values = Float32Array.from(rows, (row) => data[row * columns + column]).sort()
    return values[values.length - 1] - values[0]
  })
  return widths.indexOf(Math.max(...widths))
}

function naiveOrder(rows: readonly number[], data: Float32Array, columns: number): number[] {
  const sorted = byColumn(rows, data, columns, widest(rows, data, columns))
  if (rows.length <= LEAF) return sorted
  let stride = LEAF
  while (stride * FAN < rows.length) stride *= FAN
  const middle = stride * Math.ceil(Math.ceil(rows.length / stride) / 2)
  return [sorted.slice(0, middle), sorted.slice(middle)].flatMap((half) => naiveOrder(half, data, columns))
}

// The largest is split before it is sorted.
test.each([1, 8, 9, 70, 1000, 66_000])('%i rows, of which some are equal', (rows) => {
  const random = seededRandom(rows)
  const { data } = fillMatrix(rows, 2, () => integerFrom(random, -300, 300) / 4)
  const points = data.slice()
  const order = kdSort(points, 2, LEAF, FAN)
  expect([...order]).toEqual(naiveOrder([...order.keys()], data, 2))
  expect([...points]).toEqual([...order].flatMap((row) => [data[2 * row], data[2 * row + 1]]))
})

test.each([...Array(20).keys()])('halves of a range, seed %i', (seed) => {
  const random = seededRandom(seed + 1)
  const columns = integerFrom(random, 1, 3)
  const [first, count] = [integerFrom(random, 0, 5), integerFrom(random, 2, 60)]
  const width = pickFrom(random, [0, 2, 1e-30, 1e30])
  const rows = first + count + 3
  // No value is −0, which comes before 0.
  const { data } = fillMatrix(rows, columns, () => width * (seed % 2 ? random() - 0.5 : integerFrom(random, -2, 2)) + 0)
  const points = data.slice()
  const order = Uint32Array.from({ length: rows }, (_, row) => row)
  const [keys, numbers] = [new Uint32Array(count), new Uint32Array(count)]
  const middle = integerFrom(random, Math.ceil(count / 2), count - 1)
  const spare = new Float32Array(columns * Math.ceil(count / 2))
  splitRows({ points, columns, order, keys, numbers, spare }, first, first + count, first + middle)

  const all = [...data.keys()].slice(0, rows)
  const range = all.slice(first, first + count)
  const sorted = byColumn(range, data, columns, widest(range, data, columns))
  const halves = [sorted.slice(0, middle), sorted.slice(middle)].flatMap((half) => half.sort((a, b) => a - b))
  const expected = [...all.slice(0, first), ...halves, ...all.slice(first + count)]
  expect([...order]).toEqual(expected)
  expect([...points]).toEqual(expected.flatMap((row) => [...data.subarray(row * columns, (row + 1) * columns)]))
})
