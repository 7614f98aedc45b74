/** Size of the chart, in pixels. */
const WIDTH = 720
const HEIGHT = 440
const MARGIN = { top: 64, right: 32, bottom: 64, left: 88 }
/** The area of the curves. */
export const PLOT = {
  left: MARGIN.left,
  right: WIDTH - MARGIN.right,
  top: MARGIN.top,
  bottom: HEIGHT - MARGIN.bottom,
}
/** Maximum number of labelled ticks on the horizontal axis. */
const MAX_TICKS = 14
/** Maximum length of a curve with dots; in a longer one they would touch. */
const MAX_DOTS = 60

/** The style of a point that is marked: its guide, ring and label. */
export const MARK_STYLE = `.guide { stroke: #c2410c; stroke-width: 1.5; stroke-dasharray: 4 4; }
.ring { fill: #fff; stroke: #c2410c; stroke-width: 3; }
.knee { font-size: 14px; font-weight: 600; fill: #c2410c; }
`

/** A vertical axis: its ticks, and the place of a value between 0 and 1. */
export interface ValueAxis {
  ticks: readonly number[]
  place(value: number): number
}

export interface LineChart {
  title: string
  /** Description of the chart for screen readers. */
  label: string
  subtitle: string
  /** Names of the axes. */
  countName: string
  valueName: string
  /** Positions of the values on the horizontal axis: integers in ascending order. */
  counts: readonly number[]
  axis: ValueAxis
  curves: readonly { values: readonly number[]; color: string }[]
  /** Draws additional elements, with the position of a point of a curve. */
  extra?: (place: (count: number, value: number) => { x: number; y: number }) => { below?: string; above?: string }
  style?: string
}

/** Draws curves over integers as an SVG document. */
export function drawLineChart(chart: LineChart): string {
  const { counts, axis } = chart
  const { left, right, top, bottom } = PLOT
  const [first, last] = [counts[0], counts[counts.length - 1]]
  const x = (count: number) =>
    round(last === first ? (left + right) / 2 : left + ((count - first) / (last - first)) * (right - left))
  const y = (value: number) => round(bottom - axis.place(value) * (bottom - top))
  const grid = axis.ticks.map(
    (value) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text class="tick" x="${left - 10}" y="${y(value)}" dy="0.35em" text-anchor="end">${formatTick(value)}</text>`,
  )
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
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(chart.label)}">
<style>
text { font-family: system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2933; }
.title { font-size: 18px; font-weight: 600; }
.subtitle, .tick { font-size: 13px; fill: #52606d; }
.name { font-size: 14px; }
.grid { stroke: #e4e7eb; }
.axis { stroke: #7b8794; }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
${chart.style ?? ''}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text class="title" x="${left}" y="28">${escapeText(chart.title)}</text>
<text class="subtitle" x="${left}" y="48">${escapeText(shorten(chart.subtitle, 80))}</text>
${grid.join('\n')}
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
${ticks.join('\n')}
<text class="name" x="${(left + right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${escapeText(chart.countName)}</text>
<text class="name" transform="translate(20 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(chart.valueName)}</text>
${extra?.below ?? ''}
${curves.join('\n')}
${extra?.above ?? ''}
</svg>
`
}

/** A linear axis from 0 to at least `highest`, with about five ticks. */
export function linearAxis(highest: number): ValueAxis {
  const ticks = roundNumbers(highest, 5)
  const top = ticks[ticks.length - 1] || 1
  return { ticks, place: (value) => value / top }
}

/** A logarithmic axis between powers of ten that include `lowest` and `highest`, both above 0. */
export function logarithmicAxis(lowest: number, highest: number): ValueAxis {
  const from = Math.floor(Math.log10(lowest))
  const to = Math.max(from + 1, Math.ceil(Math.log10(highest)))
  const step = Math.ceil((to - from) / 8)
  const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => 10 ** (from + index * step))
  return { ticks, place: (value) => (Math.log10(value) - from) / (to - from) }
}

/** Round numbers from 0 to at least `highest`, about `count` of them. */
function roundNumbers(highest: number, count: number): number[] {
  if (!(highest > 0)) return [0, 1]
  const rough = highest / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999)!
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step)
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

function formatTick(value: number): string {
  if (value !== 0 && (value < 1e-3 || value >= 1e15)) return Number(value.toPrecision(3)).toExponential()
  const notation = value >= 1e6 ? 'compact' : 'standard'
  return new Intl.NumberFormat('en', { notation, maximumSignificantDigits: 4 }).format(value)
}

const round = (value: number) => Math.round(value * 100) / 100

const shorten = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

function escapeText(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  // Control characters, lone surrogates and two noncharacters are not allowed in XML.
  return text.replace(/[&<>"]/g, (character) => names[character]).replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
}
