import { LISTENER, SEED, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, integer } from './types.js'

const SMALL_SIDE = { type: integer, from: 1, to: 4096, default: 160 } as const

export const CLUSTER_IMAGES = {
  k: { type: integer, from: 1, to: 64 },
  features: { type: choice, names: ['colors', 'autoencoder'], default: 'colors' },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable

export const THUMBNAIL = { side: SMALL_SIDE } as const satisfies OptionTable

export const CONTACT_SHEET = {
  columns: { type: integer, from: 1, to: 1000 },
  side: SMALL_SIDE,
} as const satisfies OptionTable

export const ENCODE_JPEG = {
  quality: { type: integer, from: 1, to: 100, default: 85 },
} as const satisfies OptionTable
