import { MAX_CLUSTERS, MAX_COLUMNS, MAX_ITERATIONS, MAX_ROWS } from './limits.js'
import { LISTENER, OUTPUT, SEED, SIGNAL, SWITCH } from './shared.js'
import { type OptionTable, withEntries } from './table.js'
import { choice, integer, number } from './types.js'

const MAX_INTEGER = 2 ** 53 - 1
const SEEDINGS = ['auto', 'k-means++', 'k-means||', 'random', 'maximin'] as const
const CLUSTERS = { type: integer, from: 1, to: MAX_CLUSTERS, required: true } as const
const COLUMNS = { type: integer, from: 1, to: MAX_COLUMNS, required: true } as const
const INIT = { type: choice, names: SEEDINGS, or: 'points', default: 'auto' } as const

export const KMEANS = {
  k: CLUSTERS,
  init: INIT,
  weights: { type: 'numbers' },
  maxIterations: { type: integer, from: 0, to: MAX_ITERATIONS, default: 300 },
  tolerance: { type: number, from: 0, default: 1e-4 },
  restarts: { type: integer, from: 1, to: 10_000, default: 1 },
  seed: SEED,
  emptyClusters: { type: choice, names: ['farthest', 'split', 'keep'], default: 'farthest' },
  batchSize: { type: integer, from: 1, to: MAX_ROWS },
  precision: { type: choice, names: ['f32', 'f16'], default: 'f32' },
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

/** The seeding is a method, since given centroids would fit only one k. */
export const ELBOW = /* @__PURE__ */ withEntries(KMEANS, {
  from: CLUSTERS,
  to: CLUSTERS,
  k: null,
  precision: null,
  init: { type: choice, names: SEEDINGS, default: 'auto' },
})

export const ASSIGN = { output: OUTPUT } as const satisfies OptionTable

export const ESTIMATE_KMEANS = {
  rows: { type: integer, from: 1, to: MAX_INTEGER, required: true },
  columns: COLUMNS,
  k: CLUSTERS,
  weighted: SWITCH,
  streamed: SWITCH,
  init: INIT,
} as const satisfies OptionTable

export const CREATE_KMEANS = {
  rows: { type: integer, from: 1, to: MAX_ROWS, required: true },
  columns: COLUMNS,
  k: CLUSTERS,
  iterations: { type: integer, from: 1, to: 1000, default: 1 },
  seed: SEED,
} as const satisfies OptionTable

export const PREPARE = {
  points: { type: 'points', required: true },
  centroids: { type: 'points' },
  labels: { type: 'buffer' },
} as const satisfies OptionTable

export const TUNE_KMEANS = { columns: COLUMNS, k: CLUSTERS } as const satisfies OptionTable
