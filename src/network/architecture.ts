import { LloydError, requireInteger, requireKnownOptions, requireNumber } from '../engine/error.js'
import { type Activation, activationOf, type Layer } from './layers/layers.js'
import { type Architecture, finalActivation, type Loss, type Noise, shapeOfInputs } from './layers/layout.js'
import { mirror } from './layers/mirror.js'
import { checkLayer, MAX_INPUTS, outputShape, type Shape, sizeOf } from './layers/shapes.js'

/** The activation that goes with a loss, at the end of the decoder. */
const LAST_ACTIVATION = {
  'squared-error': 'linear',
  'binary-cross-entropy': 'sigmoid',
  'cross-entropy': 'softmax',
} as const satisfies Record<Loss, Activation>

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

/** What goes into the first layer, and what comes out of each. */
function shapesOf(layers: readonly Layer[], inputs: Shape, name: string): Shape[] {
  const shapes = [inputs]
  for (const [index, layer] of layers.entries()) shapes.push(outputShape(layer, shapes[index], `${name}[${index}]`))
  return shapes
}
