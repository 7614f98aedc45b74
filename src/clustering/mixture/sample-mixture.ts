import { requireInteger } from '../../engine/error.js'
import { randomNormal, randomUnit } from '../../kernels/shared/random.js'
import { MAX_ROWS } from '../../options/limits.js'
import { SAMPLE_MIXTURE } from '../../options/mixture.js'
import { readOptions } from '../../options/table.js'
import type { Matrix } from '../../types.js'
import { isDiagonal } from './components.js'
import { type MixtureParameters, readMixture } from './given-mixture.js'

export interface SampleMixtureOptions {
  /** Seed of the draws, 0 … 2³² − 1, default 0. */
  seed?: number
}

/**
 * `count` points, 0 … 2³¹, drawn from a mixture, and the component of each. Point i is the same for every count.
 *
 * @throws LloydError `InputError` for a mixture that is none.
 */
export function sampleMixture(
  mixture: MixtureParameters,
  count: number,
  options: SampleMixtureOptions = {},
): { points: Matrix<Float32Array | Float64Array>; labels: Uint32Array } {
  const { seed } = readOptions('sampleMixture', options, SAMPLE_MIXTURE)
  requireInteger('count', count, 0, MAX_ROWS)
  const given = readMixture(mixture)
  const { components, columns, covariance, weights, means, roots } = given
  const diagonal = isDiagonal(given)
  const size = diagonal ? columns : columns * columns
  const data = new (mixture.means.data instanceof Float64Array ? Float64Array : Float32Array)(count * columns)
  const labels = new Uint32Array(count)
  const normal = new Float64Array(columns)
  for (let row = 0; row < count; row++) {
    let label = 0
    for (let left = randomUnit(seed, row, 0) - weights[0]; left >= 0 && label + 1 < components; )
      left -= weights[++label]
    // Rounding may leave a rest.
    while (weights[label] === 0) label--
    labels[row] = label
    const start = covariance === 'tied' ? 0 : label * size
    for (let column = 0; column < columns; column++) {
      normal[column] = randomNormal(seed, row, column + 1)
      let value = means[label * columns + column]
      if (diagonal) value += roots[start + column] * normal[column]
      else for (let j = 0; j <= column; j++) value += roots[start + column * columns + j] * normal[j]
      data[row * columns + column] = value
    }
  }
  return { points: { data, rows: count, columns }, labels }
}
