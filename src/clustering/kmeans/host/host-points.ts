/** Points in memory, row-major, with a finite weight ≥ 0 for each, not all zero. */
export interface HostPoints {
  data: Float64Array
  columns: number
  weights: Float64Array
}

/** The squared Euclidean distance of two rows, which begin at `from` in `a` and at `to` in `b`. */
export function squaredDistance(a: Float64Array, from: number, b: Float64Array, to: number, columns: number): number {
  let squared = 0
  for (let column = 0; column < columns; column++) {
    const difference = a[from + column] - b[to + column]
    squared += difference * difference
  }
  return squared
}

/** The root of the mean variance of the columns; weights do not count. */
export function deviationOf({ data, columns, weights }: HostPoints): number {
  const sums = new Float64Array(columns)
  let squares = 0
  for (let row = 0, at = 0; row < weights.length; row++) {
    for (let column = 0; column < columns; column++, at++) {
      sums[column] += data[at]
      squares += data[at] * data[at]
    }
  }
  const rows = weights.length
  const variances = squares / rows - sums.reduce((sum, value) => sum + (value / rows) ** 2, 0)
  return Math.sqrt(Math.max(0, variances) / columns)
}
