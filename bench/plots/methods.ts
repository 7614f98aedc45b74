import * as Plot from '@observablehq/plot'
import type { Row } from '../suite.js'
import { createDocument, HEIGHT, placeSideBySide, WIDTH } from './side-by-side.js'

/** The time of each method over the number of points, beside that for each point; lloyd's lines are drawn, those of peers dashed. */
export function plotMethods(rows: readonly Row[]): string {
  const measured = rows.filter(({ milliseconds }) => typeof milliseconds === 'number')
  return placeSideBySide([
    { title: 'time over the number of points', svg: draw(measured, 'milliseconds', 'ms') },
    { title: 'time for each point', svg: draw(measured, 'perPoint', 'µs') },
  ])
}

function draw(rows: readonly Row[], y: string, label: string): string {
  const libraries = [...new Set(rows.map(({ library }) => String(library)))]
  const marks = libraries.flatMap((library) => {
    const data = rows.filter((row) => row.library === library)
    const isPeer = !library.startsWith('lloyd')
    const columnsOf = ({ columns }: Row) => (columns === undefined ? '' : `, d = ${columns}`)
    const place = { x: 'rows', y, z: (row: Row) => `${row.method}${columnsOf(row)}` }
    const text = (row: Row) => `${isPeer ? library : row.method}${columnsOf(row)}`
    return [
      Plot.line(data, { ...place, stroke: 'method', strokeDasharray: isPeer ? '4 3' : undefined }),
      Plot.dot(data, { ...place, fill: 'method', r: 2.5 }),
      Plot.text(data, Plot.selectLast({ ...place, text, fill: 'method', dx: 6, textAnchor: 'start' })),
    ]
  })
  const plot = Plot.plot({
    document: createDocument(),
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 56,
    marginRight: 140,
    grid: true,
    x: { type: 'log', label: 'points', tickFormat: '~s' },
    y: { type: 'log', label },
    color: { type: 'ordinal', scheme: 'viridis', range: [0, 0.85] },
    marks,
  })
  return plot.outerHTML
}
