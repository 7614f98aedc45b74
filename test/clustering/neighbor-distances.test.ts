/** Distances to the k-th nearest point against all distances, sorted, in float64. */
import { type Matrix, neighborDistances } from 'lloyd'
import { expect, test } from 'vitest'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import { fillMatrix, integerFrom, matrixOf, readDataset, rowsOf, seededRandom } from '../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../support/engines'

const engines = await testEngines()
const METRICS = { euclidean, manhattan, cosine } as const
const NAMES = Object.keys(METRICS) as (keyof typeof METRICS)[]

function oracle(points: Matrix, k: number, metric: keyof typeof METRICS): number[] {
  const rows = rowsOf(points)
  return rows.map((a) => Float64Array.from(rows, (b) => METRICS[metric](a, b)).sort()[k - 1])
}

test.each(NAMES)('iris, %s', async (metric) => {
  const { points } = readDataset('iris')
  const expected = oracle(points, 8, metric)
  for (const { engine, name } of enginesFor(`iris ${metric}`, engines)) {
    const found = await neighborDistances(engine, points, { k: 8, metric })
    for (const [row, distance] of expected.entries()) expect(found[row], `${name}, row ${row}`).toBeCloseTo(distance, 5)
  }
})

test.each([...Array(process.env.LLOYD_VERIFY ? 90 : 9).keys()])('random points, seed %i', async (seed) => {
  const random = seededRandom(seed + 1)
  const rows = [1, 2, 9, 64, 65, 300, 520][seed % 7]
  const metric = NAMES[seed % 3]
  const isLattice = metric !== 'cosine' && seed % 2 === 0
  const points = fillMatrix(rows, [1, 2, 5][integerFrom(random, 0, 2)], () =>
    isLattice ? integerFrom(random, -9, 9) : 20 * random() - 10.5,
  )
  for (const k of new Set([1, Math.min(rows, 5), Math.min(rows, 33), integerFrom(random, 1, rows), rows])) {
    const expected = oracle(points, k, metric)
    for (const { engine, name } of enginesFor(`neighbors ${seed} ${k}`, engines)) {
      const found = await neighborDistances(engine, points, { k, metric })
      expect(found.length).toBe(rows)
      for (const [row, distance] of expected.entries())
        expect(found[row], `${name}, k ${k}, row ${row}`).toBeCloseTo(distance, 4)
    }
  }
})

test.each(engines)('chunks, equal points and points far from the origin on $name', async ({ engine }) => {
  const random = seededRandom(4)
  const points = fillMatrix(2000, 2, () => random() ** 2)
  const find = () => neighborDistances(engine, points, { k: 6 })
  expect(await withSmallBuffers(engine, 17_000, find)).toEqual(await find())
  const equal = fillMatrix(100, 3, () => 7)
  expect(Math.max(...(await neighborDistances(engine, equal, { k: 100 })))).toBe(0)
  const far = { data: Float64Array.from({ length: 100 }, (_, row) => 1.7e9 + row), rows: 100, columns: 1 }
  expect([...(await neighborDistances(engine, far, { k: 2 }))]).toEqual(Array(100).fill(1))
})

test.each([
  [{ k: 4 }, /^k is 4 but there are only 3 points; each counts as its own nearest$/],
  [{ k: 0 }, /k must be an integer/],
  [{ k: 1.5 }, /k must be an integer/],
  [{}, /k must be/],
  [{ k: 2, metric: 'chebyshev' }, /metric must be 'euclidean', 'manhattan' or 'cosine'/],
  [{ k: 2, metric: 'cosine' }, /row 1 of points is all zero/],
  [{ k: 2, weights: [1, 1, 1] }, /neighborDistances has no option 'weights'/],
])('refuses %o', async (options, message) => {
  const points = matrixOf([
    [1, 2],
    [0, 0],
    [3, 4],
  ])
  await expect(neighborDistances(engines[0].engine, points, options as never)).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(message),
  })
})
