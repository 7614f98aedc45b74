import { loadPoints } from '../data/load-points.js'
import { nearestOrigin, toFloat32 } from '../data/origin.js'
import type { Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { Matrix, Points, TypedArray } from '../types.js'

export type Metric = 'euclidean' | 'manhattan' | 'cosine'

/** Points in memory, in coordinates in which a sum over columns measures their distances. */
export interface MeasuredPoints {
  /** Row-major, rows × columns. */
  readonly data: Float32Array<ArrayBuffer>
  readonly rows: number
  readonly columns: number
  /** Whether the measure is a sum of absolute differences and not of squares. */
  readonly manhattan: boolean
  /** The least float32 that is not below the measure of a distance. */
  limitOf(distance: number): number
  /** The distance that has a measure. */
  distanceOf(measure: number): number
}

/** Largest power of two by which coordinates may differ, so that sums of squares stay finite. */
const LARGEST = 2 ** 56

/**
 * Readies points for a metric. Euclidean and Manhattan distances are those of (point − origin) · scale, with the
 * `nearestOrigin` and a power of two that brings `near`, a distance of interest, to 1, or the widest column if that is 0,
 * so that no square vanishes; for the cosine distance 1 − cos, rows are scaled to length 1, whose squared distance is twice it.
 *
 * @throws LloydError `InputError` for NaN and infinity (with row and column), and for a row of zeros with the cosine distance
 */
export async function measurePoints(
  executor: Executor,
  points: Points,
  metric: Metric,
  near: number,
): Promise<MeasuredPoints> {
  const [measured] = await measureTogether(executor, { points }, metric, near)
  return measured
}

/** The same for several sets of points, by their names in messages, with the origin of the first. */
export async function measureTogether(
  executor: Executor,
  sets: Record<string, Points>,
  metric: Metric,
  near: number,
): Promise<MeasuredPoints[]> {
  const named: { name: string; matrix: Matrix<TypedArray> }[] = []
  for (const [name, points] of Object.entries(sets)) {
    named.push({ name, matrix: await loadPoints(executor, points, name) })
  }
  const [first] = named
  for (const { name, matrix } of named) {
    if (matrix.columns === first.matrix.columns) continue
    throw new LloydError(
      'InputError',
      `${first.name} have ${first.matrix.columns} columns, the ${name} ${matrix.columns}`,
    )
  }
  if (metric === 'cosine') {
    return named.map(({ name, matrix: { data, rows, columns } }) => ({
      data: new Float32Array(unitRows(data, columns, name)),
      rows,
      columns,
      manhattan: false,
      limitOf: (distance) => ceiling(2 * distance),
      distanceOf: (measure) => measure / 2,
    }))
  }
  const origin = nearestOrigin(first.matrix)
  const moved = named.map(({ matrix }) => ({ ...matrix, data: toFloat32(matrix.data, origin) }))
  let widest = 0
  for (const { data } of moved) widest = Math.max(widest, largestOf(data))
  const unit = Math.max(near > 0 && near < widest ? near : 0, widest / LARGEST)
  const scale = unit > 0 ? 2 ** -Math.floor(Math.log2(unit)) : 1
  const manhattan = metric === 'manhattan'
  return moved.map(({ data, rows, columns }) => {
    scaleBy(data, scale)
    return {
      data,
      rows,
      columns,
      manhattan,
      limitOf: (distance) => ceiling(manhattan ? distance * scale : (distance * scale) ** 2),
      distanceOf: (measure) => (manhattan ? measure : Math.sqrt(measure)) / scale,
    }
  })
}

function largestOf(values: Float32Array): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]))
  return largest
}

function scaleBy(values: Float32Array, scale: number): void {
  for (let i = 0; i < values.length; i++) values[i] *= scale
}

/** The least float32 that is not below a number; the largest for all beyond. */
function ceiling(value: number): number {
  const words = new Uint32Array(1)
  const float = new Float32Array(words.buffer)
  float[0] = value
  if (float[0] < value) words[0]++
  return Math.min(float[0], 3.4028234663852886e38)
}

/** Rows scaled to length 1. */
export function unitRows(data: ArrayLike<number>, columns: number, name: string): Float64Array<ArrayBuffer> {
  const units = new Float64Array(data.length)
  for (let at = 0; at < data.length; at += columns) {
    let widest = 0
    for (let i = at; i < at + columns; i++) widest = Math.max(widest, Math.abs(data[i]))
    if (widest === 0) {
      throw new LloydError(
        'InputError',
        `row ${at / columns} of ${name} is all zero, which has no direction; leave it out`,
      )
    }
    let squares = 0
    for (let i = at; i < at + columns; i++) squares += (data[i] / widest) ** 2
    const length = widest * Math.sqrt(squares)
    for (let i = at; i < at + columns; i++) units[i] = data[i] / length
  }
  return units
}
