import { LloydError, requireInteger } from '../engine/error.js'
import { MAX_INPUTS } from '../options/limits.js'
import { CREATE_AUTOENCODER, NOISE, VARIATIONAL } from '../options/network.js'
import { readOptions } from '../options/table.js'
import { type Activation, activationOf, type Layer } from './layers/layers.js'
import { type Architecture, finalActivation, type Loss, type Noise, shapeOfInputs } from './layers/layout.js'
import { mirror } from './layers/mirror.js'
import { checkLayer, outputShape, type Shape, sizeOf } from './layers/shapes.js'

/** The activation at the end of the decoder that a loss needs. */
const LAST_ACTIVATION = {
  'squared-error': 'linear',
  'binary-cross-entropy': 'sigmoid',
  'cross-entropy': 'softmax',
} as const satisfies Record<Loss, Activation>

export interface AutoencoderOptions {
  /**
   * Number of columns of the points, or [height, width, channels] of the images in their rows, channels last; up to 65
   * 536 numbers. The outputs of a layer for a batch must fit a binding of the device.
   */
  inputs: number | readonly [height: number, width: number, channels: number]
  /**
   * At least one layer; the outputs of the last one are the code. A variational encoder must end in a linear dense
   * layer.
   */
  encoder: readonly Layer[]
  /** Default: the encoder's layers mirrored, ending in the activation that the loss needs. */
  decoder?: readonly Layer[]
  /**
   * The loss of a point, summed over its features: the squared error (default); the binary cross-entropy of features in
   * [0, 1], whose decoder must end in 'sigmoid'; or the cross-entropy −Σ x log x̂ of shares in [0, 1], such as a
   * histogram or a one-hot category, whose decoder must end in 'softmax'.
   */
  loss?: Loss
  /** λ ≥ 0 of the penalty λ Σ|a| on the code; default 0. */
  sparsity?: number
  /** Noise added in training, which the network learns to remove; default null: none. */
  noise?: Noise | null
  /**
   * Makes the code a normal distribution, with the penalty β ≥ 0 times its divergence; default false: the code is a
   * point.
   */
  variational?: false | null | { beta: number }
  /** Scales every column to mean 0 and variance 1 (of the first points fitted), and back on output; default false. */
  standardize?: boolean
  /**
   * Seed of the first weights and, unless `fit` has its own, of everything random in training, 0 … 2³² − 1; default 0.
   */
  seed?: number
}

/** Checks options and fills in defaults. Throws an `InputError` for options that do not fit together. */
export function checkArchitecture(options: AutoencoderOptions | Architecture): Architecture {
  const settings = readOptions('createAutoencoder', options, CREATE_AUTOENCODER)
  const { loss, sparsity, standardize, seed } = settings
  if (loss !== 'squared-error' && standardize) {
    throw new LloydError('InputError', `standardized features leave [0, 1], which '${loss}' needs; use 'squared-error'`)
  }
  const inputs = checkInputs(settings.inputs)
  const encoder = copyLayers(settings.encoder, 'encoder')
  const shapes = shapesOf(encoder, shapeOfInputs(inputs), 'encoder')
  const last = LAST_ACTIVATION[loss]
  const decoder =
    settings.decoder === undefined ? mirror(encoder, shapes, last) : copyLayers(settings.decoder, 'decoder')
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
  const variational = checkVariational(settings.variational, encoder)
  if (variational && sparsity > 0) {
    throw new LloydError('InputError', 'a code is either variational or sparse; leave one of the two out')
  }
  return {
    inputs,
    encoder,
    decoder,
    loss,
    sparsity,
    noise: checkNoise(settings.noise),
    variational,
    standardize,
    seed,
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

/** Copies layers after a check that they fit the inputs and each other. */
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
  const { beta } = readOptions('variational', value, VARIATIONAL, 'variational.')
  const last = encoder.at(-1)!
  if (last.type !== 'dense' || last.activation !== 'linear') {
    throw new LloydError('InputError', 'a variational encoder must end in a linear layer, dense(units)')
  }
  return { beta }
}

export function checkNoise(noise: Noise | null | undefined): Noise | null {
  if (noise === undefined || noise === null) return null
  const settings = readOptions('noise', noise, NOISE, 'noise.')
  const { kind, amount } = settings
  if (kind === 'masking' && amount >= 1) {
    throw new LloydError('InputError', `noise.amount ${amount} masks every input; it must be below 1`)
  }
  return settings
}

/** The shapes of the inputs and of each layer's outputs. */
function shapesOf(layers: readonly Layer[], inputs: Shape, name: string): Shape[] {
  const shapes = [inputs]
  for (const [index, layer] of layers.entries()) shapes.push(outputShape(layer, shapes[index], `${name}[${index}]`))
  return shapes
}
