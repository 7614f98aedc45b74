import type { Executor } from '../../engine/engine.js'
import { tuneForWork } from '../../linear/tune.js'
import { convolutionShape } from '../layers/convolution-layer.js'
import { denseProducts } from '../layers/dense-layer.js'
import type { Layout } from '../layers/layout.js'
import { type ImageShape, sizeOf } from '../layers/shapes.js'
import { tuneConvolution } from '../layers/tune-convolution.js'

/** Tunes the products and convolutions for which that pays off over `steps` training steps. */
export async function tuneForTraining(executor: Executor, layout: Layout, rows: number, steps: number): Promise<void> {
  for (const { layer, inputs, outputs, offset } of [...layout.encoder, ...layout.decoder]) {
    if (layer.type === 'conv2d' || layer.type === 'conv-transpose2d') {
      const shape = convolutionShape(layer, inputs as ImageShape, outputs as ImageShape)
      await tuneConvolution(executor, shape, rows, steps)
    } else if (layer.type === 'dense') {
      const products = denseProducts(layer.units, sizeOf(inputs), offset, rows)
      for (const { shape, vectors = false } of Object.values(products)) {
        await tuneForWork(executor, shape, vectors, steps)
      }
    }
  }
}
