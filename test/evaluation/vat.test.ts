/** The order and the picture of VAT and iVAT against their definitions. */
import { encodePng, vat, vatImage } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import { seededRandom } from '../oracle/random'
import { fillMatrix, rowsOf } from '../support/datasets'
import { testEngines } from '../support/engines'

const [{ engine: cpu }] = await testEngines()
const random = seededRandom(9)
/** Three groups of 20 rows, in turns. */
const points = fillMatrix(60, 2, (row, column) => 1 + 30 * ((row + column) % 3) + random())
const rows = rowsOf(points)

describe.each([
  ['euclidean', euclidean],
  ['manhattan', manhattan],
  ['cosine', cosine],
] as const)('%s', (metric, distance) => {
  test('each row is the nearest to those before, from the largest distance on', async () => {
    const { order, distances } = await vat(cpu, points, { metric })
    expect([...order].sort((a, b) => a - b)).toEqual([...rows.keys()])
    const between = (a: number, b: number) => distance(rows[a], rows[b])
    const largest = Math.max(...rows.flatMap((_, a) => rows.map((_, b) => between(a, b))))
    expect(Math.max(...rows.map((_, b) => between(order[0], b)))).toBeCloseTo(largest, 5)
    for (let place = 1; place < order.length; place++) {
      const step = (row: number) => Math.min(...[...order.subarray(0, place)].map((before) => between(before, row)))
      const least = Math.min(...[...order.subarray(place)].map(step))
      expect(step(order[place]), `place ${place}`).toBeCloseTo(least, 5)
    }
    for (const [row, a] of order.entries()) {
      for (const [column, b] of order.entries()) {
        expect(Math.abs(distances.data[60 * row + column] - between(a, b))).toBeLessThan(1e-5 * largest)
      }
    }
  })

  test('iVAT has the longest steps of the ways whose longest are the shortest', async () => {
    const { order, distances } = await vat(cpu, points, { metric, improved: true })
    const ways = rows.map((a) => rows.map((b) => distance(a, b)))
    for (const over of rows.keys()) {
      for (const a of rows.keys()) {
        for (const b of rows.keys()) ways[a][b] = Math.min(ways[a][b], Math.max(ways[a][over], ways[over][b]))
      }
    }
    for (const [row, a] of order.entries()) {
      for (const [column, b] of order.entries()) {
        expect(distances.data[60 * row + column]).toBeCloseTo(ways[a][b], 4)
      }
    }
  })
})

test('samples are different rows, and one row has a distance', async () => {
  const many = fillMatrix(3000, 2, random)
  const { order, distances } = await vat(cpu, many, { samples: 40, seed: 2 })
  expect(new Set(order).size).toBe(40)
  expect([distances.rows, distances.columns, distances.data.length]).toEqual([40, 40, 1600])
  expect((await vat(cpu, many, { samples: 40, seed: 3 })).order).not.toEqual(order)
  const one = await vat(cpu, [[4, 5]])
  expect(one).toEqual({ order: Uint32Array.of(0), distances: { data: Float32Array.of(0), rows: 1, columns: 1 } })
  expect((await vat(cpu, [[3], [3], [3]])).order).toEqual(Uint32Array.of(0, 1, 2))
  await expect(vat(cpu, many, { samples: 5000 })).rejects.toThrow('samples must be an integer from 1 to 4096')
})

test('the picture has clusters as dark blocks in squares of pixels', async () => {
  const result = await vat(cpu, points)
  const png = await encodePng(vatImage(result))
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([540, 540])
  const largest = Math.max(...result.distances.data)
  for (let at = 0; at < data.length; at += 97) {
    const [x, y] = [Math.floor((at % 540) / 9), Math.floor(at / 540 / 9)]
    expect(Math.abs(data[at] - (255 * result.distances.data[60 * y + x]) / largest)).toBeLessThan(0.501)
  }
  const one = vatImage(await vat(cpu, [[1], [1]]))
  expect([one.width, one.indices.every((shade) => shade === 0)]).toEqual([512, true])
})
