import type { OptionTable } from './table.js'
import { choice } from './types.js'

const NOISE = { type: choice, names: ['cluster', 'exclude', 'singletons'], default: 'cluster' } as const

export const EXTERNAL = { noise: NOISE } as const satisfies OptionTable

export const F_MEASURE = {
  kind: { type: choice, names: ['one-to-one', 'best-match', 'pairs', 'b-cubed'], default: 'one-to-one' },
  noise: NOISE,
} as const satisfies OptionTable
