import { MAX_ROWS } from './limits.js'
import type { OptionTable } from './table.js'
import { distance, integer } from './types.js'

export const CUT_TREE = {
  clusters: { type: integer, from: 1, to: MAX_ROWS },
  height: { type: distance, from: 0 },
} as const satisfies OptionTable
