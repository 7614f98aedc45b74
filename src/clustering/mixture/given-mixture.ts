import { checkMatrix } from '../../data/matrix.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { MAX_COMPONENTS, MAX_MIXTURE_COLUMNS } from '../../options/mixture.js'
import type { Matrix, TypedArray } from '../../types.js'
import { type Components, type Covariance, isDiagonal, whitenerShape } from './components.js'
import { cholesky, invertLower } from './triangular.js'

/** The parameters of a mixture, as `gaussianMixture` returns them. */
export interface MixtureParameters {
  /** Weight of each of K components, ≥ 0; their sum is 1. */
  weights: ArrayLike<number>
  /** K × d. */
  means: Matrix<TypedArray>
  /** Row-major: K × d × d (full), d × d (tied), K × d (diagonal) or K (spherical); positive definite. */
  covariances: ArrayLike<number>
  /** Needed only where K = d, since tied and diagonal covariances then have the same size. */
  covariance?: Covariance
}

/** Checks the parameters of a mixture, and factorizes its covariances in float64. */
export function readMixture(mixture: MixtureParameters): Components {
  if (!mixture) throw mustBe('mixture', 'what gaussianMixture returned', mixture)
  const { weights, means, covariances, covariance: named } = mixture
  const { rows: components, columns, data } = checkMatrix(means, 'mixture.means', MAX_MIXTURE_COLUMNS)
  if (components > MAX_COMPONENTS) {
    throw new LloydError(
      'InputError',
      `the mixture has ${components} components; at most ${MAX_COMPONENTS} are possible`,
    )
  }
  requireLength('mixture.weights', weights, components)
  const covariance = named ?? kindOf(covariances, components, columns)
  const shape = { components, columns, covariance }
  const { count, size } = whitenerShape(shape)
  const given = Float64Array.from(covariances ?? [])
  requireLength('mixture.covariances', given, covariance === 'spherical' ? components : count * size)
  const numbers = [Float64Array.from(weights), Float64Array.from(data)]
  const total = numbers[0].reduce((sum, weight) => sum + weight, 0)
  if (
    !numbers.every((list) => list.every(Number.isFinite)) ||
    !(total > 0) ||
    numbers[0].some((weight) => weight < 0)
  ) {
    throw new LloydError('InputError', 'the weights and means of the mixture must be finite, and weights not negative')
  }
  return {
    ...shape,
    weights: numbers[0].map((weight) => weight / total),
    means: numbers[1],
    ...factorize(given, shape),
  }
}

/** The roots of the covariances, and their inverses. */
function factorize(given: Float64Array, shape: Pick<Components, 'components' | 'columns' | 'covariance'>) {
  const { columns } = shape
  const { count, size } = whitenerShape(shape)
  const roots = new Float64Array(count * size)
  const whiteners = new Float32Array(count * size)
  for (let matrix = 0; matrix < count; matrix++) {
    const start = matrix * size
    let root: Float64Array
    if (shape.covariance === 'spherical') root = new Float64Array(columns).fill(Math.sqrt(given[matrix]))
    else if (isDiagonal(shape)) root = given.slice(start, start + size).map(Math.sqrt)
    else {
      const own = given.slice(start, start + size)
      root = cholesky(own, columns, new Float64Array(columns).fill(1), -Infinity).factor
    }
    roots.set(root, start)
    whiteners.set(isDiagonal(shape) ? root.map((value) => 1 / value) : invertLower(root, columns), start)
    if (whiteners.subarray(start, start + size).every(Number.isFinite)) continue
    throw new LloydError('InputError', `covariance ${matrix} of the mixture is not positive definite`)
  }
  return { roots, whiteners }
}

function kindOf(covariances: ArrayLike<number>, components: number, columns: number): Covariance {
  const kinds = {
    full: components * columns ** 2,
    tied: columns ** 2,
    diagonal: components * columns,
    spherical: components,
  }
  const fitting = (Object.keys(kinds) as Covariance[]).filter((kind) => kinds[kind] === covariances?.length)
  // Where there are several, they are the same numbers, except for these two.
  const unclear = fitting[0] === 'tied' && fitting.includes('diagonal') && columns > 1
  if (fitting.length > 0 && !unclear) return fitting[0]
  const sizes = Object.entries(kinds).map(([kind, size]) => `${size} (${kind})`)
  throw new LloydError(
    'InputError',
    `mixture.covariances has ${covariances?.length} numbers; ${components} components of ${columns} columns have ` +
      `${sizes.join(', ')}${unclear ? ': set mixture.covariance to tied or diagonal' : ''}`,
  )
}

function requireLength(name: string, list: ArrayLike<number>, length: number): void {
  if (list?.length === length) return
  throw new LloydError('InputError', `${name} has ${list?.length} numbers; ${length} are needed`)
}
