import { LISTENER, METRIC, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, distance, integer } from './types.js'

/** Float32 counts points one by one up to this. */
const MAX_NEIGHBORS = 2 ** 24

/** Not read from another table: bundlers keep tables that others read. */
const EPSILON = { type: distance, from: 0, required: true } as const

export const DBSCAN = {
  epsilon: EPSILON,
  minPoints: { type: integer, from: 1, to: MAX_NEIGHBORS, required: true },
  metric: METRIC,
  weights: { type: 'numbers' },
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

const CLUSTER_SIZE = { type: integer, from: 2, to: MAX_NEIGHBORS, default: 5 } as const
const SELECTION = { type: choice, names: ['eom', 'leaf'], default: 'eom' } as const
const LEAST_DISTANCE = { type: distance, from: 0, default: 0 } as const

export const HDBSCAN = {
  minClusterSize: CLUSTER_SIZE,
  minSamples: { type: integer, from: 1, to: MAX_NEIGHBORS },
  metric: METRIC,
  selection: SELECTION,
  epsilon: LEAST_DISTANCE,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const HDBSCAN_TREE = {
  minClusterSize: CLUSTER_SIZE,
  selection: SELECTION,
  epsilon: LEAST_DISTANCE,
} as const satisfies OptionTable

export const NEIGHBOR_DISTANCES = {
  k: { type: integer, from: 1, to: MAX_NEIGHBORS, required: true },
  metric: METRIC,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const PREDICT_DBSCAN = {
  training: { type: 'points', required: true },
  clustering: { type: 'record', required: true },
  epsilon: EPSILON,
  metric: METRIC,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const PREDICT_HDBSCAN = {
  training: { type: 'points', required: true },
  clustering: { type: 'record', required: true },
  minSamples: { type: integer, from: 1, to: MAX_NEIGHBORS, required: true },
  metric: METRIC,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
