import * as Plot from '@observablehq/plot'
import type { Row } from '../suite.js'
import { createDocument, HEIGHT, placeSideBySide, WIDTH } from './side-by-side.js'

/**
 * Two plots side by side: the time of a pass over megapixels, with a line for each number of colours, and over colours,
 * with a line for each size. lloyd's lines are drawn, those of peers dashed.
 */
export function plotScaling(rows: readonly Row[]): string {
  return placeSideBySide([
    { title: 'a Lloyd pass, by number of colours', svg: draw(rows, 'megapixels', 'colors', (row) => `${row.colors}`) },
    { title: 'a Lloyd pass, by megapixels', svg: draw(rows, 'colors', 'megapixels', (row) => `${row.megapixels} MP`) },
  ])
}

function draw(rows: readonly Row[], x: string, series: string, label: (row: Row) => string): string {
  const libraries = [...new Set(rows.map(({ library }) => String(library)))]
  const marks = libraries.flatMap((library) => {
    const data = rows.filter((row) => row.library === library)
    const isPeer = !library.startsWith('lloyd')
    const place = { x, y: 'milliseconds', z: series }
    return [
      Plot.line(data, { ...place, stroke: series, strokeDasharray: isPeer ? '4 3' : undefined }),
      Plot.dot(data, { ...place, fill: series, r: 2.5 }),
      Plot.text(
        data,
        Plot.selectLast({
          ...place,
          text: isPeer ? (row: Row) => `${library} ${label(row)}` : label,
          dx: 6,
          textAnchor: 'start',
        }),
      ),
    ]
  })
  const plot = Plot.plot({
    document: createDocument(),
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 56,
    marginRight: 110,
    grid: true,
    x: { type: 'log', label: x, ticks: [...new Set(rows.map((row) => row[x] as number))], tickFormat: '~r' },
    y: { type: 'log', label: 'ms' },
    color: { type: 'ordinal', scheme: 'viridis', range: [0, 0.85] },
    marks,
  })
  return plot.outerHTML
}
