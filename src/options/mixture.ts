import { MAX_ITERATIONS } from './limits.js'
import { LISTENER, SEED, SIGNAL, SWITCH } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, integer, number } from './types.js'

/** Maximum number of components, and of columns of their points. */
export const MAX_COMPONENTS = 1024
export const MAX_MIXTURE_COLUMNS = 256

export const GAUSSIAN_MIXTURE = {
  components: { type: integer, from: 1, to: MAX_COMPONENTS, required: true },
  covariance: { type: choice, names: ['full', 'tied', 'diagonal', 'spherical'], default: 'full' },
  regularization: { type: number, from: 0, default: 1e-6 },
  weights: { type: 'numbers' },
  tolerance: { type: number, from: 0, default: 1e-3 },
  maxIterations: { type: integer, from: 0, to: MAX_ITERATIONS, default: 100 },
  restarts: { type: integer, from: 1, to: 10_000, default: 1 },
  seed: SEED,
  init: { type: 'points' },
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const MEASURE_MIXTURE = { signal: SIGNAL, onProgress: LISTENER } as const satisfies OptionTable

export const PREDICT_MIXTURE = {
  responsibilities: SWITCH,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const SAMPLE_MIXTURE = { seed: SEED } as const satisfies OptionTable
