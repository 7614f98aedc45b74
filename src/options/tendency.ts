import { MAX_ROWS } from './limits.js'
import { LISTENER, METRIC, SEED, SIGNAL, SWITCH } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, integer } from './types.js'

const SAMPLES = { type: integer, from: 1, to: MAX_ROWS } as const
const EDGES = { type: choice, names: ['torus', 'none'], default: 'torus' } as const

export const HOPKINS = {
  samples: SAMPLES,
  seed: SEED,
  edgeCorrection: EDGES,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const HOPKINS_TEST = {
  alternative: { type: choice, names: ['clustered', 'regular', 'two-sided'], default: 'clustered' },
  samples: SAMPLES,
  seed: SEED,
  edgeCorrection: EDGES,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

/** A picture of more rows has no more to show, and their distances fill memory. */
const MOST_PICTURED = 4096

export const VAT = {
  samples: { type: integer, from: 1, to: MOST_PICTURED, default: 500 },
  improved: SWITCH,
  metric: METRIC,
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
