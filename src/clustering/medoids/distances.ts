import { LloydError } from '../../engine/error.js'
import type { MeasuredPoints } from '../../neighbors/measured-points.js'
import type { Matrix, TypedArray } from '../../types.js'

/**
 * Distances, in float64, from the points of a cost to the candidates for medoids, which are all rows. Points are numbered
 * from 0 on; they are all rows as well, or a sample of them.
 */
export interface Distances {
  readonly candidates: number
  /** The row of each point. */
  readonly rows: Uint32Array
  /** Distance of 1, in the units of the caller. */
  readonly unit: number
  /** A power of two that brings the largest distance into the range of float32. */
  readonly scale: number
  /** The distances from all points to a candidate. */
  measure(candidate: number, into: Float64Array): void
  /** The distance from a point to a candidate. */
  between(point: number, candidate: number): number
  /** The same points, or others. */
  of(rows: Uint32Array): Distances
}

/** Distances by coordinates: roots of sums of squares; those sums for the cosine distance; or sums of absolute differences. */
export class PointDistances implements Distances {
  readonly candidates: number
  readonly unit: number
  readonly scale = 1

  constructor(
    readonly measured: MeasuredPoints,
    readonly rooted: boolean,
    readonly rows: Uint32Array,
  ) {
    this.candidates = measured.rows
    this.unit = measured.distanceOf(1)
  }

  of(rows: Uint32Array): PointDistances {
    return new PointDistances(this.measured, this.rooted, rows)
  }

  measure(candidate: number, into: Float64Array): void {
    const { data, columns, manhattan } = this.measured
    const origin = Float64Array.from(data.subarray(candidate * columns, (candidate + 1) * columns))
    if (manhattan) sumAbsolute(data, this.rows, origin, into)
    else sumSquares(data, this.rows, origin, into)
    if (this.rooted) for (let point = 0; point < into.length; point++) into[point] = Math.sqrt(into[point])
  }

  between(point: number, candidate: number): number {
    const { data, columns, manhattan } = this.measured
    let sum = 0
    for (let i = this.rows[point] * columns, j = candidate * columns, end = i + columns; i < end; i++, j++) {
      const difference = data[i] - data[j]
      sum += manhattan ? Math.abs(difference) : difference * difference
    }
    return this.rooted ? Math.sqrt(sum) : sum
  }
}

function sumSquares(data: Float32Array, rows: Uint32Array, origin: Float64Array, into: Float64Array): void {
  const columns = origin.length
  for (let point = 0; point < into.length; point++) {
    const from = rows[point] * columns
    let sum = 0
    for (let column = 0; column < columns; column++) {
      const difference = data[from + column] - origin[column]
      sum += difference * difference
    }
    into[point] = sum
  }
}

function sumAbsolute(data: Float32Array, rows: Uint32Array, origin: Float64Array, into: Float64Array): void {
  const columns = origin.length
  for (let point = 0; point < into.length; point++) {
    const from = rows[point] * columns
    let sum = 0
    for (let column = 0; column < columns; column++) sum += Math.abs(data[from + column] - origin[column])
    into[point] = sum
  }
}

/** Given distances: that of row i to row j as a medoid is in row i, column j. */
export class GivenDistances implements Distances {
  readonly candidates: number
  readonly unit = 1

  constructor(
    readonly matrix: Matrix<TypedArray>,
    readonly scale: number,
    readonly rows: Uint32Array,
  ) {
    this.candidates = matrix.rows
  }

  of(rows: Uint32Array): GivenDistances {
    return new GivenDistances(this.matrix, this.scale, rows)
  }

  measure(candidate: number, into: Float64Array): void {
    const { data, columns } = this.matrix
    for (let point = 0; point < into.length; point++) into[point] = data[this.rows[point] * columns + candidate]
  }

  between(point: number, candidate: number): number {
    return this.matrix.data[this.rows[point] * this.matrix.columns + candidate]
  }
}

/**
 * Distances of a square matrix.
 *
 * @throws LloydError `InputError` for one that is not square, negative numbers, and a diagonal other than 0
 */
export function givenDistances(matrix: Matrix<TypedArray>, rows: Uint32Array): GivenDistances {
  const { data, rows: count, columns } = matrix
  if (count !== columns) {
    throw new LloydError(
      'InputError',
      `precomputed distances are ${count} × ${columns}; give a square matrix, a row and a column for every point`,
    )
  }
  const largest = largestDistance(matrix)
  for (let row = 0; row < count; row++) {
    const own = data[row * columns + row]
    if (own === 0) continue
    throw new LloydError(
      'InputError',
      `the distance of row ${row} to itself is ${own}; distances have a diagonal of 0 (similarities are none: subtract them from the largest)`,
    )
  }
  return new GivenDistances(matrix, largest > 0 ? 2 ** -Math.floor(Math.log2(largest)) : 1, rows)
}

/** The largest of given distances; throws an `InputError` for a negative one. */
export function largestDistance({ data, columns }: Matrix<TypedArray>): number {
  let largest = 0
  for (let i = 0; i < data.length; i++) {
    if (data[i] > largest) largest = data[i]
    if (data[i] >= 0) continue
    const [row, column] = [Math.floor(i / columns), i % columns]
    throw new LloydError(
      'InputError',
      `the distance in row ${row}, column ${column} is ${data[i]}; distances are at least 0`,
    )
  }
  return largest
}
