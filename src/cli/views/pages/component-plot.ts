import * as Plot from '@observablehq/plot'
import type { Nouns } from './described.js'
import { type ClusterMark, drawPlot, drawSymbols } from './plot.js'
import type { Components } from './principal-components.js'

/** Rows in the plane of two principal components, and the name of every cluster at its median. */
export function drawComponents(
  marks: readonly ClusterMark[],
  { scores, shares }: Components,
  codes: ArrayLike<number>,
  nouns: Nouns,
): string {
  const data = Array.from({ length: scores.length / 2 }, (_, row) => ({
    x: scores[2 * row],
    y: scores[2 * row + 1],
    at: codes[row],
  }))
  const middles = marks.flatMap(({ name }, at) => {
    const own = data.filter((row) => row.at === at)
    if (own.length === 0) return []
    return [{ name, x: median(own.map(({ x }) => x)), y: median(own.map(({ y }) => y)) }]
  })
  const label = (at: number) =>
    `${at === 0 ? 'first' : 'second'} component, ${(100 * shares[at]).toFixed(0)} % of the variance`
  return drawPlot(`${data.length} ${nouns.row}s in the plane of two principal components`, {
    height: 520,
    marginLeft: 56,
    marginBottom: 44,
    x: { label: label(0), labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true },
    y: { label: label(1), labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true },
    marks: [
      ...drawSymbols(marks, data, { x: 'x', y: 'y', r: 3.5, fillOpacity: 0.75 }),
      Plot.text(middles, {
        ...{ x: 'x', y: 'y', text: 'name', fontSize: 14, fontWeight: 'bold' },
        ...{ fill: 'currentColor', stroke: 'var(--ground)', strokeWidth: 5 },
      }),
    ],
  })
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
