import { LISTENER, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, distance, integer } from './types.js'

const METRIC = { type: choice, names: ['euclidean', 'manhattan', 'cosine'], default: 'euclidean' } as const
/** Float32 counts points one by one up to this. */
const MAX_NEIGHBORS = 2 ** 24

export const DBSCAN = {
  epsilon: { type: distance, from: 0, required: true },
  minPoints: { type: integer, from: 1, to: MAX_NEIGHBORS, required: true },
  metric: METRIC,
  weights: { type: 'numbers' },
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
