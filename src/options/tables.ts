import type { OptionTable } from './table.js'
import { choice, text, texts } from './types.js'

export const CHOOSE_COLUMNS = {
  label: { type: text },
  ids: { type: texts },
  weights: { type: text },
} as const satisfies OptionTable

export const TABLE_POINTS = {
  weights: { type: text },
  missing: { type: choice, names: ['refuse', 'drop', 'mean'], default: 'refuse' },
  means: { type: 'numbers' },
  name: { type: text, default: 'the table' },
} as const satisfies OptionTable
