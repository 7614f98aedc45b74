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
 * The decoder that mirrors an encoder: its layers turned round, each with the activation of the encoder's layer before the
 * one that it undoes, and `last` for the reconstruction. `shapes[i]` is what encoder[i] takes. Pooling is undone by
 * enlarging, dropout by nothing.
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

/** Layers that make images or units of shape `inputs` of what the layer gives. */
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
