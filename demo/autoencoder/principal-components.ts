import type { Matrix } from 'lloyd'

export interface PrincipalComponents {
  mean: Float64Array
  /** Orthonormal directions, one a row. */
  components: Float64Array[]
}

/**
 * The `count` directions in which points vary most, by orthogonal iteration (G. Golub and C. Van Loan, Matrix Computations,
 * 8.2.4) on their covariance, in float64.
 */
export function principalComponents(points: Matrix, count: number, iterations = 200): PrincipalComponents {
  const { mean, covariance } = moments(points)
  const { columns } = points
  // A few more than asked for, so that the last one converges too.
  const wanted = Math.min(columns, count + 8)
  let directions: Float64Array[] = Array.from({ length: wanted }, (_, i) =>
    Float64Array.from({ length: columns }, (_, j) => Math.sin(1 + i + (i + 1) * j)),
  )
  for (let iteration = 0; iteration < iterations; iteration++) {
    directions = orthonormalize(directions.map((direction) => multiply(covariance, direction)))
  }
  return { mean, components: directions.slice(0, count) }
}

function moments({ data, rows, columns }: Matrix): { mean: Float64Array; covariance: Float64Array[] } {
  const mean = new Float64Array(columns)
  for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] / rows
  const covariance = Array.from({ length: columns }, () => new Float64Array(columns))
  const centered = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) centered[i] = data[row * columns + i] - mean[i]
    for (let i = 0; i < columns; i++) {
      const value = centered[i]
      const target = covariance[i]
      for (let j = i; j < columns; j++) target[j] += value * centered[j]
    }
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) covariance[i][j] = covariance[j][i]
  return { mean, covariance }
}

function multiply(matrix: Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector))
}

/** Gram and Schmidt's, in the order given. */
function orthonormalize(vectors: Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = []
  for (const vector of vectors) {
    for (const other of basis) {
      const along = dot(other, vector)
      for (let i = 0; i < vector.length; i++) vector[i] -= along * other[i]
    }
    const length = Math.sqrt(dot(vector, vector))
    basis.push(length > 0 ? vector.map((value) => value / length) : vector)
  }
  return basis
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** Squared distances of points from the plane of the components, summed over features, a number a point. */
export function projectionErrors(
  { data, rows, columns }: Matrix,
  { mean, components }: PrincipalComponents,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    const centered = Float64Array.from(mean, (value, column) => data[row * columns + column] - value)
    return components.reduce((rest, component) => rest - dot(component, centered) ** 2, dot(centered, centered))
  })
}
