import { LloydError, mustBe } from '../../engine/error.js'
import type { Matrix, TypedArray } from '../../types.js'

/**
 * Throws an `InputError` unless these are merges of all rows in SciPy's layout: each of two clusters that are there and were
 * not merged before, with the number of their rows; `ascending`: none at a lower height than the one before.
 */
export function requireMerges(merges: Matrix<TypedArray>, ascending = false): void {
  const { data, rows, columns } = merges ?? {}
  if (!ArrayBuffer.isView(data) || columns !== 4 || data.length !== 4 * rows) {
    throw mustBe('merges', 'a matrix of 4 columns: two ids, a height and a number of rows', merges)
  }
  const merged = new Uint8Array(2 * rows + 1)
  const sizeOf = (id: number) => (id > rows ? data[4 * (id - rows) - 1] : 1)
  for (let merge = 0, lowest = -Infinity; merge < rows; merge++) {
    const [a, b, height, size] = data.subarray(4 * merge, 4 * merge + 4)
    const isMerge =
      a !== b && [a, b].every((id) => id <= rows + merge && merged[id] === 0) && size === sizeOf(a) + sizeOf(b)
    if (!isMerge || !(height >= lowest)) {
      const wrong = isMerge && height < lowest ? 'lower than the one before' : 'no merge of two clusters that are left'
      throw new LloydError('InputError', `merges has ${[a, b, height, size].join(', ')} in row ${merge}, ${wrong}`)
    }
    merged[a] = 1
    merged[b] = 1
    if (ascending) lowest = height
  }
}
