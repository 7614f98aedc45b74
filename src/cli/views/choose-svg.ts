import type { ClusterChoice, Criterion } from 'lloyd'
import { PLOT } from './chart.js'
import { drawLineChart, MARK_STYLE } from './line-chart.js'

const COLORS: Record<Criterion, string> = { elbow: '#2563eb', silhouette: '#15803d', gap: '#c2410c', bic: '#7c3aed' }
const NAMES: Record<Criterion, string> = { elbow: 'inertia', silhouette: 'silhouette', gap: 'gap', bic: 'BIC' }

/** Draws the curves of all criteria, each from its least to its greatest value, with a ring at each choice, as an SVG document. */
export function drawChoice({ k, curves, choices, summary }: ClusterChoice, subtitle: string): string {
  const lines = (Object.keys(choices) as Criterion[]).map((criterion) => {
    const values: readonly (number | null)[] = (criterion === 'elbow' ? curves.inertia : curves[criterion]) ?? []
    return { criterion, values: sharesOf(values), color: COLORS[criterion] }
  })
  return drawLineChart({
    title: k === null ? 'No number of clusters stands out' : `Number of clusters: ${k}`,
    label: summary,
    subtitle,
    countName: 'number of clusters k',
    valueName: 'share of the range of each curve',
    counts: curves.k,
    axis: { ticks: [0, 0.25, 0.5, 0.75, 1], place: (value) => value },
    curves: lines,
    style: MARK_STYLE,
    extra: (place) => ({
      above: [namesOf(lines), ...lines.map((line) => markOf(line, curves.k, choices[line.criterion], place))].join(
        '\n',
      ),
    }),
  })
}

interface Line {
  criterion: Criterion
  values: readonly number[]
  color: string
}

/** The names of the curves in their colours, in a row above them. */
function namesOf(lines: readonly Line[]): string {
  const names = lines.map(
    ({ criterion, color }, at) => `<tspan dx="${at === 0 ? 0 : 14}" style="fill: ${color}">${NAMES[criterion]}</tspan>`,
  )
  return `<text class="name" x="${PLOT.right}" y="${PLOT.top - 42}" text-anchor="end">${names.join('')}</text>`
}

function markOf(
  { values, color }: Line,
  counts: readonly number[],
  choice: number | null | undefined,
  place: (count: number, value: number) => { x: number; y: number },
): string {
  if (choice === null || choice === undefined) return ''
  const { x, y } = place(choice, values[counts.indexOf(choice)])
  return `<circle class="ring" cx="${x}" cy="${y}" r="6" style="stroke: ${color}"/>`
}

/** Values between their least and their greatest; those that are missing at the bottom. */
function sharesOf(values: readonly (number | null)[]): number[] {
  const known = values.filter((value) => value !== null)
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  return values.map((value) => (value === null || greatest === least ? 0 : (value - least) / (greatest - least)))
}
