import type { ClusterDescription } from '../../evaluation/description/description.js'
import { PURCHASE_COLUMNS } from './customer-values.js'

/** Size of Cliff's delta from which a difference is medium (J. Romano et al., 2006). */
const MEDIUM = 0.33

type Level = 'low' | 'middle' | 'high'

interface Levels {
  recency: Level
  frequency: Level
  amount: Level
}

/** Usual names of segments by recency, frequency and monetary value, the first whose condition holds. */
const NAMES: [name: string, holds: (levels: Levels) => boolean][] = [
  ['champions', ({ recency, frequency, amount }) => recency === 'low' && frequency === 'high' && amount === 'high'],
  ['at risk', ({ recency, frequency, amount }) => recency === 'high' && (frequency === 'high' || amount === 'high')],
  ['loyal', ({ recency, frequency }) => recency !== 'high' && frequency === 'high'],
  ['big spenders', ({ amount, frequency }) => amount === 'high' && frequency !== 'high'],
  ['lapsed', ({ recency }) => recency === 'high'],
  ['recent, seldom', ({ recency, frequency }) => recency === 'low' && frequency === 'low'],
  ['recent', ({ recency }) => recency === 'low'],
  ['occasional', ({ frequency, amount }) => frequency === 'low' || amount === 'low'],
  ['average', () => true],
]

/**
 * A usual name for a segment of customers described by recency, frequency and monetary value, and the condition that it
 * comes from: whether its customers have more or less than the others, each compared with each (Cliff's delta beyond
 * ±0.33). For other columns, and where there are no others, the title.
 */
export function nameSegment({ columns, title, share }: ClusterDescription): { name: string; because: string | null } {
  const found = PURCHASE_COLUMNS.map((name) => columns.find((column) => column.name === name))
  if (share === 1 || columns.length !== found.length || found.includes(undefined)) return { name: title, because: null }
  const [recency, frequency, amount] = found.map((column) => levelOf(column!.dominance))
  const levels = { recency, frequency, amount }
  const [name] = NAMES.find(([, holds]) => holds(levels))!
  return { name, because: becauseOf(levels) }
}

const levelOf = (dominance: number): Level => (dominance >= MEDIUM ? 'high' : dominance <= -MEDIUM ? 'low' : 'middle')

/** The levels that differ from the others, in words. */
function becauseOf({ recency, frequency, amount }: Levels): string {
  const words = [
    { low: 'ordered more recently', middle: '', high: 'ordered longer ago' }[recency],
    { low: 'fewer orders', middle: '', high: 'more orders' }[frequency],
    { low: 'smaller amounts', middle: '', high: 'larger amounts' }[amount],
  ].filter((word) => word !== '')
  return words.length === 0 ? 'much like the others' : `${words.join(', ')} than the others`
}
