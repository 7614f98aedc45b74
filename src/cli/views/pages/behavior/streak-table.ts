import type { StreakOverview } from 'lloyd'
import { formatQuantity } from '../../../numbers.js'
import { formatPercent } from '../../describe.js'
import { htmlTable } from '../html.js'

/** How often streaks of some length are followed by breaks of some length. */
export function streakTable({ streaks, activeFrom, breakFrom, counts, unresumed }: StreakOverview): string {
  const share = (count: number) => (count === 0 ? '–' : formatPercent(count / streaks))
  const totals = breakFrom.map((_, at) => counts.reduce((sum, row) => sum + row[at], 0))
  return htmlTable({
    caption:
      `Shares of ${formatQuantity(streaks, 'streak')} by active days (rows) and the days of the break that follows (columns). ` +
      'The last row: breaks of that length that the end of the table cut off, so that nobody knows whether activity followed.',
    head: [
      'active days',
      ...breakFrom.map((from, at) => (from === 0 ? 'none, active to the end' : rangeOf(breakFrom, at))),
      'all',
    ],
    rows: [
      ...counts.map((row, at) => [
        rangeOf(activeFrom, at),
        ...row.map(share),
        share(row.reduce((sum, count) => sum + count, 0)),
      ]),
      ['all', ...totals.map(share), share(streaks)],
      ['cut off by the end', ...unresumed.map(share), share(unresumed.reduce((sum, count) => sum + count, 0))],
    ],
  })
}

function rangeOf(from: readonly number[], at: number): string {
  if (at === from.length - 1) return `${from[at]} and more`
  return from[at + 1] - from[at] === 1 ? String(from[at]) : `${from[at]} to ${from[at + 1] - 1}`
}
