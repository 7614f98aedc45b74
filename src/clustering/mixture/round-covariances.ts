import { type Components, covariancesOf, isDiagonal, whitenerShape } from './components.js'
import { cholesky, invertLower, squareLower } from './triangular.js'

/** Share of their variances below which pivots lose digits to float64. */
const ACCURATE = 2 ** -30

/**
 * The covariances of components as the result has them, and the roots and whiteners that `readMixture` finds for these:
 * those of the components, unless points hardly vary in some direction. Variances in it below about 10⁻¹⁵ of those of the
 * columns, as the regularization may be, are lost to float64; where a covariance thereby has no root, they are raised.
 */
export function roundCovariances(made: Components): Pick<Components, 'roots' | 'whiteners'> & {
  covariances: Float64Array<ArrayBuffer>
} {
  const { columns } = made
  const covariances = covariancesOf(made)
  const [roots, whiteners] = [made.roots.slice(), made.whiteners.slice()]
  const { count, size } = isDiagonal(made) ? { count: 0, size: 0 } : whitenerShape(made)
  for (let start = 0; start < count * size; start += size) {
    const own = covariances.subarray(start, start + size)
    const variances = Float64Array.from({ length: columns }, (_, i) => own[i * (columns + 1)])
    let read = cholesky(own, columns, variances, -Infinity)
    if (read.ratio >= ACCURATE) continue
    for (let floor = 2 ** -52; !(read.ratio > 0); floor *= 2) {
      squareLower(cholesky(own, columns, variances, floor).factor, columns, own)
      read = cholesky(own, columns, variances, -Infinity)
    }
    roots.set(read.factor, start)
    whiteners.set(invertLower(read.factor, columns), start)
  }
  return { covariances, roots, whiteners }
}
