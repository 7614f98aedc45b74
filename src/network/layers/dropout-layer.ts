import { dropUnits } from '../../kernels/network/drop-units.js'
import { randomBits } from '../../kernels/shared/random.js'
import type { CompiledLayer, LayerWork, Pass } from './compiled-layer.js'
import type { DropoutLayer } from './layers.js'
import type { PlacedLayer } from './layout.js'
import { sizeOf } from './shapes.js'

/** Drops units in training; the gradient passes through the remaining ones. `index` distinguishes layers. */
export async function compileDropoutLayer(
  { executor, scope, rows }: LayerWork,
  { rate: share }: DropoutLayer,
  { inputs, index }: PlacedLayer,
): Promise<CompiledLayer> {
  const size = sizeOf(inputs)
  const drop = await executor.compile(dropUnits)
  const outputs = scope.allocate('autoencoder.outputs', 4 * rows * size)
  const parameters = ({ rows, training, step, seed }: Pass) => ({
    count: rows * size,
    rate: training ? share : 0,
    step,
    seed: randomBits(seed, index, 0x64726f70),
  })
  return {
    outputs,
    async forward(values, pass) {
      executor.run(drop, parameters(pass), { values, kept: outputs })
    },
    async backward(_, received, inputGradient, pass) {
      if (inputGradient) executor.run(drop, parameters(pass), { values: received, kept: inputGradient })
    },
  }
}
