import type { BufferScope, Executor } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { applySlope } from '../../kernels/network/apply-slope.js'
import { softmax } from '../../kernels/network/softmax.js'
import { ELEMENTWISE } from '../../kernels/shared/activation.js'
import type { Activation } from './layers.js'

/** The activation of a layer, after its weighted sums. */
export interface ActivationSteps {
  /** Number of the element-wise activation that the kernel of the sums applies. */
  readonly fused: number
  /** Finishes `rows` × columns outputs in place. */
  finish(outputs: EngineBuffer, rows: number): void
  /** Replaces the gradient with respect to the outputs by that with respect to the sums. */
  differentiate(outputs: EngineBuffer, gradient: EngineBuffer, rows: number): void
}

/** An activation over rows of `columns` units or channels. */
export async function prepareActivation(
  executor: Executor,
  scope: BufferScope,
  activation: Activation,
  columns: number,
): Promise<ActivationSteps> {
  if (activation === 'softmax') {
    const [normalize, differentiate] = await Promise.all([
      executor.compile(softmax),
      executor.compile(softmax, { flags: { GRADIENT: true } }),
    ])
    // A kernel that needs no second matrix must still bind one.
    const unused = scope.allocate('autoencoder.unused', 4)
    return {
      fused: 0,
      finish: (values, rows) => executor.run(normalize, { rows, columns }, { outputs: unused, values }),
      differentiate: (outputs, values, rows) => executor.run(differentiate, { rows, columns }, { outputs, values }),
    }
  }
  const fused = ELEMENTWISE.indexOf(activation)
  const slope = await executor.compile(applySlope)
  return {
    fused,
    finish() {},
    differentiate(outputs, gradient, rows) {
      if (fused !== 0) executor.run(slope, { count: rows * columns, activation: fused }, { outputs, gradient })
    },
  }
}
