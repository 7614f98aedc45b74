import * as Plot from '@observablehq/plot'
import type { Nouns } from './described.js'
import { type ClusterMark, drawPlot, shortenName } from './plot.js'

/** A cluster in parallel coordinates, in standard deviations from the mean of each column. */
export interface ParallelCluster {
  mark: ClusterMark
  medians: readonly number[]
  quartiles: readonly (readonly [number, number])[]
  /** Some of its rows. */
  rows: readonly (readonly number[])[]
}

/** Values beyond lie at the edge. */
const EDGE = 3

/** Parallel coordinates, a panel for each cluster: rows as thin lines, medians as a thick one within the quartiles. */
export function drawParallel(
  names: readonly string[],
  clusters: readonly ParallelCluster[],
  { cluster }: Nouns,
): string {
  const clamp = (value: number) => Math.max(-EDGE, Math.min(EDGE, value))
  const points = (line: (cluster: ParallelCluster) => readonly (readonly number[])[]) =>
    clusters.flatMap((cluster, at) =>
      line(cluster).flatMap((values, row) => values.map((value, x) => ({ at, row, x, y: clamp(value) }))),
    )
  const bands = clusters.flatMap(({ quartiles }, at) =>
    quartiles.map(([low, high], x) => ({ at, x, low: clamp(low), high: clamp(high) })),
  )
  const colorOf = ({ at }: { at: number }) => clusters[at].mark.color
  const short = names.map((name) => shortenName(name, 18))
  // Turned where they would meet.
  const isTurned = 7.5 * Math.max(...short.map((name) => name.length)) * names.length > 640
  return drawPlot(`Parallel coordinates of ${clusters.length} ${cluster}s over ${names.join(', ')}`, {
    height: (isTurned ? 120 : 60) + 96 * clusters.length,
    marginLeft: isTurned ? 100 : 60,
    marginRight: 150,
    marginBottom: isTurned ? 96 : 30,
    x: {
      type: 'point',
      domain: names.map((_, x) => x),
      tickFormat: (x: number) => short[x],
      tickRotate: isTurned ? -40 : 0,
      label: null,
      padding: 0.3,
    },
    y: { domain: [-EDGE, EDGE], ticks: [-2, 0, 2], label: 'standard deviations from the mean', labelAnchor: 'top' },
    fy: { domain: clusters.map((_, at) => at), axis: null, padding: 0.08 },
    marks: [
      Plot.gridX({ stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleY([0], { stroke: 'var(--faint)' }),
      Plot.line(
        points(({ rows }) => rows),
        {
          ...{ x: 'x', y: 'y', fy: 'at', z: ({ at, row }) => `${at} ${row}` },
          ...{ stroke: colorOf, strokeOpacity: 0.3, strokeWidth: 0.75 },
        },
      ),
      Plot.areaY(bands, { x: 'x', y1: 'low', y2: 'high', fy: 'at', z: 'at', fill: colorOf, fillOpacity: 0.25 }),
      Plot.line(
        points(({ medians }) => [medians]),
        { x: 'x', y: 'y', fy: 'at', z: 'at', stroke: colorOf, strokeWidth: 3 },
      ),
      Plot.text(
        clusters.map(({ mark }, at) => ({ at, name: shortenName(mark.name, 17) })),
        {
          ...{ fy: 'at', text: 'name', frameAnchor: 'right', textAnchor: 'start', dx: 10, fontWeight: 'bold' },
        },
      ),
    ],
  })
}
