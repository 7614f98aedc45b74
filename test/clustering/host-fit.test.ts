/** k-means on the host, which the gap statistic uses for few points, against the textbook. */
import { expect, test } from 'vitest'
import { fitOnHost } from '../../src/clustering/kmeans/host/host-fit'
import { seedOnHost } from '../../src/clustering/kmeans/host/host-seeds'
import { Turns } from '../../src/clustering/medoids/turns'
import { lloydOracle } from '../oracle/kmeans'
import { fillMatrix, integerFrom, matrixOf, seededRandom } from '../support/datasets'

const hostPoints = ({ data, columns, rows }: ReturnType<typeof fillMatrix>, weights?: ArrayLike<number>) => ({
  data: Float64Array.from(data),
  columns,
  weights: weights ? Float64Array.from(weights) : new Float64Array(rows).fill(1),
})

test.each([...Array(12).keys()])('random points, seed %i', async (seed) => {
  const random = seededRandom(seed + 1)
  const [rows, columns, k] = [integerFrom(random, 1, 300), integerFrom(random, 1, 5), integerFrom(random, 1, 12)]
  const scale = [1, 1e-6, 1e6][seed % 3]
  const matrix = fillMatrix(rows, columns, () => scale * (random() + (random() < 0.5 ? 3 : 0)))
  const weights = seed % 2 ? Float32Array.from({ length: rows }, () => 0.1 + random()) : undefined
  const points = hostPoints(matrix, weights)
  const first = seedOnHost(points, k, seed)
  const centroids = { data: first, rows: k, columns }
  for (const settings of [
    { tolerance: 0, maxIterations: 300 },
    { tolerance: 1e-4, maxIterations: 300 },
    { tolerance: 0, maxIterations: 2 },
  ]) {
    const expected = lloydOracle(matrix, { centroids, weights, ...settings })
    const found = await fitOnHost(points, first, settings, new Turns())
    expect(Math.abs(found.inertia - expected.inertia)).toBeLessThanOrEqual(1e-9 * expected.inertia)
    for (const [at, value] of expected.centroids.data.entries()) {
      expect(Math.abs(found.centroids[at] - value)).toBeLessThanOrEqual(1e-9 * scale)
    }
  }
})

test('seeds are rows that lie apart, drawn by weight', () => {
  const points = hostPoints(matrixOf([[0], [0.1], [50], [50.1], [90], [1e4]]), [1, 1, 1, 1, 1, 0])
  for (let seed = 0; seed < 20; seed++) {
    const places = [...seedOnHost(points, 3, seed)].map(Math.round).sort((a, b) => a - b)
    expect(places).toEqual([0, 50, 90])
  }
  const pair = hostPoints(matrixOf([[0], [1]]), [1, 3])
  const drawn = Array.from({ length: 4000 }, (_, seed) => seedOnHost(pair, 1, seed)[0])
  expect(drawn.reduce((sum, value) => sum + value, 0) / 4000).toBeCloseTo(0.75, 1)
})

test('empty clusters take the farthest points, of those that have a weight', async () => {
  const settings = { tolerance: 1e-4, maxIterations: 300 }
  const first = Float64Array.of(1, 1e3, 1e3)
  const rows = matrixOf([[0], [1], [2], [10], [50]])
  const centroidsOf = async (points: ReturnType<typeof hostPoints>) => [
    ...(await fitOnHost(points, first, settings, new Turns())).centroids,
  ]
  expect(await centroidsOf(hostPoints(rows))).toEqual([1, 50, 10])
  expect(await centroidsOf(hostPoints(rows, [1, 1, 1, 1, 0]))).toEqual([1.5, 10, 0])
})

test('equal points, and fewer places than clusters', async () => {
  const settings = { tolerance: 1e-4, maxIterations: 300 }
  const equal = hostPoints(fillMatrix(5, 2, () => 0.1))
  expect((await fitOnHost(equal, seedOnHost(equal, 3, 1), settings, new Turns())).inertia).toBe(0)
  const places = hostPoints(fillMatrix(30, 1, (row) => row % 2))
  expect((await fitOnHost(places, seedOnHost(places, 4, 1), settings, new Turns())).inertia).toBe(0)
})

test('an abort ends a run between iterations', async () => {
  const points = hostPoints(fillMatrix(20_000, 8, seededRandom(5)))
  const controller = new AbortController()
  const reason = new Error('enough')
  setTimeout(() => controller.abort(reason), 1)
  const run = fitOnHost(
    points,
    seedOnHost(points, 8, 1),
    { tolerance: 0, maxIterations: 10_000 },
    new Turns(controller.signal),
  )
  await expect(run).rejects.toBe(reason)
})
