import * as Plot from '@observablehq/plot'
import { formatCount } from '../../numbers.js'
import type { Nouns } from './described.js'
import { type ClusterMark, drawPlot } from './plot.js'

/** Bars of the numbers of rows of clusters, each with its number and share. */
export function drawSizes(marks: readonly ClusterMark[], sizes: readonly number[], { row }: Nouns): string {
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  const data = marks.map(({ name, color }, at) => ({ at, name, color, size: sizes[at] }))
  const most = Math.max(...sizes)
  return drawPlot(`Sizes: ${data.map(({ name, size }) => `${name} ${formatCount(size)}`).join(', ')} ${row}s`, {
    height: 60 + 26 * data.length,
    marginBottom: 40,
    marginLeft: 170,
    marginRight: 120,
    x: { label: `${row}s`, domain: [0, most], nice: true, grid: true },
    y: { label: null, domain: data.map(({ at }) => at), tickFormat: (at: number) => marks[at].name, tickSize: 0 },
    marks: [
      Plot.barX(data, { x: 'size', y: 'at', fill: 'color', insetTop: 2, insetBottom: 2 }),
      Plot.text(data, {
        ...{ x: 'size', y: 'at', dx: 6, textAnchor: 'start' },
        text: ({ size }) => `${formatCount(size)} (${((100 * size) / rows).toFixed(1)} %)`,
      }),
      Plot.ruleX([0]),
    ],
  })
}
