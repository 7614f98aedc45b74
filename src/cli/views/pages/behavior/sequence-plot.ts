import * as Plot from '@observablehq/plot'
import type { BehaviorSegments } from 'lloyd'
import { shorten } from '../../../../io/svg.js'
import { drawPlot, PLOT_WIDTH } from '../plot.js'
import { patternColor } from './pattern-plot.js'

/** Least width of a week, in pixels, at which its letter fits. */
const LEAST_WIDTH = 13
const LONGEST_ID = 14
const ROW = 17

/** A strip for each of some people: the pattern of every week by its letter and colour. */
export function drawSequences(label: string, result: BehaviorSegments, people: readonly number[]): string {
  const { sequences, patterns, weeks, users } = result
  const { data, columns } = sequences.labels
  const cells = people.flatMap((person, row) =>
    weeks.map((week, at) => {
      const pattern = data[person * columns + at]
      return { row, at, start: week.start, color: patternColor(pattern), letter: patterns[pattern].letter }
    }),
  )
  const marginLeft = 110
  const width = Math.max(Math.min(PLOT_WIDTH, marginLeft + 34 * columns), marginLeft + LEAST_WIDTH * columns)
  const step = Math.ceil((columns * 80) / (width - marginLeft))
  const ticks = weeks.map((_, at) => at).filter((at) => at % step === 0)
  return drawPlot(label, {
    ...{ width, height: 26 + ROW * people.length, marginLeft, marginTop: 22, marginBottom: 4, marginRight: 40 },
    x: {
      label: null,
      axis: 'top',
      domain: weeks.map((_, at) => at),
      ticks,
      tickSize: 3,
      tickFormat: (at: number) => weeks[at].start,
      padding: 0,
    },
    y: {
      ...{ label: null, domain: people.map((_, row) => row), tickSize: 0, padding: 0.08 },
      tickFormat: (row: number) => shorten(users.ids[people[row]], LONGEST_ID),
    },
    marks: [
      Plot.cell(cells, { x: 'at', y: 'row', fill: 'color', stroke: 'var(--ground)', strokeWidth: 0.5 }),
      Plot.text(cells, {
        ...{ x: 'at', y: 'row', text: 'letter', fill: 'currentColor', fontSize: 10, fontWeight: 600 },
        ...{ stroke: 'var(--ground)', strokeWidth: 2.5 },
      }),
    ],
  } as Plot.PlotOptions)
}

/** The steps of one person on every day; a line at the limit of an active day. Days without a record are marked below. */
export function drawDays(label: string, steps: ArrayLike<number>, firstDay: string, activeAbove: number): string {
  const start = Date.parse(firstDay)
  const days = Array.from(steps, (value, day) => ({
    ...{ from: new Date(start + 864e5 * day), to: new Date(start + 864e5 * (day + 1)) },
    middle: new Date(start + 864e5 * (day + 0.5)),
    ...{ value: Number.isNaN(value) ? 0 : value, missing: Number.isNaN(value) },
  }))
  return drawPlot(label, {
    ...{ height: 140, marginLeft: 50, marginBottom: 36 },
    x: { type: 'utc', label: null },
    y: { label: 'steps', ticks: 4, grid: true, nice: true },
    marks: [
      Plot.rectY(
        days.filter(({ missing }) => !missing),
        { x1: 'from', x2: 'to', y: 'value', fill: 'var(--cluster-0)', insetRight: 0.5 },
      ),
      Plot.dot(
        days.filter(({ missing }) => missing),
        { x: 'middle', y: 0, symbol: 'times', stroke: 'currentColor', r: 2.5 },
      ),
      Plot.ruleY([activeAbove], { stroke: 'currentColor', strokeDasharray: '4 3' }),
      Plot.ruleY([0]),
    ],
  })
}
