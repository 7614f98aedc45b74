import { LloydError, mustBe, requireRecord } from '../../engine/error.js'
import type { Matrix, TypedArray } from '../../types.js'
import { ANY_COLUMNS, checkMatrix, MIN_NORMAL } from '../matrix.js'
import { standardize } from '../standardize.js'
import { unnamedColumn } from './table.js'

/** The conversion from the units of a table to those of clustering: (value − mean) / scale, column by column. */
export interface ColumnScaling {
  mean: number[]
  scale: number[]
}

/**
 * What a scaling does: nothing; move columns that are far from zero, such as times; or give every column the mean 0 and
 * the standard deviation 1.
 */
export type ScalingKind = 'none' | 'shift' | 'standardize'

/** Distance from zero, in standard deviations, beyond which a column is moved so that float32 keeps its variation. */
const FAR = 64

/**
 * Chooses a scaling for points, to be used for later points too (Node). Columns far from zero are moved by a multiple of
 * a power of two, which avoids rounding: k-means does not depend on the origin, but float32 does.
 *
 * @param names names of the columns, for messages
 * @throws LloydError `InputError` where a column varies, but all its values vanish in float32
 */
export function chooseScaling(points: Matrix<TypedArray>, kind: ScalingKind, names?: readonly string[]): ColumnScaling {
  checkMatrix(points, 'points', ANY_COLUMNS)
  const scaling = scalingOf(points, kind)
  refuseVanishing(points, scaling, names)
  return scaling
}

function scalingOf(points: Matrix<TypedArray>, kind: ScalingKind): ColumnScaling {
  const ones = new Array<number>(points.columns).fill(1)
  switch (kind) {
    case 'none':
      return { mean: ones.map(() => 0), scale: ones }
    case 'shift':
      return { mean: shiftsOf(points), scale: ones }
    case 'standardize': {
      const { mean, scale } = standardize(points)
      return { mean: [...mean], scale: [...scale] }
    }
    default:
      throw mustBe('kind', "'none', 'shift' or 'standardize'", kind)
  }
}

/** What is subtracted from each column: 0 for those near zero. */
function shiftsOf(points: Matrix<TypedArray>): number[] {
  const { mean, deviation } = momentsOf(points)
  return Array.from(mean, (value, column) => {
    const spread = deviation[column]
    if (Math.abs(value) <= FAR * spread || !Number.isFinite(spread)) return 0
    if (spread === 0) return value
    const unit = 2 ** Math.floor(Math.log2(spread))
    return Math.round(value / unit) * unit
  })
}

function momentsOf({ data, rows, columns }: Matrix<TypedArray>): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] / rows
  for (let i = 0; i < data.length; i++) squares[i % columns] += (data[i] - mean[i % columns]) ** 2 / rows
  return { mean, deviation: squares.map(Math.sqrt) }
}

function refuseVanishing(
  { data, columns }: Matrix<TypedArray>,
  { scale }: ColumnScaling,
  names: readonly string[] | undefined,
): void {
  for (let column = 0; column < columns; column++) {
    let [varies, largest] = [false, 0]
    for (let i = column; i < data.length; i += columns) {
      varies ||= data[i] !== data[column]
      largest = Math.max(largest, Math.abs(data[i] / scale[column]))
    }
    if (!(varies && largest < MIN_NORMAL)) continue
    const name = names?.[column] ?? unnamedColumn(column)
    throw new LloydError('InputError', `column '${name}' is too small for float32; multiply it`)
  }
}

/**
 * The points in the units of clustering (Node).
 *
 * @param names names of the columns, for messages
 * @throws LloydError `InputError` for a value that float32 cannot represent
 */
export function applyScaling(points: Matrix<TypedArray>, scaling: ColumnScaling, names?: readonly string[]): Matrix {
  const { rows, columns } = checkMatrix(points, 'points', ANY_COLUMNS)
  requireRecord('scaling', 'what chooseScaling returns', scaling, ['mean', 'scale'])
  const { mean, scale } = scaling
  if (mean?.length !== columns || scale?.length !== columns) {
    throw mustBe('scaling', `{ mean, scale } of ${columns} numbers each`, { mean, scale })
  }
  const data = new Float32Array(points.data.length)
  for (let i = 0; i < data.length; i++) {
    const column = i % columns
    data[i] = (points.data[i] - mean[column]) / scale[column]
    if (Number.isFinite(data[i])) continue
    const name = names?.[column] ?? unnamedColumn(column)
    throw new LloydError(
      'InputError',
      `${points.data[i]} in column '${name}' is too large for float32; divide the column`,
    )
  }
  return { data, rows, columns }
}

/** The rows of clustered points, such as centroids, in the units of the table (Node). */
export function undoScaling(points: Matrix, scaling: ColumnScaling): number[][] {
  requireRecord('points', 'a matrix', points, ['data', 'rows', 'columns'])
  requireRecord('scaling', 'what chooseScaling returns', scaling, ['mean', 'scale'])
  const { data, rows, columns } = points
  const { mean, scale } = scaling
  return Array.from({ length: rows }, (_, row) =>
    mean.map((value, column) => data[row * columns + column] * scale[column] + value),
  )
}
