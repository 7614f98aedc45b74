import { refuseVanishing, toMatrix } from '../../data/matrix.js'
import { findOrigin } from '../../data/origin.js'
import { withPointSet } from '../../data/points.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { GAUSSIAN_MIXTURE, MAX_MIXTURE_COLUMNS } from '../../options/mixture.js'
import { readOptions } from '../../options/table.js'
import type { GpuMatrix, Matrix, Points } from '../../types.js'
import { fitMixture } from './fit.js'
import type { GaussianMixture, GaussianMixtureOptions } from './mixture.js'

/**
 * A Gaussian mixture: weights, means and covariances of K normal distributions that locally maximize the likelihood of
 * the points, by the EM algorithm (A. Dempster, N. Laird and D. Rubin, J. Royal Statistical Society B 39, 1977; C.
 * Bishop, Pattern Recognition and Machine Learning, 2006, §9.2). It starts with the moments of the points nearest to each
 * of the first means.
 *
 * A component that no point belongs to, because no point is nearest to its first mean or because all are far more
 * probable in others, keeps its mean and its covariance (at first that of all points), and its weight is 0 from then on. One
 * that collapses onto equal points keeps `regularization` as its variances.
 *
 * Computed in float32 from differences from the means, with factors and sums of tiles in float64, so that points far
 * from 0 and columns of different scales lose nothing. Points in float64 that lie far from 0 compared with their range
 * are centred first, as by `kmeans`.
 *
 * @throws LloydError `InputError` for an argument outside its range, more than 256 columns, NaN or infinity in the points
 *   (with row and column), or a covariance that is singular where `regularization` is 0 (or lost in float32);
 *   `OutOfMemoryError`; `DeviceLostError`.
 */
export function gaussianMixture(
  engine: Engine,
  points: Matrix | GpuMatrix,
  options: GaussianMixtureOptions,
): Promise<GaussianMixture>
export function gaussianMixture(
  engine: Engine,
  points: Points,
  options: GaussianMixtureOptions,
): Promise<GaussianMixture<Float32Array | Float64Array>>
export async function gaussianMixture(
  engine: Engine,
  points: Points,
  options: GaussianMixtureOptions,
): Promise<GaussianMixture<Float32Array | Float64Array>> {
  const executor = executorOf(engine)
  const settings = readOptions('gaussianMixture', options, GAUSSIAN_MIXTURE)
  const { components, init, weights, signal } = settings
  signal?.throwIfAborted()
  const given = init === undefined ? null : await toMatrix(executor, init, 'init')
  const check = (rows: number, columns: number) => {
    if (components > rows) {
      throw new LloydError(
        'InputError',
        `components is ${components} but there are only ${rows} points; use at most as many components`,
      )
    }
    refuseVanishing(points, 'points')
    if (given && (given.rows !== components || given.columns !== columns)) {
      throw new LloydError(
        'InputError',
        `init is ${given.rows} × ${given.columns}; ${components} means of ${columns} columns are needed`,
      )
    }
  }
  const source = { weights, signal, check, maxColumns: MAX_MIXTURE_COLUMNS, originOf: findOrigin }
  return await withPointSet(executor, points, source, (set) => fitMixture(executor, set, settings, given))
}
