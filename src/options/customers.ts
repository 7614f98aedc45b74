import { LISTENER, SEED, SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { choice, integer, text, texts } from './types.js'

export const CLEAN_PURCHASES = {
  dateFormat: { type: choice, names: ['month/day', 'day/month'] },
} as const satisfies OptionTable

export const TABLE_PURCHASES = {
  customer: { type: text },
  order: { type: text },
  date: { type: text },
  amount: { type: texts },
} as const satisfies OptionTable

export const CUSTOMER_VALUES = {
  asOf: { type: text },
} as const satisfies OptionTable

export const SEGMENT_CUSTOMERS = {
  segments: { type: integer, from: 1, to: 64 },
  categories: { type: texts },
  seed: SEED,
  signal: SIGNAL,
  onProgress: LISTENER,
} as const satisfies OptionTable
