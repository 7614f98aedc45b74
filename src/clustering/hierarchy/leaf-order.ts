import type { Matrix, TypedArray } from '../../types.js'

/**
 * The rows from left to right at the foot of a dendrogram, in which clusters that merge stand beside each other: the
 * first of the two ids of every merge on the left, as in SciPy's `leaves_list`.
 *
 * @param merges valid merges in SciPy's layout
 */
export function leafOrder({ data, rows: count }: Matrix<TypedArray>): Uint32Array<ArrayBuffer> {
  const rows = count + 1
  const leaves = new Uint32Array(rows)
  // The place of the leftmost row of every cluster, from the last merge down.
  const places = new Uint32Array(rows + count)
  for (let merge = count - 1; merge >= 0; merge--) {
    const a = data[4 * merge]
    const b = data[4 * merge + 1]
    const place = places[rows + merge]
    places[a] = place
    places[b] = place + (a < rows ? 1 : data[4 * (a - rows) + 3])
  }
  for (let row = 0; row < rows; row++) leaves[places[row]] = row
  return leaves
}
