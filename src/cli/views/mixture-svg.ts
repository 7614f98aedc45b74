import type { GaussianMixture, Matrix } from 'lloyd'
import { CLUSTER_COLORS, formatTick } from '../../io/svg.js'
import { drawChart, PLOT, round, type ValueAxis } from './chart.js'

/** Maximum number of points that are drawn; of more, every n-th is. */
const MAX_POINTS = 5000
const STEPS = 72

/** Draws points of two columns, coloured by component, and the ellipses of 1 and 2 standard deviations of each component. */
export function drawMixture(
  points: Matrix,
  mixture: GaussianMixture,
  names: readonly string[],
  subtitle: string,
): string {
  const { weights, means, labels } = mixture
  const curves = Array.from(weights, (_, component) =>
    [1, 2].map((deviations) => ellipseOf(mixture, component, deviations)),
  )
  const step = Math.ceil(points.rows / MAX_POINTS)
  const rows = Array.from({ length: Math.ceil(points.rows / step) }, (_, i) => i * step)
  const shown = curves.filter((_, component) => weights[component] > 0).flat(2)
  const axes = [0, 1].map((column) =>
    axisBetween([...rows.map((row) => points.data[2 * row + column]), ...shown.map((at) => at[column])]),
  )
  const x = (value: number) => round(PLOT.left + axes[0].place(value) * (PLOT.right - PLOT.left))
  const y = (value: number) => round(PLOT.bottom - axes[1].place(value) * (PLOT.bottom - PLOT.top))
  const colorOf = (component: number) => CLUSTER_COLORS[component % CLUSTER_COLORS.length]
  const dots = rows.map((row) => {
    const [a, b] = [points.data[2 * row], points.data[2 * row + 1]]
    return `<circle class="point" fill="${colorOf(labels[row])}" cx="${x(a)}" cy="${y(b)}" r="2.5"/>`
  })
  const ellipses = curves.flatMap((pair, component) => {
    if (weights[component] === 0) return []
    const color = colorOf(component)
    const at = pair.map((curve) => curve.map(([a, b]) => `${x(a)},${y(b)}`).join(' '))
    const center = `cx="${x(means.data[2 * component])}" cy="${y(means.data[2 * component + 1])}"`
    return [
      ...at.map((line, i) => `<polygon class="ellipse${i ? ' outer' : ''}" stroke="${color}" points="${line}"/>`),
      `<circle class="mean" fill="${color}" ${center} r="5"><title>component ${component}, weight ${formatTick(weights[component])}</title></circle>`,
    ]
  })
  const ticks = axes[0].ticks.map(
    (value) =>
      `<line class="axis" x1="${x(value)}" x2="${x(value)}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>` +
      `<text class="tick" x="${x(value)}" y="${PLOT.bottom + 21}" text-anchor="middle">${formatTick(value)}</text>`,
  )
  const frame = {
    title: 'Gaussian mixture: ellipses of 1 and 2 standard deviations',
    label: `Points by ${names[0]} and ${names[1]}, with the ellipses of ${weights.length} components`,
    subtitle,
    countName: names[0],
    valueName: names[1],
    axis: axes[1],
    style: `.point { opacity: 0.45; }
.ellipse { fill: none; stroke-width: 2.5; }
.outer { stroke-width: 1.5; stroke-dasharray: 5 4; }
.mean { stroke: #fff; stroke-width: 1.5; }
`,
  }
  return drawChart(frame, ticks, [...dots, ...ellipses])
}

/** Points on the ellipse of so many standard deviations: the mean plus those of the root of the covariance on a circle. */
function ellipseOf(
  { means, covariances, covariance }: GaussianMixture,
  component: number,
  deviations: number,
): number[][] {
  const own = {
    full: () => covariances.subarray(4 * component, 4 * component + 4),
    tied: () => covariances,
    diagonal: () => [covariances[2 * component], 0, 0, covariances[2 * component + 1]],
    spherical: () => [covariances[component], 0, 0, covariances[component]],
  }[covariance]()
  const a = Math.sqrt(own[0])
  const b = own[2] / a
  const c = Math.sqrt(Math.max(0, own[3] - b * b))
  return Array.from({ length: STEPS }, (_, step) => {
    const angle = (2 * Math.PI * step) / STEPS
    const [u, v] = [deviations * Math.cos(angle), deviations * Math.sin(angle)]
    return [means.data[2 * component] + a * u, means.data[2 * component + 1] + b * u + c * v]
  })
}

/** A linear axis that holds all values, with about six ticks at round numbers. */
function axisBetween(values: readonly number[]): ValueAxis {
  const least = values.reduce((low, value) => Math.min(low, value), Infinity)
  const greatest = values.reduce((high, value) => Math.max(high, value), -Infinity)
  const margin = 0.03 * (greatest - least) || 1
  const [from, to] = [least - margin, greatest + margin]
  const rough = (to - from) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough)!
  const first = Math.ceil(from / step)
  const ticks = Array.from({ length: Math.floor(to / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
  return { ticks, place: (value) => (value - from) / (to - from) }
}
