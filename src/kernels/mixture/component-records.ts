import { MAX_SQUARE } from './whitened-densities.js'

/**
 * The layout of a component's parameters for kernels of few columns: see shaders/mixture/whiten.wgsl. Sizes in float32
 * numbers.
 */
export function recordLayout(columns: number, diagonal: boolean) {
  const factors = diagonal ? columns : triangle(columns)
  const size = 4 * Math.ceil((2 * columns + factors + 1) / 4)
  return {
    size,
    /** Where the mean, the offset W (m − μ), W(i, j) and the constant are. */
    mean: (column: number) => column,
    offset: (column: number) => columns + column,
    factor: (i: number, j: number) => 2 * columns + (diagonal ? i : triangle(i) + j),
    constant: size - 1,
  }
}

/** Number of moments of a component. */
export const momentCount = (columns: number, diagonal: boolean) =>
  (diagonal ? columns : triangle(columns)) + columns + 1

/** Number of elements in the lower half of a matrix. */
const triangle = (columns: number) => (columns * (columns + 1)) / 2

/** Writes the whitened coordinates of a point to `y`; returns its log density in the component, rounded to float32. */
export function whiten(
  records: Float32Array,
  record: number,
  layout: ReturnType<typeof recordLayout>,
  diagonal: boolean,
  x: Float32Array,
  y: Float64Array,
): number {
  let square = 0
  for (let i = 0; i < x.length; i++) {
    let sum = records[record + layout.offset(i)]
    for (let j = diagonal ? i : 0; j <= i; j++) {
      sum += Math.fround(x[j] - records[record + layout.mean(j)]) * records[record + layout.factor(i, j)]
    }
    y[i] = sum
    square += sum * sum
  }
  return Math.fround(records[record + layout.constant] - 0.5 * Math.min(square, MAX_SQUARE))
}
