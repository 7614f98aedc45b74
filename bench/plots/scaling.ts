import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Row } from '../suite.js'

const WIDTH = 560
const HEIGHT = 440
/** For the titles. */
const TOP = 40

/**
 * Two plots side by side: the time of a pass over megapixels, with a line for each number of colours, and over colours,
 * with a line for each size. lloyd's lines are drawn, those of peers dashed.
 */
export function plotScaling(rows: readonly Row[]): string {
  const charts = [
    draw(rows, 'megapixels', 'colors', (row) => `${row.colors}`),
    draw(rows, 'colors', 'megapixels', (row) => `${row.megapixels} MP`),
  ]
  const titles = ['a Lloyd pass, by number of colours', 'a Lloyd pass, by megapixels']
  const width = WIDTH * charts.length
  const placed = charts.map((chart, at) => {
    const title = `<text x="16" y="24" font-weight="bold" font-size="14">${titles[at]}</text>`
    return `<g transform="translate(${at * WIDTH} 0)">${title}<g transform="translate(0 ${TOP})">${chart}</g></g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT + TOP}" viewBox="0 0 ${width} ${HEIGHT + TOP}" font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>${placed.join('')}</svg>\n`
}

function draw(rows: readonly Row[], x: string, series: string, label: (row: Row) => string): string {
  const { document } = parseHTML('<html><body></body></html>')
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
    document,
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
  return plot.outerHTML.replaceAll('currentColor', 'black')
}
