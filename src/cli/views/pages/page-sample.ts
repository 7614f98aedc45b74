import type { ClusterDescription, Matrix } from 'lloyd'

/** Rows of every cluster that plots draw. */
export interface PageSample {
  /** The number of each row's cluster, as listed, for all rows. */
  codes: Uint32Array
  /** Rows in the plots, ascending. */
  rows: Uint32Array
  /** Means and standard deviations of columns; infinity for those that are constant. */
  means: Float64Array
  deviations: Float64Array
}

/** Most rows in plots, and least of a cluster as far as it has them. */
const MOST_ROWS = 1200
const LEAST_ROWS = 20

/** Draws rows evenly from every cluster. */
export function samplePoints(
  points: Matrix<Float64Array>,
  labels: readonly (number | string)[],
  clusters: readonly ClusterDescription[],
): PageSample {
  const numbers = new Map(clusters.map(({ label }, at) => [label, at]))
  const codes = Uint32Array.from({ length: labels.length }, (_, row) => numbers.get(labels[row])!)
  const share = Math.min(1, MOST_ROWS / codes.length)
  const steps = clusters.map(({ size }) => size / Math.min(size, Math.max(Math.ceil(share * size), LEAST_ROWS)))
  const seen = clusters.map(() => 0)
  const next = clusters.map(() => 0)
  const rows: number[] = []
  for (let row = 0; row < codes.length; row++) {
    const at = codes[row]
    if (seen[at]++ < next[at]) continue
    rows.push(row)
    next[at] += steps[at]
  }
  return { codes, rows: Uint32Array.from(rows), ...columnMoments(points) }
}

function columnMoments({ data, rows, columns }: Matrix<Float64Array>) {
  const means = new Float64Array(columns)
  const deviations = new Float64Array(columns)
  for (let column = 0; column < columns; column++) {
    let sum = 0
    for (let at = column; at < data.length; at += columns) sum += data[at] / rows
    let squares = 0
    for (let at = column; at < data.length; at += columns) squares += (data[at] - sum) ** 2 / rows
    const deviation = Math.sqrt(squares)
    means[column] = sum
    deviations[column] = deviation > Number.EPSILON * Math.abs(sum) * rows ? deviation : Infinity
  }
  return { means, deviations }
}

/** Rows in standard deviations from the means, 0 in constant columns. */
export function scaledRows(
  { data, columns }: Matrix<Float64Array>,
  rows: Uint32Array,
  { means, deviations }: PageSample,
): Float64Array {
  const scaled = new Float64Array(rows.length * columns)
  for (let at = 0; at < rows.length; at++) {
    for (let column = 0; column < columns; column++) {
      scaled[at * columns + column] = (data[rows[at] * columns + column] - means[column]) / deviations[column]
    }
  }
  return scaled
}
