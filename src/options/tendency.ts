import { MAX_ROWS } from './limits.js'
import { LISTENER, SEED, SIGNAL } from './shared.js'
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
