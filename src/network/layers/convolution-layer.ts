import { ColumnSums } from '../../linear/column-sums.js'
import { prepareActivation } from './activation.js'
import type { CompiledLayer, LayerWork } from './compiled-layer.js'
import { Convolution } from './convolution.js'
import type { ConvolutionShape } from './convolution-tiles.js'
import type { Conv2dLayer, ConvTranspose2dLayer } from './layers.js'
import type { PlacedLayer } from './layout.js'
import { borderBefore, type ImageShape } from './shapes.js'

/** A convolution: its gradient with respect to the inputs is its transpose. */
export async function compileConvolutionLayer(
  { executor, scope, parameters: { weights, gradients }, rows }: LayerWork,
  layer: Conv2dLayer,
  { inputs, outputs: made, offset }: PlacedLayer,
): Promise<CompiledLayer> {
  const [large, small] = [inputs, made] as [ImageShape, ImageShape]
  const [height, width, filters] = small
  const convolution = await Convolution.prepare(executor, scope, convolutionShape(layer, small, large), rows)
  const activation = await prepareActivation(executor, scope, layer.activation, filters)
  const outputs = scope.allocate('autoencoder.outputs', 4 * rows * height * width * filters)
  const plain = { weights, weightOffset: offset, biasOffset: null, activation: 0 }
  const biasOffset = offset + layer.size ** 2 * large[2] * filters
  return {
    outputs,
    async forward(images, { rows }) {
      await convolution.forward(images, outputs, { ...plain, biasOffset, activation: activation.fused }, rows)
      activation.finish(outputs, rows * height * width)
    },
    async backward(images, received, inputGradient, { rows }) {
      activation.differentiate(outputs, received, rows * height * width)
      await convolution.differentiate(received, images, { gradients, offset, bias: true }, rows)
      if (inputGradient) await convolution.transposed(received, inputGradient, plain, rows)
    },
  }
}

/** The transpose of a convolution: its gradient with respect to the inputs is the convolution. */
export async function compileTransposedConvolutionLayer(
  { executor, scope, parameters: { weights, gradients }, rows }: LayerWork,
  layer: ConvTranspose2dLayer,
  { inputs, outputs: made, offset }: PlacedLayer,
): Promise<CompiledLayer> {
  const [small, large] = [inputs, made] as [ImageShape, ImageShape]
  const [height, width, filters] = large
  const convolution = await Convolution.prepare(executor, scope, convolutionShape(layer, small, large), rows)
  const activation = await prepareActivation(executor, scope, layer.activation, filters)
  const outputs = scope.allocate('autoencoder.outputs', 4 * rows * height * width * filters)
  const sums = await ColumnSums.prepare(executor, scope, filters, rows * height * width)
  const plain = { weights, weightOffset: offset, biasOffset: null, activation: 0 }
  const biasOffset = offset + layer.size ** 2 * filters * small[2]
  return {
    outputs,
    async forward(images, { rows }) {
      await convolution.transposed(images, outputs, { ...plain, biasOffset, activation: activation.fused }, rows)
      activation.finish(outputs, rows * height * width)
    },
    async backward(images, received, inputGradient, { rows }) {
      activation.differentiate(outputs, received, rows * height * width)
      await convolution.differentiate(images, received, { gradients, offset, bias: false }, rows)
      await sums.run(received, rows * height * width, gradients, biasOffset)
      if (inputGradient) await convolution.forward(received, inputGradient, plain, rows)
    },
  }
}

/** The convolution of a layer between small and large images. */
export function convolutionShape(
  layer: Conv2dLayer | ConvTranspose2dLayer,
  small: ImageShape,
  large: ImageShape,
): ConvolutionShape {
  const { size, stride } = layer
  return { small, large, size, stride, top: borderBefore(large[0], layer), left: borderBefore(large[1], layer) }
}
