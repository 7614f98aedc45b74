import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../engine/error.js'
import { type Activation, activationOf, type Layer } from './layers/layers.js'
import { mirror } from './layers/mirror.js'
import {
  checkLayer,
  MAX_INPUTS,
  outputShape,
  type ParameterShape,
  parametersOf,
  type Shape,
  sizeOf,
} from './layers/shapes.js'

export type Loss = 'squared-error' | 'binary-cross-entropy' | 'cross-entropy'

/** The activation that goes with a loss, at the end of the decoder. */
const LAST_ACTIVATION = {
  'squared-error': 'linear',
  'binary-cross-entropy': 'sigmoid',
  'cross-entropy': 'softmax',
} as const satisfies Record<Loss, Activation>

/** What the inputs suffer in training, to be undone by the network. */
export interface Noise {
  /** Normal noise of standard deviation `amount`, or a share `amount` of the inputs set to 0. */
  kind: 'gaussian' | 'masking'
  amount: number
}

export interface AutoencoderOptions {
  /**
   * Columns of the points, or the sides of the images in their rows: [height, width, channels], channels last; up to
   * 65 536 numbers. What a layer gives for a batch must fit what the device binds.
   */
  inputs: number | readonly [height: number, width: number, channels: number]
  /** At least one layer; the last one's outputs are the code. A variational encoder must end in a linear dense layer. */
  encoder: readonly Layer[]
  /** Default: the encoder's layers turned round, ending in the activation that goes with the loss. */
  decoder?: readonly Layer[]
  /**
   * Of a point, summed over its features: the squared error (default); the binary cross-entropy of features in [0, 1],
   * whose decoder must end in 'sigmoid'; or the cross-entropy −Σ x log x̂ of shares in [0, 1], such as a histogram or a
   * category as ones and zeros, whose decoder must end in 'softmax'.
   */
  loss?: Loss
  /** λ of the penalty λ Σ|a| on the code, at least 0, default 0. */
  sparsity?: number
  /** Default none, null. */
  noise?: Noise | null
  /** Default false: the code is a point. With β it is a normal distribution, and β times its divergence is a penalty. */
  variational?: false | null | { beta: number }
  /** Scales every column to mean 0 and variance 1 (of the points first fitted), and back on output. Default false. */
  standardize?: boolean
  /** Of the first weights and, unless `fit` has its own, of everything random in training. Default 0. */
  seed?: number
}

/** Everything about an auto-encoder but its parameters, as plain data: what a file must hold to make it again. */
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

/** What an architecture is made of. */
export const ARCHITECTURE_KEYS = [
  'inputs',
  'encoder',
  'decoder',
  'loss',
  'sparsity',
  'noise',
  'variational',
  'standardize',
  'seed',
] as const

/** Checks options and fills in what they leave out. Throws an `InputError` for anything that does not fit together. */
export function checkArchitecture(options: AutoencoderOptions | Architecture): Architecture {
  requireKnownOptions('createAutoencoder', options, ARCHITECTURE_KEYS)
  const { loss = 'squared-error', standardize = false } = options
  if (!Object.hasOwn(LAST_ACTIVATION, loss)) {
    const names = Object.keys(LAST_ACTIVATION).join("', '")
    throw new LloydError('InputError', `loss must be one of '${names}', got '${String(loss)}'`)
  }
  if (typeof standardize !== 'boolean') {
    throw new LloydError('InputError', `standardize must be true or false, got ${String(standardize)}`)
  }
  if (loss !== 'squared-error' && standardize) {
    throw new LloydError('InputError', `standardized features leave [0, 1], which '${loss}' needs; use 'squared-error'`)
  }
  const inputs = checkInputs(options.inputs)
  const encoder = copyLayers(options.encoder, 'encoder')
  const shapes = shapesOf(encoder, shapeOfInputs(inputs), 'encoder')
  const last = LAST_ACTIVATION[loss]
  const decoder = options.decoder ? copyLayers(options.decoder, 'decoder') : mirror(encoder, shapes, last)
  const decoded = shapesOf(decoder, shapes.at(-1)!, 'decoder').at(-1)!
  const features = sizeOf(shapeOfInputs(inputs))
  if (sizeOf(decoded) !== features) {
    throw new LloydError('InputError', `the decoder gives ${sizeOf(decoded)} outputs, the inputs are ${features}`)
  }
  if (loss !== 'squared-error' && finalActivation(decoder) !== last) {
    throw new LloydError('InputError', `with '${loss}' the decoder must end in a layer with '${last}'; give one`)
  }
  if (![...encoder, ...decoder].some(activationOf)) {
    throw new LloydError('InputError', 'no layer has weights to learn; add one, such as dense(2)')
  }
  const variational = checkVariational(options.variational, encoder)
  const sparsity = requireNumber('sparsity', options.sparsity ?? 0, 0)
  if (variational && sparsity > 0) {
    throw new LloydError('InputError', 'a code is either variational or sparse; leave one of the two out')
  }
  return {
    inputs,
    encoder,
    decoder,
    loss,
    sparsity,
    noise: checkNoise(options.noise),
    variational,
    standardize,
    seed: requireInteger('seed', options.seed ?? 0, 0, 0xffffffff),
  }
}

export function checkInputs(inputs: AutoencoderOptions['inputs']): Architecture['inputs'] {
  if (!Array.isArray(inputs)) return requireInteger('inputs', inputs, 1, MAX_INPUTS)
  if (inputs.length !== 3) {
    throw new LloydError('InputError', `inputs must be a number or [height, width, channels], got [${inputs}]`)
  }
  const sides = inputs.map((side, i) => requireInteger(`inputs[${i}]`, side, 1, MAX_INPUTS))
  requireInteger('height × width × channels of inputs', sides[0] * sides[1] * sides[2], 1, MAX_INPUTS)
  return sides as [number, number, number]
}

/** Copies of layers, which go with the inputs and each other. */
export function checkLayers(layers: readonly Layer[], inputs: Architecture['inputs'], name: string): Layer[] {
  const copies = copyLayers(layers, name)
  shapesOf(copies, shapeOfInputs(inputs), name)
  return copies
}

function copyLayers(layers: readonly Layer[], name: string): Layer[] {
  if (!Array.isArray(layers)) {
    throw new LloydError('InputError', `${name} must be an array of layers, such as [dense(2)]`)
  }
  for (const [index, layer] of layers.entries()) checkLayer(layer, `${name}[${index}]`)
  if (layers.every(({ type }) => type === 'reshape')) {
    throw new LloydError('InputError', `${name} needs a layer that computes something, such as dense(2)`)
  }
  return structuredClone(layers) as Layer[]
}

function checkVariational(value: AutoencoderOptions['variational'] | null, encoder: readonly Layer[]) {
  if (value === undefined || value === null || value === false) return null
  requireKnownOptions('variational', value, ['beta'])
  const last = encoder.at(-1)!
  if (last.type !== 'dense' || last.activation !== 'linear') {
    throw new LloydError('InputError', 'a variational encoder must end in a linear layer, dense(units)')
  }
  return { beta: requireNumber('variational.beta', value.beta, 0) }
}

export function checkNoise(noise: Noise | null | undefined): Noise | null {
  if (noise === undefined || noise === null) return null
  requireKnownOptions('noise', noise, ['kind', 'amount'])
  if (noise.kind !== 'gaussian' && noise.kind !== 'masking') {
    throw new LloydError('InputError', `noise.kind must be 'gaussian' or 'masking', got '${String(noise.kind)}'`)
  }
  const amount = requireNumber('noise.amount', noise.amount, 0)
  if (noise.kind === 'masking' && amount >= 1) {
    throw new LloydError('InputError', `noise.amount ${amount} masks every input; it must be below 1`)
  }
  return { kind: noise.kind, amount }
}

export function shapeOfInputs(inputs: Architecture['inputs']): Shape {
  return typeof inputs === 'number' ? [inputs] : inputs
}

/** What goes into the first layer, and what comes out of each. */
function shapesOf(layers: readonly Layer[], inputs: Shape, name: string): Shape[] {
  const shapes = [inputs]
  for (const [index, layer] of layers.entries()) shapes.push(outputShape(layer, shapes[index], `${name}[${index}]`))
  return shapes
}

/** The activation of the last layer that computes something. */
export function finalActivation(layers: readonly Layer[]): Activation {
  const last = layers.filter(({ type }) => type !== 'reshape').at(-1)!
  return activationOf(last) ?? 'linear'
}

/** A layer in its place. */
export interface PlacedLayer {
  layer: Layer
  inputs: Shape
  outputs: Shape
  /** Its number among all layers. */
  index: number
  /** Where its parameters begin in the flat buffer, in elements. */
  offset: number
}

/** A parameter in its place, by a name such as `encoder.0.weight`. */
export interface NamedParameter extends Omit<ParameterShape, 'name'> {
  name: string
  offset: number
  /** Of its layer. */
  activation: Activation
}

/** The layers as they are computed, and where each parameter lies. A classifier has all in its encoder, and no decoder. */
export interface Layout {
  encoder: PlacedLayer[]
  decoder: PlacedLayer[]
  features: number
  /** Numbers of the code of one point. */
  units: number
  /** Numbers that the last layer gives for one point, and of those, units or channels: what a softmax runs over. */
  outputs: number
  channels: number
  parameters: NamedParameter[]
  parameterCount: number
}

/** Places the layers of an architecture. A variational encoder's last layer has means and logarithms of variances. */
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

/** The layer, or the inputs, with the most numbers for one point. */
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
