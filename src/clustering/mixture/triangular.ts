// Lower triangular matrices of n × n in float64, row-major; what is above the diagonal is 0.

/**
 * The Cholesky factor C of a symmetric matrix, B = C Cᵀ, of which the lower half is read. Pivots are raised to `floor` ×
 * `scales`, the sizes of the numbers whose difference they are. `ratio` is the least pivot as a share of its scale.
 */
export function cholesky(
  matrix: Float64Array,
  n: number,
  scales: Float64Array,
  floor: number,
): { factor: Float64Array<ArrayBuffer>; ratio: number } {
  const factor = new Float64Array(n * n)
  let ratio = 1
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]
      for (let l = 0; l < j; l++) sum -= factor[i * n + l] * factor[j * n + l]
      if (j < i) {
        factor[i * n + j] = sum / factor[j * n + j]
      } else {
        ratio = Math.min(ratio, sum / scales[i])
        factor[i * n + i] = Math.sqrt(Math.max(sum, floor * scales[i]))
      }
    }
  }
  return { factor, ratio }
}

/** The inverse of a lower triangular matrix. */
export function invertLower(lower: ArrayLike<number>, n: number): Float64Array<ArrayBuffer> {
  const identity = new Float64Array(n * n)
  for (let i = 0; i < n; i++) identity[i * n + i] = 1
  return solveLower(lower, identity, n)
}

/** L⁻¹ B for lower triangular L and B. */
export function solveLower(lower: ArrayLike<number>, right: ArrayLike<number>, n: number): Float64Array<ArrayBuffer> {
  const solution = Float64Array.from(right)
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < i; l++) {
      const element = lower[i * n + l]
      if (element === 0) continue
      for (let j = 0; j <= l; j++) solution[i * n + j] -= element * solution[l * n + j]
    }
    for (let j = 0; j <= i; j++) solution[i * n + j] /= lower[i * n + i]
  }
  return solution
}

/** A B for lower triangular A and B. */
export function multiplyLower(left: ArrayLike<number>, right: ArrayLike<number>, n: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let l = 0; l <= i; l++) {
      const element = left[i * n + l]
      if (element === 0) continue
      for (let j = 0; j <= l; j++) product[i * n + j] += element * right[l * n + j]
    }
  }
  return product
}

/** Writes the symmetric matrix L Lᵀ to `product`. */
export function squareLower(lower: Float64Array, n: number, product: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let l = 0; l <= j; l++) sum += lower[i * n + l] * lower[j * n + l]
      product[i * n + j] = sum
      product[j * n + i] = sum
    }
  }
}
