import { AXIS, DIM, escapeText, FONT, formatTick, GRID, INK, roundNumbers, shorten } from '../../io/svg.js'

/** Size of a chart, in pixels. */
const WIDTH = 720
const HEIGHT = 440
const MARGIN = { top: 64, right: 32, bottom: 64, left: 88 }
/** The area of the data. */
export const PLOT = {
  left: MARGIN.left,
  right: WIDTH - MARGIN.right,
  top: MARGIN.top,
  bottom: HEIGHT - MARGIN.bottom,
}

/** A vertical axis: its ticks, and the place of a value between 0, the bottom, and 1. */
export interface ValueAxis {
  ticks: readonly number[]
  place(value: number): number
}

export interface Frame {
  title: string
  /** Description of the chart for screen readers. */
  label: string
  subtitle: string
  /** Names of the axes. */
  countName: string
  valueName: string
  axis: ValueAxis
  style?: string
}

/** Draws elements on a vertical axis with its grid, above the ticks of a horizontal one, as an SVG document. */
export function drawChart(frame: Frame, ticks: readonly string[], body: readonly string[]): string {
  const { left, right, top, bottom } = PLOT
  const grid = frame.axis.ticks.map((value) => {
    const y = heightOf(frame.axis, value)
    return (
      `<line class="grid" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>` +
      `<text class="tick" x="${left - 10}" y="${y}" dy="0.35em" text-anchor="end">${formatTick(value)}</text>`
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(frame.label)}">
<style>
text { font-family: ${FONT}; fill: ${INK}; }
.title { font-size: 18px; font-weight: 600; }
.subtitle, .tick { font-size: 13px; fill: ${DIM}; }
.name { font-size: 14px; }
.grid { stroke: ${GRID}; }
.axis { stroke: ${AXIS}; }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
${frame.style ?? ''}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text class="title" x="${left}" y="28">${escapeText(frame.title)}</text>
<text class="subtitle" x="${left}" y="48">${escapeText(shorten(frame.subtitle, 80))}</text>
${grid.join('\n')}
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
${ticks.join('\n')}
<text class="name" x="${(left + right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${escapeText(frame.countName)}</text>
<text class="name" transform="translate(20 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(frame.valueName)}</text>
${body.join('\n')}
</svg>
`
}

/** The ordinate of a value. */
export function heightOf(axis: ValueAxis, value: number): number {
  return round(PLOT.bottom - axis.place(value) * (PLOT.bottom - PLOT.top))
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

export const round = (value: number) => Math.round(value * 100) / 100
