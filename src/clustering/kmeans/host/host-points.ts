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
