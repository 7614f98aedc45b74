import { MAX_INPUTS } from './limits.js'
import { LISTENER, OUTPUT, OWN_SEED, SEED, SIGNAL, SWITCH } from './shared.js'
import { type OptionTable, withEntries } from './table.js'
import { choice, fraction, integer, number, share } from './types.js'

const MAX_EPOCHS = 1_000_000
const MAX_BATCH = 2 ** 20
/** Maximum number of points that are sampled at once. */
const MAX_SAMPLES = 2 ** 24

export const CREATE_AUTOENCODER = {
  inputs: { type: 'inputs', required: true },
  encoder: { type: 'layers', required: true },
  decoder: { type: 'layers' },
  loss: {
    type: choice,
    names: ['squared-error', 'binary-cross-entropy', 'cross-entropy'],
    default: 'squared-error',
  },
  sparsity: { type: number, from: 0, default: 0 },
  noise: { type: 'record' },
  variational: { type: 'record' },
  standardize: SWITCH,
  seed: SEED,
} as const satisfies OptionTable

export const NOISE = {
  kind: { type: choice, names: ['gaussian', 'masking'], required: true },
  amount: { type: number, from: 0, required: true },
} as const satisfies OptionTable

export const VARIATIONAL = { beta: { type: number, from: 0, required: true } } as const satisfies OptionTable

export const CREATE_CLASSIFIER = {
  inputs: { type: 'inputs', required: true },
  classes: { type: integer, from: 2, to: MAX_INPUTS, required: true },
  layers: { type: 'layers' },
  noise: { type: 'record' },
  standardize: SWITCH,
  seed: SEED,
} as const satisfies OptionTable

export const FIT = {
  epochs: { type: integer, from: 1, to: MAX_EPOCHS, required: true },
  batchSize: { type: integer, from: 1, to: MAX_BATCH, default: 32 },
  optimizer: { type: 'optimizer' },
  validation: { type: share, above: 0, below: 1, or: 'points' },
  patience: { type: integer, from: 0, to: MAX_EPOCHS, default: 0 },
  schedule: { type: choice, names: ['constant', 'cosine'], or: 'a function', default: 'constant' },
  clipNorm: { type: number, from: 0, default: 0 },
  seed: OWN_SEED,
  signal: SIGNAL,
  onEpoch: LISTENER,
  onProgress: LISTENER,
} as const satisfies OptionTable

/** Separate points for the validation of a classifier. */
export const VALIDATION = {
  points: { type: 'points', required: true },
  labels: { type: 'numbers', required: true },
} as const satisfies OptionTable

export const CODES = { output: OUTPUT } as const satisfies OptionTable
export const SAMPLES = { type: integer, from: 1, to: MAX_SAMPLES } as const
export const SAMPLE = { seed: OWN_SEED, output: OUTPUT } as const satisfies OptionTable
export const GRADIENTS = { epsilon: { type: 'points' }, seed: OWN_SEED } as const satisfies OptionTable

export const ADAM = {
  learningRate: { type: number, from: 0, default: 1e-3 },
  beta1: { type: fraction, from: 0, below: 1, default: 0.9 },
  beta2: { type: fraction, from: 0, below: 1, default: 0.999 },
  epsilon: { type: number, from: 0, default: 1e-8 },
  weightDecay: { type: number, from: 0, default: 0 },
} as const satisfies OptionTable
export const ADAMW = /* @__PURE__ */ withEntries(ADAM, { weightDecay: { type: number, from: 0, default: 0.01 } })
export const SGD = {
  learningRate: { type: number, from: 0, default: 0.01 },
  momentum: { type: fraction, from: 0, below: 1, default: 0 },
  weightDecay: { type: number, from: 0, default: 0 },
} as const satisfies OptionTable
