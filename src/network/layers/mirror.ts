import {
  type Activation,
  activationOf,
  conv2d,
  convTranspose2d,
  dense,
  type Layer,
  reshape,
  upsample2d,
} from './layers.js'
import { type Shape, sizeOf } from './shapes.js'

/**
 * The decoder that mirrors an encoder: its layers in reverse order, each with the activation of the encoder's layer
 * before the one that it inverts, and `last` for the reconstruction. `shapes[i]` are the inputs of encoder[i].
 * Upsampling inverts pooling; dropout has no inverse.
 */
export function mirror(encoder: readonly Layer[], shapes: readonly Shape[], last: Activation): Layer[] {
  return encoder
    .map((layer, index) => {
      const before = encoder.slice(0, index).map(activationOf)
      const activation = before.reduce((latest, own) => own ?? latest, null) ?? last
      return undo(layer, shapes[index], activation)
    })
    .reverse()
    .flat()
}

/** The layers that restore images or units of shape `inputs` from the outputs of the layer. */
function undo(layer: Layer, inputs: Shape, activation: Activation): Layer[] {
  switch (layer.type) {
    case 'dense': {
      const flat = dense(sizeOf(inputs), activation)
      return inputs.length === 3 ? [flat, reshape([...inputs])] : [flat]
    }
    case 'conv2d': {
      const [height, width, channels] = inputs as readonly [number, number, number]
      const { size, stride, padding } = layer
      return [convTranspose2d(channels, { size, stride, padding, activation, output: [height, width] })]
    }
    case 'conv-transpose2d': {
      const { size, stride, padding } = layer
      return [conv2d((inputs as readonly [number, number, number])[2], { size, stride, padding, activation })]
    }
    case 'max-pool2d':
    case 'average-pool2d': {
      const [height, width] = inputs as readonly [number, number, number]
      return [upsample2d(layer.size, [height, width])]
    }
    case 'upsample2d':
      return [{ type: 'average-pool2d', size: layer.size }]
    case 'reshape':
      return inputs.length === 3 ? [reshape([...inputs])] : []
    case 'dropout':
      return []
  }
}
