/** Sizes in pixels. */
const WIDTH = 720
const HEIGHT = 440
const MARGIN = { top: 64, right: 32, bottom: 64, left: 88 }
/** The most labelled ticks of the horizontal axis. */
const MOST_TICKS = 14

export interface Curve {
  k: readonly number[]
  inertia: readonly number[]
  /** Null where the curve is too short to have one. */
  knee: number | null
}

/** Draws inertia over the number of clusters, with the knee marked, as an SVG document. */
export function drawElbow({ k, inertia, knee }: Curve, subtitle: string): string {
  const left = MARGIN.left
  const right = WIDTH - MARGIN.right
  const top = MARGIN.top
  const bottom = HEIGHT - MARGIN.bottom
  const values = ticksFrom(Math.max(...inertia), 5)
  const highest = values[values.length - 1] || 1
  const [first, last] = [k[0], k[k.length - 1]]
  const x = (count: number) =>
    round(last === first ? (left + right) / 2 : left + ((count - first) / (last - first)) * (right - left))
  const y = (value: number) => round(bottom - (value / highest) * (bottom - top))
  const points = k.map((count, index) => ({ count, x: x(count), y: y(inertia[index]) }))
  const marked = points.find(({ count }) => count === knee)

  const grid = values.map(
    (value) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text class="tick" x="${left - 10}" y="${y(value)}" dy="0.35em" text-anchor="end">${formatTick(value)}</text>`,
  )
  const ticks = countsOf(k).map(
    (count) =>
      `<line class="axis" x1="${x(count)}" x2="${x(count)}" y1="${bottom}" y2="${bottom + 5}"/>` +
      `<text class="tick" x="${x(count)}" y="${bottom + 21}" text-anchor="middle">${count}</text>`,
  )
  // Dots would touch each other in a long curve.
  const dots =
    points.length <= 60 ? points.map((point) => `<circle class="dot" cx="${point.x}" cy="${point.y}" r="3.5"/>`) : []
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(`Inertia by number of clusters${knee === null ? '' : `; the knee is at ${knee}`}`)}">
<style>
text { font-family: system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2933; }
.title { font-size: 18px; font-weight: 600; }
.subtitle, .tick { font-size: 13px; fill: #52606d; }
.name { font-size: 14px; }
.grid { stroke: #e4e7eb; }
.axis { stroke: #7b8794; }
.curve { fill: none; stroke: #2563eb; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.dot { fill: #2563eb; }
.guide { stroke: #c2410c; stroke-width: 1.5; stroke-dasharray: 4 4; }
.ring { fill: #fff; stroke: #c2410c; stroke-width: 3; }
.knee { font-size: 14px; font-weight: 600; fill: #c2410c; }
</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text class="title" x="${left}" y="28">Inertia by number of clusters</text>
<text class="subtitle" x="${left}" y="48">${escapeText(shorten(subtitle, 80))}</text>
${grid.join('\n')}
<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>
${ticks.join('\n')}
<text class="name" x="${(left + right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">number of clusters k</text>
<text class="name" transform="translate(20 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">inertia</text>
${marked ? `<line class="guide" x1="${marked.x}" x2="${marked.x}" y1="${marked.y}" y2="${bottom}"/>` : ''}
<polyline class="curve" points="${points.map((point) => `${point.x},${point.y}`).join(' ')}"/>
${dots.join('\n')}
${marked ? drawKnee(marked, right) : ''}
</svg>
`
}

/** A ring and a word beside it, above the curve, which falls to the right. */
function drawKnee({ count, x, y }: { count: number; x: number; y: number }, right: number): string {
  const isNearEdge = x > right - 110
  const at = isNearEdge ? `x="${x + 6}" text-anchor="end"` : `x="${x + 12}"`
  return `<circle class="ring" cx="${x}" cy="${y}" r="6"/>\n<text class="knee" ${at} y="${Math.max(y - 14, 20)}">knee: k = ${count}</text>`
}

/** Round numbers from 0 to at least `highest`, about `count` of them. */
function ticksFrom(highest: number, count: number): number[] {
  if (!(highest > 0)) return [0, 1]
  const rough = highest / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999)!
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, index) => index * step)
}

/** The numbers of clusters that get a tick: all, or round ones where all are too many. */
function countsOf(k: readonly number[]): number[] {
  const step = [1, 2, 5]
    .flatMap((factor) => [1, 10, 100, 1e3, 1e4].map((power) => factor * power))
    .sort((a, b) => a - b)
  const span = k[k.length - 1] - k[0]
  const chosen = step.find((size) => span / size < MOST_TICKS) ?? span
  return k.filter((count) => chosen === 1 || count % chosen === 0)
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
  // Control characters are not allowed in XML.
  return text.replace(/[&<>"]/g, (character) => names[character]).replace(/\p{Cc}/gu, ' ')
}
