import { rootOf } from '../../kernels/shared/union-find.js'
import type { SpanningTree } from '../../neighbors/spanning-tree.js'
import type { Matrix } from '../../types.js'

/**
 * The merges of single linkage in SciPy's layout: row i of the result joins the clusters with ids a < b at a height,
 * and their union of so many rows has the id rows + i; lower ids than the number of rows are single rows.
 *
 * The result follows from the clusters at every height and the numbers of the rows alone, whichever of several minimum
 * spanning trees is given. Of the clusters that a height joins into one, that with the lowest row takes up the others
 * one by one; merges of equal height are sorted by the lowest row of the cluster that is taken up.
 */
export function mergeTree({
  from,
  to,
  weights,
}: Pick<SpanningTree, 'from' | 'to' | 'weights'>): Matrix<Float64Array<ArrayBuffer>> {
  const count = weights.length
  const data = new Float64Array(4 * count)
  // Disjoint sets, each named by its lowest row, with its id and size.
  const parents = new Uint32Array(count + 1)
  for (let row = 0; row <= count; row++) parents[row] = row
  const ids = parents.slice()
  const sizes = new Uint32Array(count + 1).fill(1)
  const ends = new Uint32Array(2 * count)
  let made = 0
  for (let first = 0, end = 0; first < count; first = end) {
    while (end < count && weights[end] === weights[first]) end++
    for (let edge = first; edge < end; edge++) {
      ends[2 * edge] = rootOf(parents, from[edge])
      ends[2 * edge + 1] = rootOf(parents, to[edge])
    }
    for (let edge = first; edge < end; edge++) unite(parents, ends[2 * edge], ends[2 * edge + 1])
    if (end - first > 1) ends.subarray(2 * first, 2 * end).sort()
    for (let at = 2 * first; at < 2 * end; at++) {
      const row = ends[at]
      const into = rootOf(parents, row)
      if (into === row || (at > 2 * first && row === ends[at - 1])) continue
      sizes[into] += sizes[row]
      data[4 * made] = Math.min(ids[into], ids[row])
      data[4 * made + 1] = Math.max(ids[into], ids[row])
      data[4 * made + 2] = weights[first]
      data[4 * made + 3] = sizes[into]
      ids[into] = count + 1 + made++
    }
  }
  return { data, rows: count, columns: 4 }
}

function unite(parents: Uint32Array, a: number, b: number): void {
  const one = rootOf(parents, a)
  const other = rootOf(parents, b)
  parents[Math.max(one, other)] = Math.min(one, other)
}
