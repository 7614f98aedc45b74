import { type Components, isDiagonal, singularCovariance, whitenerShape } from './components.js'
import { cholesky, invertLower, multiplyLower, solveLower } from './triangular.js'

/**
 * The moments of each component over its whitened points y: the lower half of Σ r y yᵀ row by row, or Σ r y² of every
 * column; then Σ r y and Σ r.
 */
export interface Moments {
  values: Float64Array
  /** Number of values of a component. */
  size: number
}

/**
 * Share of the sum of all responsibilities below which a component counts as empty: float32 holds hardly less than 10⁻³⁷.
 */
const EMPTY = 1e-30
/**
 * Pivots below this share of what they are the difference of have lost digits to float32: the moments are then added
 * again in the coordinates that they gave.
 */
export const ACCURATE = 1e-3
/** Share that pivots are raised to. */
const FLOOR = 1e-7
/**
 * A direction whose standard deviation is less than this many roundings of the points' coordinates is one in which they
 * do not vary. Where they do not, roundings alone amount to about half of one.
 */
const ROUNDINGS = 4

export interface Update {
  next: Components
  /** The least pivot as a share of what it is the difference of; above ACCURATE, `next` is accurate. */
  ratio: number
}

/** The M step: weights, means and covariances from the moments of points that `now` whitened. */
export function updateComponents(now: Components, moments: Moments, regularization: number): Update {
  const { values, size } = moments
  const { components } = now
  const masses = Float64Array.from({ length: components }, (_, component) => values[(component + 1) * size - 1])
  const total = masses.reduce((sum, mass) => sum + mass, 0)
  const next = {
    ...now,
    weights: masses.map((mass) => (mass > EMPTY * total ? mass / total : 0)),
    means: now.means.slice(),
    whiteners: now.whiteners.slice(),
    roots: now.roots.slice(),
  }
  const update = isDiagonal(now) ? updateDiagonal : updateFull
  return { next, ratio: update(now, next, moments, regularization) }
}

/** Throws an `InputError` where points do not vary in some direction of a component, as far as float32 shows. */
export function requireRegular(made: Components): void {
  const { columns, weights, means, whiteners, roots } = made
  const { count, size } = whitenerShape(made)
  const diagonal = isDiagonal(made)
  const roundings = new Float64Array(columns)
  for (let matrix = 0; matrix < count; matrix++) {
    if (count > 1 && weights[matrix] === 0) continue
    const start = matrix * size
    for (let column = 0; column < columns; column++) {
      let variance = diagonal ? roots[start + column] ** 2 : 0
      for (let j = 0; j <= column && !diagonal; j++) variance += roots[start + column * columns + j] ** 2
      // Coordinates are as large as the mean, except for a tied covariance, which belongs to many means.
      const distance = count > 1 ? Math.abs(means[matrix * columns + column]) : 0
      roundings[column] = 2 ** -24 * (ROUNDINGS * Math.sqrt(variance) + distance)
    }
    for (let row = 0; row < columns; row++) {
      let rounding = diagonal ? whiteners[start + row] * roundings[row] : 0
      for (let j = 0; j <= row && !diagonal; j++) {
        rounding += Math.abs(whiteners[start + row * columns + j]) * roundings[j]
      }
      if (!(ROUNDINGS * rounding < 1)) throw singularCovariance(matrix, made)
    }
  }
}

function updateFull(now: Components, next: Components, { values, size }: Moments, regularization: number): number {
  const { columns: n, components, covariance } = now
  const tied = covariance === 'tied'
  let scatter = new Float64Array(n * n)
  let squares = new Float64Array(n)
  let mass = 0
  let ratio = 1
  let root = tied ? invertLower(now.whiteners, n) : new Float64Array()
  const replace = (matrix: number) => {
    const start = matrix * n * n
    const whitener = now.whiteners.subarray(start, start + n * n)
    const result = refactor(whitener, root, { scatter, squares, mass }, n, regularization)
    if (!result) throw singularCovariance(matrix, now)
    next.whiteners.set(result.whitener, start)
    next.roots.set(result.root, start)
    ratio = Math.min(ratio, result.ratio)
  }
  for (let component = 0; component < components; component++) {
    if (next.weights[component] === 0) continue
    const moments = values.subarray(component * size, (component + 1) * size)
    const sums = moments.subarray(size - n - 1, size - 1)
    const own = moments[size - 1]
    if (!tied) {
      scatter = new Float64Array(n * n)
      squares = new Float64Array(n)
      mass = 0
      root = invertLower(now.whiteners.subarray(component * n * n, (component + 1) * n * n), n)
    }
    for (let i = 0, at = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) scatter[i * n + j] += moments[at++] - (sums[i] * sums[j]) / own
      squares[i] += moments[at - 1]
    }
    mass += own
    for (let i = 0; i < n; i++) {
      let shift = 0
      for (let j = 0; j <= i; j++) shift += root[i * n + j] * sums[j]
      next.means[component * n + i] += shift / own
    }
    if (!tied) replace(component)
  }
  if (tied) replace(0)
  return ratio
}

/**
 * The whitening matrix and the root of the covariance L (S / m) Lᵀ + regularization, where L = W⁻¹; null where points do
 * not vary at all in some direction.
 */
function refactor(
  whitener: Float32Array,
  root: Float64Array,
  { scatter, squares, mass }: { scatter: Float64Array; squares: Float64Array; mass: number },
  n: number,
  regularization: number,
) {
  const matrix = new Float64Array(n * n)
  const scales = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let l = 0; l <= j && regularization > 0; l++) sum += whitener[i * n + l] * whitener[j * n + l]
      matrix[i * n + j] = scatter[i * n + j] / mass + regularization * sum
      if (i === j) scales[i] = squares[i] / mass + regularization * sum
    }
  }
  if (scales.includes(0)) return null
  const { factor, ratio } = cholesky(matrix, n, scales, FLOOR)
  return { whitener: solveLower(factor, whitener, n), root: multiplyLower(root, factor, n), ratio }
}

function updateDiagonal(now: Components, next: Components, { values, size }: Moments, regularization: number): number {
  const { columns, components, covariance } = now
  let ratio = 1
  for (let component = 0; component < components; component++) {
    if (next.weights[component] === 0) continue
    const mass = values[(component + 1) * size - 1]
    const variances = new Float64Array(columns)
    for (let column = 0; column < columns; column++) {
      const at = component * columns + column
      const unit = 1 / now.whiteners[at]
      const square = values[component * size + column] / mass
      const mean = values[component * size + columns + column] / mass
      next.means[at] += unit * mean
      const ridge = regularization / (unit * unit)
      const scale = square + ridge
      const variance = square - mean * mean + ridge
      if (scale > 0) ratio = Math.min(ratio, variance / scale)
      variances[column] = Math.max(variance, FLOOR * scale) * unit * unit
    }
    if (covariance === 'spherical') variances.fill(variances.reduce((sum, value) => sum + value, 0) / columns)
    if (variances.includes(0)) throw singularCovariance(component, now)
    for (let column = 0; column < columns; column++) {
      next.roots[component * columns + column] = Math.sqrt(variances[column])
      next.whiteners[component * columns + column] = 1 / next.roots[component * columns + column]
    }
  }
  return ratio
}
