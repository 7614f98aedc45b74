import { LISTENER, SEED, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { integer } from './types.js'

export const CLUSTER_IMAGES = {
  k: { type: integer, from: 1, to: 64 },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
