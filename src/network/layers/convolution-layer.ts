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
  work: LayerWork,
  layer: Conv2dLayer,
  placed: PlacedLayer,
): Promise<CompiledLayer> {
  const { convolution, activation, outputs, pixels, plain, biasOffset, target } = await prepare(work, layer, placed)
  return {
    outputs,
    async forward(images, { rows }) {
      await convolution.forward(images, outputs, { ...plain, biasOffset, activation: activation.fused }, rows)
      activation.finish(outputs, rows * pixels)
    },
    async backward(images, received, inputGradient, { rows }) {
      activation.differentiate(outputs, received, rows * pixels)
      await convolution.differentiate(received, images, { ...target, bias: true }, rows)
      if (inputGradient) await convolution.transposed(received, inputGradient, plain, rows)
    },
  }
}

/** The transpose of a convolution: its gradient with respect to the inputs is the convolution. */
export async function compileTransposedConvolutionLayer(
  work: LayerWork,
  layer: ConvTranspose2dLayer,
  placed: PlacedLayer,
): Promise<CompiledLayer> {
  const { convolution, activation, outputs, pixels, plain, biasOffset, target } = await prepare(work, layer, placed)
  const sums = await ColumnSums.prepare(work.executor, work.scope, layer.filters, work.rows * pixels)
  return {
    outputs,
    async forward(images, { rows }) {
      await convolution.transposed(images, outputs, { ...plain, biasOffset, activation: activation.fused }, rows)
      activation.finish(outputs, rows * pixels)
    },
    async backward(images, received, inputGradient, { rows }) {
      activation.differentiate(outputs, received, rows * pixels)
      await convolution.differentiate(images, received, { ...target, bias: false }, rows)
      await sums.run(received, rows * pixels, target.gradients, biasOffset)
      if (inputGradient) await convolution.forward(received, inputGradient, plain, rows)
    },
  }
}

/** What a convolution and its transpose have in common. */
async function prepare(
  { executor, scope, parameters: { weights, gradients }, rows }: LayerWork,
  layer: Conv2dLayer | ConvTranspose2dLayer,
  placed: PlacedLayer,
) {
  const [inputs, made] = [placed.inputs, placed.outputs] as [ImageShape, ImageShape]
  const [height, width, filters] = made
  const { offset } = placed
  const pixels = height * width
  return {
    convolution: await Convolution.prepare(executor, scope, convolutionShape(layer, inputs, made), rows),
    activation: await prepareActivation(executor, scope, layer.activation, filters),
    outputs: scope.allocate('autoencoder.outputs', 4 * rows * pixels * filters),
    /** Number of pixels of an output image. */
    pixels,
    plain: { weights, weightOffset: offset, biasOffset: null, activation: 0 },
    biasOffset: offset + layer.size ** 2 * inputs[2] * filters,
    /** Where the gradient of the weights goes. */
    target: { gradients, offset },
  }
}

/** The convolution of a layer between small and large images; its transpose takes the small ones. */
export function convolutionShape(
  layer: Conv2dLayer | ConvTranspose2dLayer,
  inputs: ImageShape,
  outputs: ImageShape,
): ConvolutionShape {
  const { size, stride } = layer
  const [small, large] = layer.type === 'conv2d' ? [outputs, inputs] : [inputs, outputs]
  return { small, large, size, stride, top: borderBefore(large[0], layer), left: borderBefore(large[1], layer) }
}
