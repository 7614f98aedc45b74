/** Parts of pages that other software and other numbers check. */
import { expect, test } from 'vitest'
import { binColumn } from '../../../src/cli/views/pages/histogram-plot.js'
import { htmlTable } from '../../../src/cli/views/pages/html.js'
import { shortenName } from '../../../src/cli/views/pages/plot.js'
import { principalComponents } from '../../../src/cli/views/pages/principal-components.js'
import { readDataset } from '../../support/datasets'

test('principal components of iris are those of scikit-learn', () => {
  const { data, rows, columns } = readDataset('iris').points
  const centred = Float64Array.from(data)
  for (let column = 0; column < columns; column++) {
    const own = Array.from({ length: rows }, (_, row) => data[row * columns + column])
    const mean = own.reduce((sum, value) => sum + value, 0) / rows
    for (let row = 0; row < rows; row++) centred[row * columns + column] -= mean
  }
  const { scores, shares } = principalComponents(centred, columns)
  // PCA(2).fit(load_iris().data): explained_variance_ratio_, and transform of the first row up to signs.
  expect(shares[0]).toBeCloseTo(0.92461872, 6)
  expect(shares[1]).toBeCloseTo(0.05306648, 6)
  expect(Math.abs(scores[0])).toBeCloseTo(2.68412563, 5)
  expect(Math.abs(scores[1])).toBeCloseTo(0.31939725, 5)
  expect(principalComponents(Float64Array.of(1, -1, 0), 1)).toEqual({
    scores: Float64Array.of(1, 0, -1, 0, 0, 0),
    shares: [1, 0],
  })
})

test('bins hold every row, of integers one each', () => {
  const counted = binColumn('x', [1, 2, 2, 4], [0, 0, 1, 1], 2)
  expect(counted).toEqual({
    name: 'x',
    edges: [0.5, 1.5, 2.5, 3.5, 4.5],
    clusters: [
      [0.5, 0.5, 0, 0],
      [0, 0.5, 0, 0.5],
    ],
    all: [0.25, 0.5, 0, 0.25],
  })
  const { all } = binColumn('x', [0, 0.1, 1e9], [0, 0, 0], 1)
  expect([all[0], all[19]]).toEqual([2 / 3, 1 / 3])
  expect(binColumn('x', [3.5, 3.5], [0, 0], 1).all[0]).toBe(1)
})

test('names are shortened before their end, and texts escaped', () => {
  expect(shortenName('a rather long name 12', 12)).toBe('a rather… 12')
  expect(shortenName('😀'.repeat(9), 4)).toBe('😀😀…😀')
  const table = htmlTable({
    caption: 'a < b',
    head: ['<i>', 'n'],
    rows: [
      ['"&', '−1.5'],
      ['x', '2 %'],
    ],
  })
  expect(table).toContain('<caption>a &lt; b</caption>')
  expect(table).toContain('<tr><th scope="row">&quot;&amp;</th><td class="number">−1.5</td></tr>')
})
