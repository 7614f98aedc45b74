import { linearAxis, PLOT } from './chart.js'
import { drawLineChart, MARK_STYLE } from './line-chart.js'

/** Most points of a curve that is drawn; of more, those of round numbers are. */
const MAX_POINTS = 2000

export interface DistanceCurve {
  /** Distance of each row to its k-th nearest, ascending. */
  distances: Float64Array
  k: number
  epsilon: number
  /** Number of the rows that are drawn; the others are far from all. */
  near: number
}

/** Draws the distances of rows to their k-th nearest, with epsilon marked, as an SVG document. */
export function drawDistances({ distances, k, epsilon, near }: DistanceCurve, subtitle: string): string {
  const rows = epsilon > distances[near - 1] ? distances.length : near
  const beyond = distances.length - rows
  const axis = linearAxis(distances[rows - 1])
  const counts = countsOf(rows)
  const within = distances.findIndex((distance) => distance > epsilon)
  const rank = within < 0 ? rows : within
  const text = `epsilon = ${Number(epsilon.toPrecision(4))}`
  return drawLineChart({
    title: `Distance of every row to its k-th nearest, k = ${k}`,
    label: `Distances of rows to their k-th nearest, k = ${k}, in ascending order; ${text}`,
    subtitle: `${subtitle}; ${text}${beyond > 0 ? `; ${beyond} beyond` : ''}`,
    countName: 'number of rows up to this distance',
    valueName: 'distance',
    counts,
    axis,
    curves: [{ values: counts.map((count) => distances[count - 1]), color: '#2563eb' }],
    style: MARK_STYLE,
    extra(place) {
      if (axis.place(epsilon) > 1) return {}
      const { x, y } = place(Math.max(rank, 1), epsilon)
      return {
        below: `<line class="guide" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}"/>`,
        above: drawMark(text, x, y),
      }
    },
  })
}

/** Numbers of rows to draw, from 1 to all of them. */
function countsOf(rows: number): number[] {
  const step = 10 ** Math.max(0, Math.ceil(Math.log10(rows / MAX_POINTS)))
  const counts = [1]
  for (let count = step === 1 ? 2 : step; count < rows; count += step) counts.push(count)
  if (rows > 1) counts.push(rows)
  return counts
}

/** A ring with a label to its left, above the curve, which rises to the right. */
function drawMark(text: string, x: number, y: number): string {
  const isNearEdge = x < PLOT.left + 150
  const at = isNearEdge ? `x="${x + 12}"` : `x="${x - 12}" text-anchor="end"`
  return `<circle class="ring" cx="${x}" cy="${y}" r="6"/>\n<text class="knee" ${at} y="${Math.max(y - 14, 20)}">${text}</text>`
}
