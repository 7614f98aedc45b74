import * as Plot from '@observablehq/plot'
import type { Nouns } from './described.js'
import { type ClusterMark, drawPlot } from './plot.js'

/** Silhouettes of rows, cluster by cluster, each in descending order, with the mean of all (P. J. Rousseeuw, 1987). */
export function drawSilhouettes(
  marks: readonly ClusterMark[],
  values: ArrayLike<number>,
  codes: ArrayLike<number>,
  nouns: Nouns,
): string {
  const groups = marks.map((mark, at) => {
    const own = Array.from(values).filter((_, row) => codes[row] === at)
    return { mark, own: own.sort((a, b) => b - a) }
  })
  const gap = Math.max(2, Math.ceil(values.length / 60))
  let next = 0
  const placed = groups.map(({ mark, own }) => {
    const from = next
    if (own.length > 0) next += own.length + gap
    return { mark, own, from }
  })
  const bars = placed.flatMap(({ mark, own, from }) =>
    own.map((value, at) => ({ y: from + at, value, color: mark.color })),
  )
  const labels = placed.flatMap(({ mark, own, from }) =>
    own.length === 0 ? [] : [{ y: from + own.length / 2, text: `${mark.name}: ${meanOf(own).toFixed(2)}` }],
  )
  const mean = meanOf(Array.from(values))
  return drawPlot(
    `Silhouettes by ${nouns.cluster}, mean ${mean.toFixed(2)}: ${labels.map(({ text }) => text).join(', ')}`,
    {
      height: Math.max(220, Math.min(620, 60 + 24 * labels.length + values.length)),
      marginTop: 30,
      marginBottom: 40,
      marginLeft: 210,
      marginRight: 20,
      x: { label: 'silhouette', domain: [Math.min(-0.2, ...bars.map(({ value }) => value)), 1], grid: true },
      y: { domain: [0, next], reverse: true, axis: null },
      marks: [
        Plot.rect(bars, {
          x1: 0,
          x2: 'value',
          y1: 'y',
          y2: ({ y }) => y + 1,
          fill: 'color',
          shapeRendering: 'crispEdges',
        }),
        Plot.text(labels, { y: 'y', text: 'text', frameAnchor: 'left', textAnchor: 'end', dx: -8 }),
        Plot.ruleX([0]),
        Plot.ruleX([mean], { stroke: 'currentColor', strokeDasharray: '6 4' }),
        Plot.text([mean], {
          x: (value) => value,
          frameAnchor: 'top',
          dy: -14,
          text: (value) => `mean ${value.toFixed(2)}`,
        }),
      ],
    },
  )
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
