/** Writes the luma of row `y`, 0 … 255, one value per pixel. */
export type LumaRow = (y: number, target: Float64Array) => void

/** Side of the window, and the standard deviation of its Gaussian. */
const SIZE = 11
const SIGMA = 1.5
/** (K L)² of the paper, K₁ = 0.01, K₂ = 0.03, L = 255. */
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2
/** Number of moments that are averaged over a window: x, y, x², y², xy. */
const MOMENTS = 5

/**
 * The structural similarity of two greyscale images: the mean over all 11 × 11 windows that lie inside, weighted by a
 * Gaussian, without downsampling. 1 for equal images; null for images in which no window fits.
 *
 * The window is separable, so each row is first averaged along itself, and the last 11 such rows are kept: memory is
 * `width` × 63 numbers.
 *
 * @see Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to
 *   structural similarity", IEEE Transactions on Image Processing 13(4), 2004
 */
export function meanSsim(width: number, height: number, x: LumaRow, y: LumaRow): number | null {
  const columns = width - SIZE + 1
  if (columns < 1 || height < SIZE) return null
  const weights = gaussian()
  const rowX = new Float64Array(width)
  const rowY = new Float64Array(width)
  const products = Array.from({ length: MOMENTS }, () => new Float64Array(width))
  const ring = Array.from({ length: SIZE }, () => new Float64Array(MOMENTS * columns))
  const moments = new Float64Array(MOMENTS * columns)
  let sum = 0
  for (let row = 0; row < height; row++) {
    x(row, rowX)
    y(row, rowY)
    multiply(rowX, rowY, products)
    averageAlong(products, weights, ring[row % SIZE])
    if (row < SIZE - 1) continue
    moments.fill(0)
    for (let tap = 0; tap < SIZE; tap++) {
      const averaged = ring[(row + 1 + tap) % SIZE]
      for (let i = 0; i < moments.length; i++) moments[i] += weights[tap] * averaged[i]
    }
    sum += sumOfSsim(moments, columns)
  }
  return sum / (columns * (height - SIZE + 1))
}

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: SIZE }, (_, i) => Math.exp(-((i - (SIZE >> 1)) ** 2) / (2 * SIGMA ** 2)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function multiply(x: Float64Array, y: Float64Array, [px, py, pxx, pyy, pxy]: Float64Array[]): void {
  for (let i = 0; i < x.length; i++) {
    px[i] = x[i]
    py[i] = y[i]
    pxx[i] = x[i] * x[i]
    pyy[i] = y[i] * y[i]
    pxy[i] = x[i] * y[i]
  }
}

/** Weighted averages of `SIZE` neighbours, one moment after another. */
function averageAlong(products: readonly Float64Array[], weights: Float64Array, target: Float64Array): void {
  const columns = target.length / MOMENTS
  for (const [moment, values] of products.entries()) {
    for (let column = 0; column < columns; column++) {
      let average = 0
      for (let tap = 0; tap < SIZE; tap++) average += weights[tap] * values[column + tap]
      target[moment * columns + column] = average
    }
  }
}

/** The paper's equation 13 over a row of windows. */
function sumOfSsim(moments: Float64Array, columns: number): number {
  let sum = 0
  for (let i = 0; i < columns; i++) {
    const x = moments[i]
    const y = moments[columns + i]
    const varianceX = moments[2 * columns + i] - x * x
    const varianceY = moments[3 * columns + i] - y * y
    const covariance = moments[4 * columns + i] - x * y
    sum += ((2 * x * y + C1) * (2 * covariance + C2)) / ((x * x + y * y + C1) * (varianceX + varianceY + C2))
  }
  return sum
}
