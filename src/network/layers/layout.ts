import { type Activation, activationOf, type Layer } from './layers.js'
import { outputShape, type ParameterShape, parametersOf, type Shape, sizeOf } from './shapes.js'

export type Loss = 'squared-error' | 'binary-cross-entropy' | 'cross-entropy'

/** Noise added to the inputs in training, which the network learns to remove. */
export interface Noise {
  /** Normal noise of standard deviation `amount` ≥ 0, or a share 0 ≤ `amount` < 1 of the inputs set to 0. */
  kind: 'gaussian' | 'masking'
  amount: number
}

/**
 * The complete description of an auto-encoder apart from its parameters, as plain data, from which it can be recreated.
 */
export interface Architecture {
  inputs: number | [height: number, width: number, channels: number]
  encoder: Layer[]
  decoder: Layer[]
  loss: Loss
  sparsity: number
  noise: Noise | null
  variational: { beta: number } | null
  standardize: boolean
  seed: number
}

/** A layer with its position. */
export interface PlacedLayer {
  layer: Layer
  inputs: Shape
  outputs: Shape
  /** Index of the layer among all layers. */
  index: number
  /** Offset of its parameters in the flat buffer, in elements. */
  offset: number
}

/** A parameter with its position and a name such as `encoder.0.weight`. */
export interface NamedParameter extends Omit<ParameterShape, 'name'> {
  name: string
  offset: number
  /** Offset of the parameters of its layer. */
  activation: Activation
}

/** The layers in the order of computation, and the position of each parameter. A classifier has only an encoder. */
export interface Layout {
  encoder: PlacedLayer[]
  decoder: PlacedLayer[]
  features: number
  /** Number of units of a code. */
  units: number
  /**
   * Number of outputs of the last layer for one point, and how many of them are units or channels, over which a softmax
   * runs.
   */
  outputs: number
  channels: number
  parameters: NamedParameter[]
  parameterCount: number
}

/** Lays out the layers of an architecture. A variational encoder's last layer has means and logarithms of variances. */
export function layOut({ inputs, encoder, decoder, variational }: Architecture): Layout {
  const parameters: NamedParameter[] = []
  let offset = 0
  let count = 0
  const place = (layers: readonly Layer[], first: Shape, part: string): PlacedLayer[] => {
    let shape = first
    return layers.map((layer, number) => {
      const name = `${part}.${number}`
      const placed = { layer, inputs: shape, outputs: outputShape(layer, shape, name), index: count++, offset }
      for (const parameter of parametersOf(layer, shape, name)) {
        const activation = activationOf(layer) ?? 'linear'
        parameters.push({ ...parameter, name: `${name}.${parameter.name}`, offset, activation })
        offset += parameter.rows * parameter.columns
      }
      shape = placed.outputs
      return placed
    })
  }
  const shape = shapeOfInputs(inputs)
  const encoding = place(variational ? widen(encoder) : encoder, shape, decoder.length > 0 ? 'encoder' : 'layers')
  const encoded = encoding.at(-1)!.outputs
  const code: Shape = variational ? [sizeOf(encoded) / 2] : encoded
  const decoding = place(decoder, code, 'decoder')
  const last = [...encoding, ...decoding].filter(({ layer }) => layer.type !== 'reshape').at(-1)!.outputs
  return {
    encoder: encoding,
    decoder: decoding,
    features: sizeOf(shape),
    units: sizeOf(code),
    outputs: sizeOf(last),
    channels: last[last.length - 1],
    parameters,
    parameterCount: offset,
  }
}

/** The largest number of outputs of a layer, or of inputs, for one point. */
export function widestLayer({ encoder, decoder, features }: Layout): { name: string; numbers: number } {
  const layers = [encoder, decoder].flatMap((part) =>
    part.map(({ layer, outputs }) => ({
      name: `the outputs ${outputs.join(' × ')} of ${layer.type}`,
      numbers: sizeOf(outputs),
    })),
  )
  return layers.reduce((widest, own) => (own.numbers > widest.numbers ? own : widest), {
    name: 'the inputs',
    numbers: features,
  })
}

/** An encoder whose last layer has twice its units: means, and logarithms of variances. */
function widen(encoder: readonly Layer[]): Layer[] {
  return encoder.map((layer, index) =>
    layer.type === 'dense' && index === encoder.length - 1 ? { ...layer, units: 2 * layer.units } : layer,
  )
}

export function shapeOfInputs(inputs: Architecture['inputs']): Shape {
  return typeof inputs === 'number' ? [inputs] : inputs
}

/** The activation of the last layer that computes something. */
export function finalActivation(layers: readonly Layer[]): Activation {
  const last = layers.filter(({ type }) => type !== 'reshape').at(-1)!
  return activationOf(last) ?? 'linear'
}
