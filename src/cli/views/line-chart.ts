import { drawChart, type Frame, heightOf, PLOT, round } from './chart.js'

/** Maximum number of labelled ticks on the horizontal axis. */
const MAX_TICKS = 14
/** Maximum length of a curve with dots; in a longer one they would touch. */
const MAX_DOTS = 60

/** The style of a point that is marked: its guide, ring and label. */
export const MARK_STYLE = `.guide { stroke: #c2410c; stroke-width: 1.5; stroke-dasharray: 4 4; }
.ring { fill: #fff; stroke: #c2410c; stroke-width: 3; }
.knee { font-size: 14px; font-weight: 600; fill: #c2410c; }
`

export interface LineChart extends Frame {
  /** Positions of the values on the horizontal axis: integers in ascending order. */
  counts: readonly number[]
  curves: readonly { values: readonly number[]; color: string }[]
  /** Draws additional elements, with the position of a point of a curve. */
  extra?: (place: (count: number, value: number) => { x: number; y: number }) => { below?: string; above?: string }
}

/** Draws curves over integers as an SVG document. */
export function drawLineChart(chart: LineChart): string {
  const { counts, axis } = chart
  const { left, right, bottom } = PLOT
  const [first, last] = [counts[0], counts[counts.length - 1]]
  const x = (count: number) =>
    round(last === first ? (left + right) / 2 : left + ((count - first) / (last - first)) * (right - left))
  const y = (value: number) => heightOf(axis, value)
  const ticks = ticksOf(counts).map(
    (count) =>
      `<line class="axis" x1="${x(count)}" x2="${x(count)}" y1="${bottom}" y2="${bottom + 5}"/>` +
      `<text class="tick" x="${x(count)}" y="${bottom + 21}" text-anchor="middle">${count}</text>`,
  )
  const curves = chart.curves.flatMap(({ values, color }) => {
    const points = values.map((value, index) => ({ x: x(counts[index]), y: y(value) }))
    const dots = points.length <= MAX_DOTS ? points : []
    return [
      `<polyline class="curve" stroke="${color}" points="${points.map((point) => `${point.x},${point.y}`).join(' ')}"/>`,
      ...dots.map((point) => `<circle class="dot" fill="${color}" cx="${point.x}" cy="${point.y}" r="3.5"/>`),
    ]
  })
  const extra = chart.extra?.((count, value) => ({ x: x(count), y: y(value) }))
  return drawChart(chart, ticks, [extra?.below ?? '', ...curves, extra?.above ?? ''])
}

/** The integers with a tick: all, or round ones where all are too many. */
function ticksOf(counts: readonly number[]): number[] {
  const step = [1, 2, 5]
    .flatMap((factor) => [1, 10, 100, 1e3, 1e4, 1e5].map((power) => factor * power))
    .sort((a, b) => a - b)
  const span = counts[counts.length - 1] - counts[0]
  const chosen = step.find((size) => span / size < MAX_TICKS) ?? span
  return counts.filter((count) => chosen === 1 || count % chosen === 0)
}
