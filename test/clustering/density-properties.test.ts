/** What must hold for dbscan and hdbscan whatever the points are: scale, place, weights, many columns. */
import { dbscan, hdbscan, type Matrix } from 'lloyd'
import { expect, test } from 'vitest'
import { oracleDbscan } from '../oracle/dbscan'
import { oracleHdbscan } from '../oracle/hdbscan'
import { fillMatrix, integerFrom, rowsOf, seededRandom } from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

const engines = await testEngines()
/** Three groups of whole numbers with noise, in which distances tie. */
const groupsOf = (seed: number, rows: number, columns: number) => {
  const random = seededRandom(seed)
  const place = (row: number) =>
    row % 10 === 0 ? integerFrom(random, 0, 60) : 20 * (row % 3) + integerFrom(random, 0, 6)
  return fillMatrix(rows, columns, place)
}
const moved = (points: Matrix, by: (value: number) => number) => ({
  ...points,
  data: Float64Array.from(points.data, by),
})

test.each([
  ['denormal float32 numbers', 2 ** -146],
  ['a millionth', 2 ** -20],
  ['a million', 2 ** 20],
  ['nearly the largest float32 numbers', 2 ** 121],
])('scaled to %s', async (name, scale) => {
  const points = groupsOf(2, 150, 2)
  const scaled = { ...points, data: points.data.map((value) => value * scale) }
  for (const { engine } of enginesFor(name, engines)) {
    const options = { epsilon: 2, minPoints: 4 }
    const expected = await dbscan(engine, points, options)
    expect(expected.clusters).toBeGreaterThan(2)
    expect(await dbscan(engine, scaled, { ...options, epsilon: 2 * scale })).toEqual(expected)
    const { labels, probabilities, outlierScores } = await hdbscan(engine, points)
    const found = await hdbscan(engine, scaled)
    expect(found.labels).toEqual(labels)
    for (const row of labels.keys()) {
      expect(found.probabilities[row]).toBeCloseTo(probabilities[row], 9)
      expect(found.outlierScores[row]).toBeCloseTo(outlierScores[row], 9)
    }
  }
})

test.each([1e6, -(2 ** 31), 1e15])('whole numbers that begin at %d', async (origin) => {
  const points = groupsOf(3, 150, 3)
  const far = moved(points, (value) => value + origin)
  for (const { engine } of enginesFor(`from ${origin}`, engines)) {
    for (const metric of ['euclidean', 'manhattan'] as const) {
      const options = { epsilon: 3, minPoints: 4, metric }
      expect(await dbscan(engine, far, options)).toEqual(await dbscan(engine, points, options))
      expect(await hdbscan(engine, far, { metric })).toEqual(await hdbscan(engine, points, { metric }))
    }
  }
})

test.each([2, 4, 8])('a weight stands for as many equal points, minPoints %i', async (minPoints) => {
  const points = groupsOf(4, 120, 2)
  const random = seededRandom(5)
  const weights = Array.from({ length: points.rows }, () => integerFrom(random, 1, 3))
  const sources = weights.flatMap((weight, row) => Array<number>(weight).fill(row))
  const repeated = sources.map((row) => rowsOf(points)[row])
  for (const { engine } of enginesFor(`weights ${minPoints}`, engines)) {
    const found = await dbscan(engine, points, { epsilon: 2, minPoints, weights })
    const expected = await dbscan(engine, repeated, { epsilon: 2, minPoints })
    expect([...expected.labels]).toEqual(sources.map((row) => found.labels[row]))
    expect([...new Set([...expected.corePoints].map((row) => sources[row]))]).toEqual([...found.corePoints])
  }
})

test('256 columns', async () => {
  const [{ engine }] = engines
  const points = groupsOf(6, 90, 256)
  const epsilon = Math.sqrt(8 * 256 + 0.5)
  const { labels, corePoints, clusters } = await dbscan(engine, points, { epsilon, minPoints: 4 })
  expect({ labels: [...labels], corePoints: [...corePoints], clusters }).toEqual(
    oracleDbscan(rowsOf(points), { epsilon, minPoints: 4 }),
  )
  const expected = oracleHdbscan(rowsOf(points), { minClusterSize: 5 })
  const found = await hdbscan(engine, points)
  expect([...found.labels]).toEqual(expected.labels)
  expect([...found.outlierScores]).toEqual(expected.outlierScores)
})

test('fewer points than a cluster needs, and points that no epsilon separates', async () => {
  const [{ engine }] = engines
  const points = groupsOf(7, 40, 2)
  expect(await hdbscan(engine, points, { minClusterSize: 41 })).toMatchObject({ clusters: 0 })
  expect((await hdbscan(engine, points, { epsilon: Infinity })).clusters).toBeGreaterThan(1)
  expect(await dbscan(engine, points, { epsilon: Infinity, minPoints: 40 })).toMatchObject({ clusters: 1 })
  expect(await dbscan(engine, points, { epsilon: Infinity, minPoints: 41 })).toMatchObject({ clusters: 0 })
})
