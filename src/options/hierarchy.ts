import { MAX_ROWS } from './limits.js'
import { LISTENER, METRIC, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, distance, integer, text, texts } from './types.js'

export const AGGLOMERATIVE = {
  linkage: { type: choice, names: ['ward', 'single', 'complete', 'average', 'centroid'], default: 'ward' },
  metric: METRIC,
  connectivity: { type: 'record' },
  leafOrder: { type: choice, names: ['merges', 'optimal'], default: 'merges' },
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const CONNECTIVITY = {
  neighbors: { type: integer, from: 1, to: 1024 },
  edges: { type: 'points' },
} as const satisfies OptionTable

export const CUT_TREE = {
  clusters: { type: integer, from: 1, to: MAX_ROWS },
  height: { type: distance, from: 0 },
} as const satisfies OptionTable

const PIXELS = { type: integer, from: 200, to: 16384 } as const

export const DENDROGRAM_SVG = {
  cut: { type: 'record' },
  truncate: { type: integer, from: 1, to: MAX_ROWS },
  labels: { type: texts },
  leaves: { type: 'numbers' },
  orientation: { type: choice, names: ['vertical', 'horizontal'], default: 'vertical' },
  width: PIXELS,
  height: PIXELS,
  title: { type: text },
  subtitle: { type: text },
} as const satisfies OptionTable
