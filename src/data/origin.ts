import { LloydError } from '../engine/error.js'
import type { Matrix, TypedArray } from '../types.js'

/**
 * Distance from 0, in multiples of its range, from which on a column is centred. Nearer columns lose less than 10⁻⁶ of
 * their range to float32.
 */
const FAR = 16

/**
 * Distance from 0, in multiples of its range, from which on a column has less than 256 float32 numbers in its range.
 */
const COARSE = 2 ** 15
/** Maximum integer up to which all are float32 numbers. */
const EXACT_INTEGERS = 2 ** 24

/**
 * The number subtracted from every column, in float64, before points are rounded to float32; null: none. `more`:
 * further rows will follow, which may be less exact or have a wider range.
 */
export type OriginOf = (points: Matrix<TypedArray>, name: string, more?: boolean) => Float64Array<ArrayBuffer> | null

/** Whether float32 holds all values of an array of this type. */
export const isNarrow = (data: TypedArray) => data instanceof Float32Array || data.BYTES_PER_ELEMENT <= 2

/**
 * Chooses a number near the middle of each column, and a multiple of the power of two at or below its range, so that
 * integers stay integers. None if float32 suffices: it holds the points exactly, or no column lies far from 0 compared
 * with its range. Times and identifiers typically do.
 */
export const findOrigin: OriginOf = ({ data, columns }, _name, more = false) => {
  const { least, greatest, inexact } = measureColumns({ data, columns })
  if (inexact === null) return null
  const isFar = (column: number) => {
    const range = greatest[column] - least[column]
    const largest = Math.max(-least[column], greatest[column])
    if (more && largest > EXACT_INTEGERS) return largest > FAR * range
    return inexact[column] && range > 0 && largest > FAR * range
  }
  if (!inexact.some((_, column) => isFar(column))) return null
  return least.map((low, column) => middleOf(low, greatest[column]))
}

/**
 * Chooses a number near the middle of each column that float32 rounds and whose range is less than its distance from 0,
 * so that every value comes nearer to 0; 0 for others.
 */
export function nearestOrigin(points: Matrix<TypedArray>): Float64Array<ArrayBuffer> | null {
  const { least, greatest, inexact } = measureColumns(points)
  if (inexact === null) return null
  return least.map((low, column) => {
    const high = greatest[column]
    return inexact[column] && Math.max(low, -high) > high - low ? middleOf(low, high) : 0
  })
}

function middleOf(least: number, greatest: number): number {
  const range = greatest - least
  if (range === 0) return least
  const unit = 2 ** Math.floor(Math.log2(range))
  return Math.round((least + range / 2) / unit) * unit
}

/** Chooses none; throws if float32 then has so few numbers in the range of a column that its values are lost. */
export const refuseCoarse: OriginOf = ({ data, columns }, name) => {
  const { least, greatest, inexact } = measureColumns({ data, columns })
  const column = inexact?.findIndex((is, at) => {
    const range = greatest[at] - least[at]
    return is !== 0 && range > 0 && Math.max(-least[at], greatest[at]) > COARSE * range
  })
  if (column === undefined || column < 0) return null
  throw new LloydError(
    'InputError',
    `${name} range from ${least[column]} to ${greatest[column]} in column ${column}, which float32 cannot tell apart; ` +
      'standardize() them first, or subtract a value near their middle',
  )
}

/**
 * Bounds of every column, and whether it has numbers that float32 rounds; null if none has, or one is beyond float32.
 */
function measureColumns({ data, columns }: { data: TypedArray; columns: number }) {
  const least = new Float64Array(columns).fill(Infinity)
  const greatest = new Float64Array(columns).fill(-Infinity)
  const inexact = new Uint8Array(columns)
  if (isNarrow(data)) return { least, greatest, inexact: null }
  for (let i = 0, column = 0; i < data.length; i++) {
    const value = data[i]
    const rounded = Math.fround(value)
    // Numbers beyond float32 are refused, and named, when the columns are measured.
    if (!(Math.abs(rounded) < Infinity)) return { least, greatest, inexact: null }
    if (rounded !== value) inexact[column] = 1
    if (value < least[column]) least[column] = value
    if (value > greatest[column]) greatest[column] = value
    if (++column === columns) column = 0
  }
  return { least, greatest, inexact }
}

/** Values as float32, minus the origin; row-major, beginning with a row. */
export function toFloat32(values: TypedArray, origin: Float64Array | null): Float32Array<ArrayBuffer> {
  if (!origin) return new Float32Array(values)
  const centred = new Float32Array(values.length)
  for (let i = 0, column = 0; i < values.length; i++) {
    centred[i] = values[i] - origin[column]
    if (++column === origin.length) column = 0
  }
  return centred
}
