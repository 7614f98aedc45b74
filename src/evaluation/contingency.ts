import { LloydError } from '../engine/error.js'
import { countUp, sortByKeys } from '../neighbors/sort.js'
import { EXTERNAL } from '../options/external.js'
import { readOptions } from '../options/table.js'
import type { Matrix } from '../types.js'
import { type Labels, readLabels } from './labels.js'

/** Labels of points: integers or strings. */
export type PointLabels = ArrayLike<number | string>

export interface ContingencyOptions {
  /**
   * What −1 among the labels means: a cluster like others (the default); noise, whose points are left out; or noise, each
   * point of which is a cluster of its own. Among the true labels it is a class like others.
   */
  noise?: 'cluster' | 'exclude' | 'singletons'
}

/** Numbers of points in each cluster and class: rows are clusters, columns classes. */
export interface ContingencyTable extends Matrix<Uint32Array> {
  /** Label of each row: integers in ascending order, then strings. */
  clusters: (number | string)[]
  /** True label of each column, in the same order. */
  classes: (number | string)[]
}

/** Most cells of a table that is written out. */
const MOST_CELLS = 2 ** 28

/**
 * The number of points that each cluster has of each class.
 *
 * @param labels cluster of each point: integers or strings; −1 is a label like others unless `noise` says otherwise
 * @param truth class of each point, as many
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function contingencyTable(
  labels: PointLabels,
  truth: PointLabels,
  options: ContingencyOptions = {},
): ContingencyTable {
  const { noise } = readOptions('contingencyTable', options, EXTERNAL)
  const { cells, clusters, classes } = countCells(labels, truth, noise)
  const [rows, columns] = [clusters.values.length, classes.values.length]
  if (rows * columns > MOST_CELLS) {
    throw new LloydError(
      'InputError',
      `a table of ${rows} clusters by ${columns} classes is larger than ${MOST_CELLS} cells; give fewer labels`,
    )
  }
  const data = new Uint32Array(rows * columns)
  for (let at = 0; at < cells.counts.length; at++) {
    data[cells.clusters[at] * columns + cells.classes[at]] = cells.counts[at]
  }
  return { data, rows, columns, clusters: clusters.values, classes: classes.values }
}

/** The cells of a contingency table that have points, in ascending order of clusters, then classes. */
export interface Cells {
  clusters: Uint32Array<ArrayBuffer>
  classes: Uint32Array<ArrayBuffer>
  counts: Uint32Array<ArrayBuffer>
}

export interface Contingency {
  /** Number of points. */
  points: number
  cells: Cells
  clusters: Labels
  classes: Labels
}

/** The contingency table of two lists of labels without its empty cells. */
export function countCells(
  labels: PointLabels,
  truth: PointLabels,
  noise: ContingencyOptions['noise'] = 'cluster',
): Contingency {
  let clusters = readLabels(labels, { strings: true })
  let classes = readLabels(truth, { name: 'true labels', rows: clusters.codes.length, of: 'labels', strings: true })
  const outside = noise === 'cluster' ? -1 : clusters.values.indexOf(-1)
  if (outside >= 0 && noise === 'singletons') clusters = separate(clusters, outside)
  else if (outside >= 0) {
    if (clusters.count === 1) {
      throw new LloydError('InputError', "all labels are -1, noise, which noise: 'exclude' leaves out")
    }
    const { codes } = clusters
    clusters = without(clusters, codes, outside)
    classes = without(classes, codes, outside)
  }
  return { points: clusters.codes.length, cells: cellsOf(clusters.codes, classes.codes), clusters, classes }
}

/** Labels with each row of one code in a cluster of its own. */
function separate({ codes, values, sizes }: Labels, code: number): Labels {
  const own = codes.slice()
  const labels = [...values]
  for (let row = own.indexOf(code) + 1; row < own.length; row++) {
    if (own[row] === code) own[row] = labels.push(values[code]) - 1
  }
  const ones = new Uint32Array(labels.length).fill(1)
  ones.set(sizes)
  ones[code] = 1
  return { codes: own, count: labels.length, values: labels, sizes: ones }
}

/** Labels of the rows whose own code is another than one. */
function without({ codes, values }: Labels, own: Uint32Array, code: number): Labels {
  const kept = readLabels(codes.filter((_, row) => own[row] !== code))
  return { ...kept, values: kept.values.map((value) => values[value as number]) }
}

function cellsOf(clusters: Uint32Array, classes: Uint32Array): Cells {
  const order = sortByKeys(sortByKeys(countUp(clusters.length), classes), clusters)
  const firsts = order.filter((row, at) => {
    const before = order[at - 1]
    return at === 0 || clusters[row] !== clusters[before] || classes[row] !== classes[before]
  })
  const counts = new Uint32Array(firsts.length)
  for (let at = 0, cell = -1; at < order.length; at++) {
    if (order[at] === firsts[cell + 1]) cell++
    counts[cell]++
  }
  return { clusters: firsts.map((row) => clusters[row]), classes: firsts.map((row) => classes[row]), counts }
}
