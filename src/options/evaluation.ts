import { LISTENER, METRIC, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice } from './types.js'

const NOISE = { type: choice, names: ['cluster', 'exclude'], default: 'cluster' } as const

export const INDEX = {
  noise: NOISE,
  signal: SIGNAL,
} as const satisfies OptionTable

export const DBCV = {
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const DUNN = {
  noise: NOISE,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const SILHOUETTE = {
  metric: METRIC,
  noise: NOISE,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
