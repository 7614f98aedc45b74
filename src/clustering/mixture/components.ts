import type { PointSet } from '../../data/points.js'
import { LloydError } from '../../engine/error.js'
import type { TypedArray } from '../../types.js'
import { squareLower } from './triangular.js'

export type Covariance = 'full' | 'tied' | 'diagonal' | 'spherical'

/** The shape of a mixture. */
export interface MixtureShape {
  components: number
  columns: number
  covariance: Covariance
}

/**
 * The parameters of a mixture in float64, and the float32 matrices W that whiten the points of each component on the
 * device: W (x − μ) has the unit matrix as covariance.
 */
export interface Components extends MixtureShape {
  /** Sum 1; 0 for a component without points. */
  weights: Float64Array
  /** Minus the origin of the points; components × columns. */
  means: Float64Array
  /** Lower triangular W, row-major, of each component or of all; with diagonal and spherical covariances, the diagonals. */
  whiteners: Float32Array<ArrayBuffer>
  /** The roots L of the covariances, Σ = L Lᵀ, in the same layout. */
  roots: Float64Array<ArrayBuffer>
}

/** Whether covariances are stored as their diagonals. */
export const isDiagonal = ({ covariance }: Pick<MixtureShape, 'covariance'>) =>
  covariance === 'diagonal' || covariance === 'spherical'

/** Number of whitening matrices, and of the elements of each. */
export function whitenerShape(shape: MixtureShape): { count: number; size: number } {
  const { components, columns, covariance } = shape
  return { count: covariance === 'tied' ? 1 : components, size: isDiagonal(shape) ? columns : columns ** 2 }
}

/** Components with the given means, and the variances of all points. */
export function firstComponents(
  set: PointSet,
  shape: MixtureShape,
  means: Float64Array,
  regularization: number,
): Components {
  const { count, size } = whitenerShape(shape)
  const { components, columns } = shape
  const step = isDiagonal(shape) ? 1 : columns + 1
  const roots = new Float64Array(count * size)
  for (let column = 0; column < columns; column++) {
    const range = (set.greatest[column] - set.least[column]) / set.scale
    const variance = (set.variances[column] || (range / 4) ** 2) + regularization || 1
    for (let matrix = 0; matrix < count; matrix++) roots[matrix * size + column * step] = Math.sqrt(variance)
  }
  const whiteners = Float32Array.from(roots, (root) => (root > 0 ? 1 / root : 0))
  return { ...shape, weights: new Float64Array(components).fill(1 / components), means, whiteners, roots }
}

/** Means minus the origin of the points. */
export function fromOrigin({ origin, columns }: PointSet, means: TypedArray): Float64Array<ArrayBuffer> {
  return Float64Array.from(means, (value, i) => value - (origin ? origin[i % columns] : 0))
}

/** The covariances as the result has them. */
export function covariancesOf(given: Components): Float64Array<ArrayBuffer> {
  const { components, columns, covariance, roots } = given
  if (covariance === 'spherical') {
    return Float64Array.from({ length: components }, (_, component) => roots[component * columns] ** 2)
  }
  if (covariance === 'diagonal') return roots.map((root) => root * root)
  const { count, size } = whitenerShape(given)
  const covariances = new Float64Array(count * size)
  for (let at = 0; at < covariances.length; at += size) {
    squareLower(roots.subarray(at, at + size), columns, covariances.subarray(at, at + size))
  }
  return covariances
}

/** Number of free parameters. */
export function parameterCount({ components, columns, covariance }: MixtureShape): number {
  const triangle = (columns * (columns + 1)) / 2
  const ofCovariances = {
    full: components * triangle,
    tied: triangle,
    diagonal: components * columns,
    spherical: components,
  }[covariance]
  return ofCovariances + components * columns + components - 1
}

export function singularCovariance(component: number, { covariance }: MixtureShape): LloydError {
  const which = covariance === 'tied' ? 'the tied covariance' : `the covariance of component ${component}`
  return new LloydError(
    'InputError',
    `${which} is singular: its points do not vary in every direction; set regularization above 0, or use fewer components`,
  )
}
