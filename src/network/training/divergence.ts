import type { PointSet } from '../../data/points.js'
import type { BufferScope } from '../../engine/engine.js'
import { Summation } from '../layers/loss.js'
import type { Model } from '../model.js'

/** The largest float32. */
const MOST = (2 - 2 ** -23) * 2 ** 127
/** Factor by which outputs may exceed their usual size. */
const OUTPUT_GROWTH = 2 ** 12
/**
 * Factor by which a parameter may exceed its usual size: beyond, rounding a product costs more than 1/256 of a feature.
 */
const PARAMETER_GROWTH = 2 ** 16

/**
 * The bounds beyond which training has diverged, apart from NaN and infinity. The loss alone is not enough: Adam, whose
 * steps all have the same length, need not reach infinity, and outputs that saturate have a bounded loss whatever their
 * weights.
 */
export interface DivergenceBounds {
  /**
   * A mean loss exceeds its bound at `growth` times both that of the first batch and the `usual` one: outputs are then
   * thousands of times too large. A squared error grows as their square, the cross-entropies as the inputs of the last
   * activation.
   */
  growth: number
  usual: number
  /**
   * Largest parameter. First weights are at most about 1, and biases become as large as features: the bound is a
   * multiple of the largest of 1 and the root mean squares of the features and of the initial parameters.
   */
  limit: number
}

export async function divergenceBounds(
  { executor, architecture, layout, weights, scale }: Model,
  scope: BufferScope,
  { means, variances }: PointSet,
): Promise<DivergenceBounds> {
  const { features, outputs, channels, parameterCount } = layout
  const squares = Array.from(means, (mean, column) => {
    const factor = scale?.factor[column] ?? 1
    return factor ** 2 * ((mean - (scale?.mean[column] ?? 0)) ** 2 + variances[column])
  }).reduce((sum, square) => sum + square, 0)
  const sums = scope.allocate('autoencoder.weightSquares', 4)
  const summation = await Summation.create(executor, scope, true)
  summation.run(weights, parameterCount, sums, 0)
  const [weightSquares] = new Float32Array(await executor.read(sums))
  const scales = [1, Math.sqrt(squares / features), Math.sqrt(weightSquares / parameterCount)]
  // The loss of a constant prediction: zeros for the features, or equal probabilities. A squared error of 1 per feature
  // is never too much, since steps of Adam do not follow the scale of features that are far below 1.
  const usual = {
    'squared-error': Math.max(squares, outputs),
    'binary-cross-entropy': outputs * Math.LN2,
    'cross-entropy': (outputs / channels) * Math.log(Math.max(2, channels)),
  }[architecture.loss]
  return {
    growth: architecture.loss === 'squared-error' ? OUTPUT_GROWTH ** 2 : OUTPUT_GROWTH,
    usual: Math.min(MOST, usual),
    limit: Math.fround(Math.min(MOST, PARAMETER_GROWTH * Math.max(...scales))),
  }
}
