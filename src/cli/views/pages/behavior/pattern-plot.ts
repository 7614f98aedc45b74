import * as Plot from '@observablehq/plot'
import type { WeekPattern } from 'lloyd'
import { formatCount, formatQuantity } from '../../../numbers.js'
import { formatPercent } from '../../describe.js'
import { drawPlot } from '../plot.js'

export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const WIDTH = 285

/** The colour of a pattern: weeks without an active day have that of the ground. */
export const patternColor = (pattern: number) =>
  pattern === 0 ? 'var(--panel)' : `var(--cluster-${(pattern - 1) % 8})`

/** Thousands with a digit: 8.2k. */
const short = (steps: number) => (steps < 100 ? String(Math.round(steps)) : `${(steps / 1000).toFixed(1)}k`)

/** A panel for each pattern that occurs: mean steps of the seven days, and their standard deviation, on one scale. */
export function drawPatterns(patterns: readonly WeekPattern[]): string {
  const shown = patterns.map((pattern, at) => ({ pattern, at })).filter(({ pattern }) => pattern.weeks > 0)
  const top = Math.max(
    1,
    ...shown.flatMap(({ pattern }) => pattern.meanSteps.map((mean, day) => mean + pattern.deviation[day])),
  )
  const panels = shown.map(({ pattern, at }) => drawPattern(pattern, at, top))
  return `<div style="display: flex; flex-wrap: wrap; gap: 0.5rem 1rem">${panels.join('\n')}</div>`
}

function drawPattern(pattern: WeekPattern, at: number, top: number): string {
  const days = WEEKDAYS.map((day, of) => ({
    ...{ day, mean: pattern.meanSteps[of] },
    low: Math.max(0, pattern.meanSteps[of] - pattern.deviation[of]),
    high: pattern.meanSteps[of] + pattern.deviation[of],
  }))
  const { letter, name, weeks, share } = pattern
  const label = `Pattern ${letter}, ${name}: mean steps ${days.map(({ day, mean }) => `${day} ${formatCount(Math.round(mean))}`).join(', ')}`
  const plot = drawPlot(label, {
    ...{ width: WIDTH, height: 190, marginLeft: 44, marginBottom: 24, marginTop: 16 },
    x: { label: null, domain: [...WEEKDAYS], tickSize: 0, padding: 0.15 },
    y: { label: null, domain: [0, top], ticks: 4, grid: true, tickFormat: short },
    marks: [
      Plot.barY(days, { x: 'day', y: 'mean', fill: patternColor(at), stroke: 'currentColor', strokeWidth: 0.75 }),
      Plot.ruleX(days, { x: 'day', y1: 'low', y2: 'high', stroke: 'currentColor', strokeWidth: 1.5, dx: 9 }),
      Plot.text(days, {
        ...{ x: 'day', y: 'mean', dy: -6, dx: -4, text: ({ mean }: { mean: number }) => short(mean) },
        ...{ fill: 'currentColor', stroke: 'var(--ground)', strokeWidth: 3, fontSize: 10 },
      }),
      Plot.ruleY([0]),
    ],
  })
  return `<div style="max-width: ${WIDTH}px"><strong>${letter}: ${name}</strong><br/><span class="dim">${formatQuantity(weeks, 'week')} (${formatPercent(share)}), ${pattern.activeDays.toFixed(1)} active days</span>${plot}</div>`
}
