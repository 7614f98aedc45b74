import { MAX_SEED } from './limits.js'
import type { OptionSpec } from './types.js'
import { boolean, choice, integer, listener, signal } from './types.js'

/** Options that several functions share. */
export const SIGNAL = { type: signal } as const satisfies OptionSpec
export const LISTENER = { type: listener } as const satisfies OptionSpec
export const SEED = { type: integer, from: 0, to: MAX_SEED, default: 0 } as const satisfies OptionSpec
/** The seed of a model's call, by default the one that the model was created with. */
export const OWN_SEED = { type: integer, from: 0, to: MAX_SEED } as const satisfies OptionSpec
export const OUTPUT = { type: choice, names: ['cpu', 'gpu'], default: 'cpu' } as const satisfies OptionSpec
export const METRIC = {
  type: choice,
  names: ['euclidean', 'manhattan', 'cosine'],
  default: 'euclidean',
} as const satisfies OptionSpec
export const SWITCH = { type: boolean, default: false } as const satisfies OptionSpec
