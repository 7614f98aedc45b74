import { LloydError, type Matrix } from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { abbreviate } from './find-columns.js'
import type { RowLabels } from './labels.js'
import type { Prepared } from './table-job.js'

export type NoiseRule = 'cluster' | 'exclude' | 'singletons'
type Label = number | string

/** The points that have a label, and what it is. */
export interface LabelledRows {
  points: Matrix
  labels: Label[]
  truth: Label[] | null
  /** The labels as integers: themselves, or their number in the order of texts. */
  codes: Int32Array
  /** Number of clusters, of rows of noise (−1) and of rows of the table without a label. */
  clusters: number
  noise: number
  unlabelled: number
  remarks: string[]
}

/** Takes the rows that are clustered and have labels; noise is a cluster, left out, or in clusters of one. */
export function takeLabelled(
  path: string,
  { rows, points }: Prepared,
  labels: RowLabels,
  truth: RowLabels | null,
  noise: NoiseRule | undefined,
): LabelledRows {
  const remarks: string[] = []
  const labelled = [...rows.rows.keys()].filter((at) => {
    const row = rows.rows[at]
    return labels.values[row] !== null && truth?.values[row] !== null
  })
  const unlabelled = rows.rows.length - labelled.length
  if (unlabelled > 0) {
    remarks.push(
      `${formatQuantity(unlabelled, 'row')} of ${path} without a label ${unlabelled === 1 ? 'is' : 'are'} left out`,
    )
  }
  const labelOf = (at: number) => labels.values[rows.rows[at]] as Label
  const isNoise = (at: number) => labelOf(at) === -1
  const outside = labelled.filter(isNoise).length
  const kept = noise === 'exclude' ? labelled.filter((at) => !isNoise(at)) : labelled
  if (kept.length === 0) {
    throw new LloydError(
      'InputError',
      `no row of ${path} is left with a label in ${labels.source}; name other --labels`,
    )
  }
  if (outside > 0 && noise === undefined) {
    remarks.push(
      `${formatQuantity(outside, 'row')} of noise (-1) count${outside === 1 ? 's' : ''} as a cluster; --noise exclude leaves them out, --noise singletons makes each a cluster`,
    )
  }
  const codes = encode(kept.map(labelOf))
  if (noise === 'singletons') {
    let next = codes.reduce((most, code) => Math.max(most, code), 0)
    for (let place = 0; place < kept.length; place++) if (isNoise(kept[place])) codes[place] = ++next
  }
  const own =
    noise === 'singletons' ? kept.map((at, place) => (isNoise(at) ? codes[place] : labelOf(at))) : kept.map(labelOf)
  return {
    points: rowsOf(points, kept),
    labels: own,
    truth: truth && kept.map((at) => truth.values[rows.rows[at]] as Label),
    codes,
    clusters: new Set(codes).size,
    noise: outside,
    unlabelled,
    remarks,
  }
}

/** Labels as integers. */
function encode(labels: Label[]): Int32Array {
  if (labels.every((label) => typeof label === 'number' && Math.abs(label) < 2 ** 31))
    return Int32Array.from(labels as number[])
  const numbers = new Map([...new Set(labels)].sort().map((label, number) => [label, number]))
  return Int32Array.from(labels, (label) => numbers.get(label)!)
}

function rowsOf({ data, rows, columns }: Matrix, kept: number[]): Matrix {
  if (kept.length === rows) return { data, rows, columns }
  const taken = new Float32Array(kept.length * columns)
  for (const [place, row] of kept.entries())
    taken.set(data.subarray(row * columns, (row + 1) * columns), place * columns)
  return { data: taken, rows: kept.length, columns }
}

/** The table in which columns of labels are none of coordinates. */
export function withoutLabels(table: Prepared['table'], labels: (RowLabels | null)[]): Prepared['table'] {
  const taken = labels.flatMap((each) => each?.column ?? [])
  const columns = table.columns.map((column) =>
    taken.includes(column) ? ({ kind: 'other', name: column.name, type: 'the labels' } as const) : column,
  )
  return { ...table, columns }
}

/** A few labels in words. */
export const nameLabels = (labels: readonly Label[]) => abbreviate(labels.map(String))
