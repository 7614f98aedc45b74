import { linearAxis, PLOT } from './chart.js'
import { drawLineChart, MARK_STYLE } from './line-chart.js'

export interface Curve {
  k: readonly number[]
  inertia: readonly number[]
  /** Null where the curve has no clear bend. */
  knee: number | null
}

/** Draws inertia over the number of clusters, with the knee marked, as an SVG document. */
export function drawElbow({ k, inertia, knee }: Curve, subtitle: string): string {
  return drawLineChart({
    title: 'Inertia by number of clusters',
    label: `Inertia by number of clusters; ${knee === null ? 'it has no knee' : `the knee is at ${knee}`}`,
    subtitle: knee === null ? `${subtitle}; no knee` : subtitle,
    countName: 'number of clusters k',
    valueName: 'inertia',
    counts: k,
    axis: linearAxis(Math.max(...inertia)),
    curves: [{ values: inertia, color: '#2563eb' }],
    style: MARK_STYLE,
    extra(place) {
      if (knee === null) return {}
      const { x, y } = place(knee, inertia[k.indexOf(knee)])
      return {
        below: `<line class="guide" x1="${x}" x2="${x}" y1="${y}" y2="${PLOT.bottom}"/>`,
        above: drawKnee(knee, x, y),
      }
    },
  })
}

/** A ring with a label beside it, above the curve, which falls to the right. */
function drawKnee(count: number, x: number, y: number): string {
  const isNearEdge = x > PLOT.right - 110
  const at = isNearEdge ? `x="${x + 6}" text-anchor="end"` : `x="${x + 12}"`
  return `<circle class="ring" cx="${x}" cy="${y}" r="6"/>\n<text class="knee" ${at} y="${Math.max(y - 14, 20)}">knee: k = ${count}</text>`
}
