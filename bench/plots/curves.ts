import * as Plot from '@observablehq/plot'
import type { Row } from '../suite.js'
import { createDocument, HEIGHT, placeSideBySide, WIDTH } from './side-by-side.js'

/** The time of a Lloyd iteration over n, over d and over k, beside a line of what is proportional to them. */
export function plotCurves(rows: readonly Row[]): string {
  const sides = { n: 'rows', d: 'columns', k: 'k' }
  return placeSideBySide(
    Object.entries(sides).map(([side, key]) => {
      const curve = rows.filter((row) => row.remark === `curve over ${side}`)
      return { title: `a Lloyd iteration over ${side}`, svg: draw(curve, key) }
    }),
  )
}

function draw(curve: readonly Row[], x: string): string {
  const middle = curve[curve.length >> 1]
  const perUnit = (middle.milliseconds as number) / (middle[x] as number)
  const plot = Plot.plot({
    document: createDocument(),
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 56,
    marginRight: 80,
    grid: true,
    x: { type: 'log', base: 2, label: x, ticks: curve.map((row) => row[x] as number), tickFormat: 'd' },
    y: { type: 'log', label: 'ms' },
    marks: [
      Plot.line(curve, { x, y: (row: Row) => perUnit * (row[x] as number), stroke: '#bbb', strokeDasharray: '4 3' }),
      Plot.line(curve, { x, y: 'milliseconds', stroke: '#31688e' }),
      Plot.dot(curve, { x, y: 'milliseconds', fill: '#31688e', r: 3 }),
    ],
  })
  return plot.outerHTML
}
