import type { BufferScope, Executor } from '../engine/engine.js'
import { applySlope } from '../kernels/apply-slope.js'
import { ELEMENTWISE } from '../kernels/shared/activation.js'
import { softmax } from '../kernels/softmax.js'
import type { PlacedLayer } from './architecture.js'
import { type Activation, type DenseLayer, sizeOf } from './layers.js'
import { MatrixProduct } from './product.js'
import type { ParameterBuffers, Stage } from './stage.js'

/**
 * A dense layer: Y = f(X W + b). With G = ∂loss/∂Y ⊙ f′ its gradients are Xᵀ G for W, the column sums of G for b (one
 * product, since b lies behind W and X is taken with a column of ones) and G Wᵀ for X.
 */
export async function denseStage(
  executor: Executor,
  scope: BufferScope,
  { layer: { units }, inputs, offset }: PlacedLayer & { layer: DenseLayer },
  activation: Activation,
  { weights, gradients }: ParameterBuffers,
  rows: number,
): Promise<Stage> {
  const size = sizeOf(inputs)
  const [forward, backward, gradient, slope, normalize, denormalize] = await Promise.all([
    MatrixProduct.prepare(executor, { rows, columns: units, depth: size }),
    MatrixProduct.prepare(executor, { rows, columns: size, depth: units }),
    MatrixProduct.prepare(executor, { rows: size + 1, columns: units, depth: rows }, true),
    executor.compile(applySlope),
    executor.compile(softmax),
    executor.compile(softmax, { flags: { GRADIENT: true } }),
  ])
  const outputs = scope.allocate('autoencoder.outputs', 4 * rows * units)
  // A kernel that needs no second matrix must still bind one.
  const unused = scope.allocate('autoencoder.unused', 4)
  const elementwise = Math.max(0, (ELEMENTWISE as readonly string[]).indexOf(activation))
  return {
    outputs,
    size: units,
    async forward(points, { rows }) {
      await forward.run({
        rows,
        depth: size,
        a: { buffer: points, row: size, column: 1 },
        b: { buffer: weights, offset, row: units, column: 1 },
        bias: { buffer: weights, offset: offset + size * units },
        product: { buffer: outputs },
        activation: elementwise,
      })
      if (activation === 'softmax') {
        executor.run(normalize, { rows, columns: units }, { outputs: unused, values: outputs })
      }
    },
    async backward(points, received, inputGradient, { rows }) {
      if (activation === 'softmax') {
        executor.run(denormalize, { rows, columns: units }, { outputs, values: received })
      } else if (elementwise !== 0) {
        executor.run(slope, { count: rows * units, activation: elementwise }, { outputs, gradient: received })
      }
      await gradient.run({
        rows: size + 1,
        depth: rows,
        a: { buffer: points, row: 1, column: size },
        b: { buffer: received, row: units, column: 1 },
        product: { buffer: gradients, offset },
      })
      if (!inputGradient) return
      await backward.run({
        rows,
        depth: units,
        a: { buffer: received, row: units, column: 1 },
        b: { buffer: weights, offset, row: 1, column: units },
        product: { buffer: inputGradient },
      })
    },
  }
}
