import { MatrixProduct, type ProductTraits } from '../../linear/product.js'
import type { ProductShape } from '../../linear/product-tiles.js'
import { prepareActivation } from './activation.js'
import type { CompiledLayer, LayerWork } from './compiled-layer.js'
import type { DenseLayer } from './layers.js'
import type { PlacedLayer } from './layout.js'
import { sizeOf } from './shapes.js'

interface DenseProduct extends ProductTraits {
  shape: ProductShape
}

/** The products of a dense layer of `units` units, with its parameters at `offset`, for batches of `rows` points. */
export function denseProducts(units: number, inputs: number, offset: number, rows: number) {
  const vectors = units % 4 === 0 && offset % 4 === 0
  const product = (rows: number, depth: number, columns: number, traits: ProductTraits): DenseProduct => {
    return { shape: { rows, depth, columns }, ...traits }
  }
  return {
    forward: product(rows, inputs, units, { vectors }),
    backward: product(rows, units, inputs, {}),
    gradient: product(inputs + 1, rows, units, { ones: true, vectors }),
  }
}

/**
 * A dense layer: Y = f(X W + b). With G = ∂loss/∂Y ⊙ f′, its gradients are Xᵀ G for W, the column sums of G for b (in
 * one product, since b follows W and X is extended by a column of ones) and G Wᵀ for X.
 */
export async function compileDenseLayer(
  { executor, scope, parameters: { weights, gradients }, rows }: LayerWork,
  layer: DenseLayer,
  { inputs, offset }: PlacedLayer,
): Promise<CompiledLayer> {
  const { units } = layer
  const size = sizeOf(inputs)
  const products = denseProducts(units, size, offset, rows)
  const prepare = ({ shape, ...traits }: DenseProduct) => MatrixProduct.prepare(executor, shape, traits)
  const [forward, backward, gradient, activation] = await Promise.all([
    prepare(products.forward),
    prepare(products.backward),
    prepare(products.gradient),
    prepareActivation(executor, scope, layer.activation, units),
  ])
  const outputs = scope.allocate('autoencoder.outputs', 4 * rows * units)
  return {
    outputs,
    async forward(points, { rows }) {
      await forward.run({
        rows,
        depth: size,
        a: { buffer: points, row: size, column: 1 },
        b: { buffer: weights, offset, row: units, column: 1 },
        bias: { buffer: weights, offset: offset + size * units },
        product: { buffer: outputs },
        activation: activation.fused,
      })
      activation.finish(outputs, rows)
    },
    async backward(points, received, inputGradient, { rows }) {
      activation.differentiate(outputs, received, rows)
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
