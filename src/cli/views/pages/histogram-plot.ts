import * as Plot from '@observablehq/plot'
import type { Nouns } from './described.js'
import { type ClusterMark, drawPlot, shortenName } from './plot.js'

/** Shares of rows in the bins of a column: of each cluster, and of all rows. */
export interface Histogram {
  name: string
  /** Edges of the bins, one more than bins. */
  edges: readonly number[]
  clusters: readonly (readonly number[])[]
  all: readonly number[]
}

/** Bins of integers where they are few, else about 20 of equal width. */
export function binColumn(
  name: string,
  values: ArrayLike<number>,
  codes: ArrayLike<number>,
  clusters: number,
): Histogram {
  let [least, greatest, whole] = [Infinity, -Infinity, true]
  for (let row = 0; row < values.length; row++) {
    least = Math.min(least, values[row])
    greatest = Math.max(greatest, values[row])
    whole &&= Number.isInteger(values[row])
  }
  const isCounted = whole && greatest - least < 24
  const bins = isCounted ? greatest - least + 1 : 20
  const from = isCounted ? least - 0.5 : least
  const width = isCounted ? 1 : (greatest - least) / bins || 1
  const counts = Array.from({ length: clusters + 1 }, () => new Array<number>(bins).fill(0))
  for (let row = 0; row < values.length; row++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((values[row] - from) / width)))
    counts[codes[row]][bin]++
    counts[clusters][bin]++
  }
  const shares = counts.map((list) => {
    const total = list.reduce((sum, count) => sum + count, 0)
    return list.map((count) => (total === 0 ? 0 : count / total))
  })
  const edges = Array.from({ length: bins + 1 }, (_, bin) => from + bin * width)
  return { name, edges, clusters: shares.slice(0, clusters), all: shares[clusters] }
}

/** Histograms of one column, a panel for each cluster, above the outline of all rows. */
export function drawHistograms(
  marks: readonly ClusterMark[],
  { name, edges, clusters, all }: Histogram,
  nouns: Nouns,
): string {
  const bars = clusters.flatMap((shares, at) =>
    shares.map((share, bin) => ({ at, share, from: edges[bin], to: edges[bin + 1] })),
  )
  const outline = clusters.flatMap((_, at) =>
    all.flatMap((share, bin) => [
      { at, x: edges[bin], share },
      { at, x: edges[bin + 1], share },
    ]),
  )
  const most = Math.max(...all, ...clusters.flat())
  return drawPlot(`Histograms of ${name} in each ${nouns.cluster}, against all ${nouns.row}s`, {
    height: 128,
    marginLeft: 10,
    marginRight: 10,
    marginTop: 44,
    marginBottom: 34,
    fx: {
      domain: marks.map((_, at) => at),
      label: null,
      tickFormat: (at: number) => shortenName(marks[at].name, marks.length > 5 ? 11 : 20),
      padding: 0.1,
    },
    x: { domain: [edges[0], edges[edges.length - 1]], label: null, ticks: marks.length > 5 ? 2 : 4, tickFormat: 's' },
    y: { domain: [0, most], axis: null },
    marks: [
      Plot.rectY(bars, { fx: 'at', x1: 'from', x2: 'to', y: 'share', fill: ({ at }) => marks[at].color, inset: 0 }),
      Plot.line(outline, { fx: 'at', x: 'x', y: 'share', z: 'at', stroke: 'currentColor', strokeWidth: 1 }),
      Plot.ruleY([0]),
      Plot.text([name], {
        frameAnchor: 'top-left',
        dy: -40,
        text: (text: string) => shortenName(text, 60),
        fontWeight: 'bold',
        facet: 'super',
      }),
    ],
  })
}
