import { SEED } from './shared.js'
import type { OptionTable } from './table.js'
import { integer, texts } from './types.js'

export const DESCRIBE_CLUSTERS = {
  names: { type: texts },
  categories: { type: 'record' },
  ruleDepth: { type: integer, from: 0, to: 8, default: 3 },
  seed: SEED,
} as const satisfies OptionTable
