import { LloydError, mustBe } from '../../engine/error.js'
import { CUT_TREE } from '../../options/hierarchy.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, TypedArray } from '../../types.js'
import { requireMerges } from './merges.js'

export interface CutTreeOptions {
  /** Number of clusters, 1 … rows: the last merges are undone. */
  clusters?: number
  /** Height: what merged at or below it stays together, as far as nothing within merged above it. */
  height?: number
}

/**
 * The clusters of a hierarchy that is cut.
 *
 * @param merges rows − 1 merges in SciPy's layout: two ids, the height and the number of rows; ids from `rows` on are those of
 *   earlier merges. `hdbscan` gives them, and so does `scipy.cluster.hierarchy.linkage`.
 * @param options either `clusters` or `height`
 * @returns the cluster of each row, from 0 on, numbered by their lowest rows
 * @throws LloydError `InputError` for what is no such matrix, and for a number of clusters out of range
 */
export function cutTree(merges: Matrix<TypedArray>, options: CutTreeOptions): Uint32Array<ArrayBuffer> {
  const { clusters, height } = readOptions('cutTree', options, CUT_TREE)
  requireMerges(merges)
  const { data, rows: count } = merges
  const rows = count + 1
  if ((clusters === undefined) === (height === undefined)) {
    throw new LloydError('InputError', 'cutTree takes either clusters or height')
  }
  if (clusters !== undefined && clusters > rows)
    throw mustBe('clusters', `at most the number of rows, ${rows}`, clusters)
  // Ids whose clusters are whole; from the last merge to the first, those above hand their label down.
  const whole = new Uint8Array(rows + count).fill(1)
  for (let merge = 0; merge < count; merge++) {
    const [a, b, at] = data.subarray(4 * merge, 4 * merge + 3)
    const stays = clusters === undefined ? at <= height! : merge < rows - clusters
    whole[rows + merge] = stays && whole[a] && whole[b] ? 1 : 0
  }
  const tops = new Uint32Array(rows + count)
  for (let id = rows + count - 1; id >= 0; id--) {
    if (tops[id] === 0) tops[id] = id + 1
    if (id < rows) continue
    const [a, b] = data.subarray(4 * (id - rows), 4 * (id - rows) + 2)
    if (whole[id]) tops[a] = tops[b] = tops[id]
  }
  const labels = new Uint32Array(rows)
  const numbers = new Uint32Array(rows + count + 1)
  let made = 0
  for (let row = 0; row < rows; row++) {
    if (numbers[tops[row]] === 0) numbers[tops[row]] = ++made
    labels[row] = numbers[tops[row]] - 1
  }
  return labels
}
