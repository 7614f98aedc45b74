import { MAX_CLUSTERS, MAX_ITERATIONS, MAX_ROWS } from './limits.js'
import { LISTENER, SEED, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, integer } from './types.js'

const DISTANCE = {
  type: choice,
  names: ['euclidean', 'manhattan', 'cosine', 'precomputed'],
  default: 'euclidean',
} as const

export const KMEDOIDS = {
  k: { type: integer, from: 1, to: MAX_CLUSTERS, required: true },
  metric: DISTANCE,
  init: { type: choice, names: ['build', 'random'], or: 'row numbers', default: 'build' },
  weights: { type: 'numbers' },
  sampleSize: { type: integer, from: 1, to: MAX_ROWS },
  maxIterations: { type: integer, from: 0, to: MAX_ITERATIONS, default: 300 },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const PREDICT_MEDOIDS = {
  training: { type: 'points' },
  clustering: { type: 'record', required: true },
  metric: DISTANCE,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
