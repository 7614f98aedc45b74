import { LISTENER, SEED, SIGNAL } from './shared.js'
import { type OptionTable, withEntries } from './table.js'
import { choice, integer, number, text } from './types.js'

export const CLEAN_DAYS = {
  dateFormat: { type: choice, names: ['month/day', 'day/month'] },
} as const satisfies OptionTable

export const READ_DAYS = /* @__PURE__ */ withEntries(CLEAN_DAYS, {
  id: { type: text },
  date: { type: text },
  value: { type: text },
  delimiter: { type: text },
  signal: SIGNAL,
})

export const SEGMENT_BEHAVIOR = {
  activeAbove: { type: number, from: 0, default: 500 },
  patterns: { type: integer, from: 1, to: 26 },
  segments: { type: integer, from: 1, to: 64 },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
