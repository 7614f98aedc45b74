import { LloydError, type Matrix, standardize } from 'lloyd'

/** The conversion from the units of a table to those of clustering: (value − mean) / scale, column by column. */
export interface Scaling {
  mean: number[]
  scale: number[]
}

/** Distance from zero, in standard deviations, beyond which a column is moved so that float32 keeps its variation. */
const FAR = 64

/** The scaling that leaves columns as they are. */
export function noScaling(columns: number): Scaling {
  return { mean: new Array(columns).fill(0), scale: new Array(columns).fill(1) }
}

/**
 * The scaling for `--standardize`, or one that only moves columns far from zero, such as times: k-means does not depend
 * on the origin, but float32 does. Columns are moved by a multiple of a power of two, which avoids rounding.
 */
export function chooseScaling(points: Matrix<Float64Array>, isStandardized: boolean): Scaling {
  const { mean, scale } = isStandardized ? standardize(points) : momentsOf(points)
  if (isStandardized) return { mean: [...mean], scale: [...scale] }
  return {
    mean: [...mean].map((value, column) => {
      const deviation = scale[column]
      if (Math.abs(value) <= FAR * deviation || !Number.isFinite(deviation)) return 0
      if (deviation === 0) return value
      const unit = 2 ** Math.floor(Math.log2(deviation))
      return Math.round(value / unit) * unit
    }),
    scale: [...mean].map(() => 1),
  }
}

function momentsOf({ data, rows, columns }: Matrix<Float64Array>): { mean: Float64Array; scale: Float64Array } {
  const mean = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] / rows
  for (let i = 0; i < data.length; i++) squares[i % columns] += (data[i] - mean[i % columns]) ** 2 / rows
  return { mean, scale: squares.map(Math.sqrt) }
}

/** The smallest normal float32; GPUs may treat smaller numbers as zero. */
const MIN_NORMAL = 2 ** -126

/** Throws where a column varies, but all its values vanish in float32. */
export function refuseVanishing({ data, columns }: Matrix<Float64Array>, { scale }: Scaling, names: string[]): void {
  const column = names.findIndex((_, at) => {
    let [varies, largest] = [false, 0]
    for (let i = at; i < data.length; i += columns) {
      varies ||= data[i] !== data[at]
      largest = Math.max(largest, Math.abs(data[i] / scale[at]))
    }
    return varies && largest < MIN_NORMAL
  })
  if (column < 0) return
  throw new LloydError(
    'InputError',
    `column '${names[column]}' is too small for float32; multiply it (kmeans and elbow can --standardize it)`,
  )
}

/** The points to cluster. `names` are the columns, for the message when float32 cannot represent a value. */
export function applyScaling(points: Matrix<Float64Array>, { mean, scale }: Scaling, names: readonly string[]): Matrix {
  const { rows, columns } = points
  const data = new Float32Array(points.data.length)
  for (let i = 0; i < data.length; i++) {
    const column = i % columns
    data[i] = (points.data[i] - mean[column]) / scale[column]
    if (Number.isFinite(data[i])) continue
    throw new LloydError(
      'InputError',
      `${points.data[i]} in column '${names[column]}' is too large for float32; divide the column (kmeans and elbow can --standardize it)`,
    )
  }
  return { data, rows, columns }
}

/** Centroids in the units of the table. */
export function undoScaling(
  { data, rows, columns }: Matrix<Float32Array | Float64Array>,
  { mean, scale }: Scaling,
): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    mean.map((value, column) => data[row * columns + column] * scale[column] + value),
  )
}
