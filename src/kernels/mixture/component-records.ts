/**
 * The layout of a component's parameters for kernels of few columns: see shaders/mixture/point-densities.wgsl. Sizes in
 * float32 numbers.
 */
export function recordLayout(columns: number, diagonal: boolean) {
  const width = 4 * Math.ceil(columns / 4)
  const row = width + 4
  const size = diagonal ? 3 * width + 4 : columns * row + width + 4
  return {
    size,
    /** Where the mean, W(i, j), the offset W (m − μ) and the constant are. */
    mean: (column: number) => (diagonal ? column : column * row),
    factor: (i: number, j: number) => (diagonal ? width + i : j * row + 4 + i),
    offset: (column: number) => (diagonal ? 2 * width : columns * row) + column,
    constant: size - 4,
  }
}

/** Number of moments of a component. */
export const momentCount = (columns: number, diagonal: boolean) =>
  diagonal ? 1 + 2 * columns : ((columns + 1) * (columns + 2)) / 2

/** Writes the whitened coordinates of a point to `y`. */
export function whiten(
  records: Float32Array,
  record: number,
  layout: ReturnType<typeof recordLayout>,
  diagonal: boolean,
  x: Float32Array,
  y: Float64Array,
): void {
  for (let i = 0; i < x.length; i++) {
    let sum = records[record + layout.offset(i)]
    for (let j = diagonal ? i : 0; j <= i; j++) {
      sum += Math.fround(x[j] - records[record + layout.mean(j)]) * records[record + layout.factor(i, j)]
    }
    y[i] = sum
  }
}
