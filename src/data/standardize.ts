import { LloydError } from '../engine/error.js'
import type { Matrix, TypedArray } from '../types.js'
import { ANY_COLUMNS, checkMatrix, notFinite, rowsToMatrix } from './matrix.js'

/** Points with mean 0 and variance 1 in every column, and the inverse: x = point · scale + mean. */
export interface Standardized {
  points: Matrix
  /** Mean of each column. */
  mean: Float64Array
  /** Population standard deviation of each column; 1 where a column is constant. */
  scale: Float64Array
}

/**
 * Standardises every column: (x − mean) / standard deviation. A constant column becomes 0, and so does one whose
 * deviation is within the rounding error of a constant (as in scikit-learn's StandardScaler). Computed in float64, and
 * rounded at the end.
 *
 * @throws LloydError `InputError` for NaN and infinity (with row and column), and if a sum or range overflows float64.
 */
export function standardize(points: Matrix<TypedArray> | readonly ArrayLike<number>[]): Standardized {
  const { data, rows, columns } = Array.isArray(points)
    ? rowsToMatrix(points as readonly ArrayLike<number>[], 'points', ANY_COLUMNS)
    : checkMatrix(points as Matrix<TypedArray>, 'points', ANY_COLUMNS)
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) throw notFinite('points', data[i], Math.floor(i / columns), i % columns)
  }
  const mean = new Float64Array(columns)
  const scale = new Float64Array(columns)
  const constant = new Uint8Array(columns)
  for (let column = 0; column < columns; column++) {
    let sum = 0
    for (let i = column; i < data.length; i += columns) sum += data[i]
    mean[column] = sum / rows
    let widest = 0
    for (let i = column; i < data.length; i += columns) widest = Math.max(widest, Math.abs(data[i] - mean[column]))
    if (!(widest < Infinity))
      throw new LloydError(
        'InputError',
        `points overflow in column ${column}, whose sum or range is above 1.7e308; scale them down`,
      )
    // In units near the widest range, squares do not overflow, and not all underflow.
    const unit = widest > 0 ? 2 ** Math.floor(Math.log2(widest)) : 1
    let squares = 0
    for (let i = column; i < data.length; i += columns) squares += ((data[i] - mean[column]) / unit) ** 2
    const deviation = unit * Math.sqrt(squares / rows)
    const rounding = Number.EPSILON * Math.abs(mean[column]) * rows
    constant[column] = deviation <= rounding ? 1 : 0
    scale[column] = constant[column] ? 1 : deviation
  }
  const standardized = Float32Array.from(data, (value, i) => {
    const column = i % columns
    return constant[column] ? 0 : (value - mean[column]) / scale[column]
  })
  return { points: { data: standardized, rows, columns }, mean, scale }
}
