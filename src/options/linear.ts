import { OUTPUT, SWITCH } from './shared.js'
import type { OptionTable } from './table.js'
import { integer } from './types.js'

const MAX_SIDE = 2 ** 24
const SIDE = { type: integer, from: 1, to: MAX_SIDE, required: true } as const

export const MULTIPLY = {
  transposeA: SWITCH,
  transposeB: SWITCH,
  batches: { type: integer, from: 1, to: MAX_SIDE, default: 1 },
  output: OUTPUT,
} as const satisfies OptionTable

export const TUNE_MULTIPLY = {
  rows: SIDE,
  depth: SIDE,
  columns: SIDE,
  transposeB: SWITCH,
} as const satisfies OptionTable
