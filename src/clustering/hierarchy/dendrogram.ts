import { LloydError, mustBe } from '../../engine/error.js'
import { DENDROGRAM_SVG } from '../../options/hierarchy.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, TypedArray } from '../../types.js'
import { type CutTreeOptions, cutTree } from './cut-tree.js'
import { type Dendrogram, drawDendrogram } from './draw-dendrogram.js'
import { leafOrder } from './leaf-order.js'
import { requireMerges } from './merges.js'

export interface DendrogramSvgOptions {
  /** The cut, as options of `cutTree`: a dashed line, with a colour for each cluster below it and grey above. */
  cut?: CutTreeOptions
  /** Number of clusters at the foot, 1 … rows, with their sizes in parentheses: only the merges of these are drawn. */
  truncate?: number
  /** Name of each row; by default its number, from 0 on. */
  labels?: readonly string[]
  /** Rows along the foot, such as the `leaves` of `agglomerative`; by default the first cluster of every merge is first. */
  leaves?: ArrayLike<number>
  /** Whether heights rise upwards (the default), or to the right from rows that are listed from top to bottom. */
  orientation?: 'vertical' | 'horizontal'
  /** Size in pixels, 200 … 16384; by default as the number of names asks for. */
  width?: number
  height?: number
  title?: string
  /** A line below the title. */
  subtitle?: string
}

/**
 * Draws a hierarchy as an SVG document without styles of its own, so that it can be a part of a page. Names become smaller
 * where they are many, and then fewer.
 *
 * @param merges rows − 1 merges in SciPy's layout, as `cutTree` takes them, of heights that are at least 0; lower ones than
 *   those of their parts, as centroids have them, are drawn as they are
 * @throws LloydError `InputError` for what is no such matrix, for an option outside its range, and for leaves among which
 *   the rows of a cluster are apart
 */
export function dendrogramSvg(merges: Matrix<TypedArray>, options: DendrogramSvgOptions = {}): string {
  const { cut, truncate, labels, leaves, ...look } = readOptions('dendrogramSvg', options, DENDROGRAM_SVG)
  requireMerges(merges)
  requireHeights(merges)
  const rows = merges.rows + 1
  if (labels && labels.length !== rows) {
    throw mustBe('labels', `a name for each of the ${rows} rows`, labels, `${labels.length}`)
  }
  if (truncate !== undefined && truncate > rows) {
    throw mustBe('truncate', `at most the number of rows, ${rows}`, truncate)
  }
  const order = leaves ? checkLeaves(merges, leaves) : leafOrder(merges)
  const shown = truncate ?? rows
  return drawDendrogram({ ...layOut(merges, order, shown, labels), ...colorsOf(merges, order, cut) }, look)
}

function requireHeights({ data, rows: count }: Matrix<TypedArray>): void {
  for (let merge = 0; merge < count; merge++) {
    const height = data[4 * merge + 2]
    if (height >= 0 && height < Infinity) continue
    throw new LloydError(
      'InputError',
      `merges has the height ${height} in row ${merge}, and only finite ones of at least 0 can be drawn`,
    )
  }
}

/** Throws an `InputError` unless every row is in `leaves` once, with the rows of each cluster beside one another. */
function checkLeaves({ data, rows: count }: Matrix<TypedArray>, leaves: ArrayLike<number>): ArrayLike<number> {
  const rows = count + 1
  const places = new Int32Array(rows).fill(-1)
  for (let place = 0; place < leaves.length; place++) places[leaves[place]] = place
  if (leaves.length !== rows || places.includes(-1)) {
    throw mustBe('leaves', `the ${rows} rows in some order`, leaves)
  }
  const first = new Uint32Array(rows + count)
  first.set(places)
  const last = first.slice()
  for (let merge = 0; merge < count; merge++) {
    const [a, b, , size] = data.subarray(4 * merge, 4 * merge + 4)
    const id = rows + merge
    first[id] = Math.min(first[a], first[b])
    last[id] = Math.max(last[a], last[b])
    if (last[id] - first[id] + 1 === size) continue
    throw new LloydError(
      'InputError',
      `leaves has other rows between those of merge ${merge}, ${size} rows at the places ${first[id]} to ${last[id]}; take the leaves of the same merges`,
    )
  }
  return leaves
}

/** The clusters at the foot, `shown` of them, with the place of every cluster along it. */
function layOut(
  merges: Matrix<TypedArray>,
  order: ArrayLike<number>,
  shown: number,
  labels: readonly string[] | undefined,
): Pick<Dendrogram, 'merges' | 'names' | 'places' | 'firstLink'> {
  const { data, rows: count } = merges
  const rows = count + 1
  const footOf = cutTree(merges, { clusters: shown })
  const sizes = new Uint32Array(shown)
  for (const foot of footOf) sizes[foot]++
  const names: string[] = []
  const places = new Float64Array(rows + count)
  for (let at = 0; at < rows; at++) {
    const row = order[at]
    if (at === 0 || footOf[row] !== footOf[order[at - 1]]) {
      const size = sizes[footOf[row]]
      names.push(size > 1 ? `(${size})` : (labels?.[row] ?? String(row)))
    }
    places[row] = names.length - 0.5
  }
  for (let merge = 0; merge < count; merge++) {
    places[rows + merge] = (places[data[4 * merge]] + places[data[4 * merge + 1]]) / 2
  }
  return { merges, names, places, firstLink: rows - shown }
}

/** The height of the cut, and the number of the colour of every merge, from 0 along the foot; −1 above the cut. */
function colorsOf(
  merges: Matrix<TypedArray>,
  order: ArrayLike<number>,
  cut: CutTreeOptions = { clusters: 1 },
): Pick<Dendrogram, 'colors' | 'clusters' | 'cutHeight'> {
  const { data, rows: count } = merges
  const rows = count + 1
  const labels = cutTree(merges, cut)
  let clusters = 0
  for (const label of labels) clusters = Math.max(clusters, label + 1)
  const numbers = new Int32Array(clusters).fill(-1)
  let made = 0
  // Clusters of one row have no merge to colour.
  for (let at = 1; at < rows; at++) {
    const label = labels[order[at]]
    if (label === labels[order[at - 1]] && numbers[label] < 0) numbers[label] = made++
  }
  const someRow = new Uint32Array(rows + count)
  for (let row = 0; row < rows; row++) someRow[row] = row
  const colors = new Int32Array(count)
  for (let merge = 0; merge < count; merge++) {
    const [a, b] = [someRow[data[4 * merge]], someRow[data[4 * merge + 1]]]
    someRow[rows + merge] = a
    colors[merge] = labels[a] === labels[b] ? numbers[labels[a]] : -1
  }
  return { colors, clusters, cutHeight: cut.height ?? heightBetween(merges, rows - clusters) }
}

/** The middle between the height of a merge and of that before it; null where there is no such merge. */
function heightBetween({ data, rows: count }: Matrix<TypedArray>, merge: number): number | null {
  if (merge === count) return null
  return ((merge === 0 ? 0 : data[4 * merge - 2]) + data[4 * merge + 2]) / 2
}
