import { LloydError, mustBe } from '../engine/error.js'
import { describeValue } from './matrix.js'

/** Minimum positive weight, as a share of the sum; a smaller one would be lost or coarse in 64-bit sums. */
const MIN_SHARE = 2 ** -40

/**
 * Converts weights to float32, in units of a power of two near the largest; throws an `InputError` for invalid ones.
 */
export function checkWeights(weights: ArrayLike<number>): { values: Float32Array<ArrayBuffer>; unit: number } {
  if (!(typeof weights?.length === 'number')) {
    throw mustBe('weights', 'an array, one number per point', weights)
  }
  const given = Float64Array.from({ length: weights.length }, (_, i) => {
    const weight: unknown = weights[i]
    if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight
    const found = describeValue(weight)
    throw new LloydError('InputError', `weights[${i}] is ${found}; weights are finite numbers and not negative`)
  })
  const largest = given.reduce((most, weight) => Math.max(most, weight), 0)
  if (largest === 0) {
    throw new LloydError('InputError', 'the weights are all zero; at least one must be positive')
  }
  const unit = 2 ** Math.floor(Math.log2(largest))
  const values = Float32Array.from(given, (weight) => weight / unit)
  const least = MIN_SHARE * values.reduce((sum, weight) => sum + weight, 0)
  const lost = values.findIndex((weight, i) => weight < least && given[i] > 0)
  if (lost >= 0) {
    throw new LloydError(
      'InputError',
      `weights[${lost}] is ${given[lost]}, which is lost beside the largest, ${largest}; leave such points out or give them 0`,
    )
  }
  return { values, unit }
}

/** The error for a number of weights other than that of the points. */
export function weightCount(got: number, wanted: number | string): LloydError {
  return new LloydError('InputError', `got ${got} weights for ${wanted} points; give one per point`)
}
