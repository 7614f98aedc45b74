import * as Plot from '@observablehq/plot'
import type { Nouns } from './described.js'
import { type ClusterMark, drawPlot, drawSymbols, shortenName } from './plot.js'

/** The difference of every cluster from the rest in a column; null where there is none. */
export interface ColumnDifferences {
  name: string
  differences: readonly (number | null)[]
}

/** Beyond this, marks lie at the edge, so that one huge difference does not hide the others. */
const EDGE = 8

/** A line of marks for every column: where clusters lie against the rest, in standard deviations. */
export function drawDifferences(
  marks: readonly ClusterMark[],
  columns: readonly ColumnDifferences[],
  { cluster }: Nouns,
): string {
  const most = Math.max(...columns.flatMap(({ differences }) => differences.map((value) => Math.abs(value ?? 0))))
  const limit = Math.min(EDGE, Math.max(1, most) * 1.05)
  const data = columns.flatMap(({ differences }, column) =>
    differences.flatMap((value, at) =>
      value === null
        ? []
        : [{ column, at, x: Math.max(-limit, Math.min(limit, value)), text: `${marks[at].name}: ${value.toFixed(2)}` }],
    ),
  )
  const names = columns.map(({ name }) => shortenName(name, 26))
  return drawPlot(`Differences of ${cluster}s from the rest by column, the largest first: ${names.join(', ')}`, {
    height: 76 + 26 * columns.length,
    marginBottom: 46,
    marginLeft: 190,
    marginRight: 20,
    x: {
      label: 'lower than the rest ← difference in standard deviations → higher',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [-limit, limit],
      grid: true,
    },
    y: {
      label: null,
      domain: columns.map((_, column) => column),
      tickFormat: (column: number) => names[column],
      tickSize: 0,
      grid: true,
    },
    marks: [
      Plot.ruleX([0], { stroke: 'var(--dim)' }),
      Plot.ruleX([-0.8, 0.8], { stroke: 'var(--faint)', strokeDasharray: '3 3' }),
      ...drawSymbols(marks, data, { x: 'x', y: 'column', r: 5.5, title: 'text' }),
    ],
  })
}
