import { SIGNAL } from './shared.js'
import type { OptionTable } from './table.js'
import { boolean, choice, integer, text, texts } from './types.js'

export const ENCODE_PNG = { signal: SIGNAL } as const satisfies OptionTable

/** GIF stores hundredths of a second, and the number of repetitions, in 16 bits each. */
export const ENCODE_GIF = {
  delay: { type: 'milliseconds', from: 0, to: 655_350, default: 100 },
  plays: { type: integer, from: 0, to: 65_536, default: 0 },
  signal: SIGNAL,
} as const satisfies OptionTable

export const ENCODE_PALETTE = {
  name: { type: text, default: 'lloyd' },
  pixels: { type: 'numbers' },
} as const satisfies OptionTable

export const READ_TABLE = {
  header: { type: boolean },
  names: { type: texts },
  delimiter: { type: text },
  decimal: { type: choice, names: ['.', ','] },
  comment: { type: text },
  na: { type: texts },
  text: { type: texts },
  mixed: { type: choice, names: ['refuse', 'text'], default: 'refuse' },
  signal: SIGNAL,
} as const satisfies OptionTable
