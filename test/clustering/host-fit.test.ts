/** k-means on the host, which the gap statistic uses for few points, against the textbook. */
import 'lloyd'
import { expect, test } from 'vitest'
import { fitOnHost } from '../../src/clustering/kmeans/host/host-fit'
import { deviationOf, type HostPoints } from '../../src/clustering/kmeans/host/host-points'
import { seedOnHost } from '../../src/clustering/kmeans/host/host-seeds'
import { fitWithSimd } from '../../src/clustering/kmeans/host/simd-fits'
import { Turns } from '../../src/clustering/medoids/turns'
import { openSimdHost } from '../../src/engine/host/simd-host'
import { lloydOracle } from '../oracle/kmeans'
import { fillMatrix, integerFrom, matrixOf, seededRandom } from '../support/datasets'

const hostPoints = ({ data, columns, rows }: ReturnType<typeof fillMatrix>, weights?: ArrayLike<number>) => ({
  data: Float64Array.from(data),
  columns,
  weights: weights ? Float64Array.from(weights) : new Float64Array(rows).fill(1),
})

interface Settings {
  tolerance: number
  maxIterations: number
}

/** The fit from first centroids, which is the same with SIMD, to the bit; null with SIMD where that is expected to give up. */
async function fitBoth(points: HostPoints, first: Float64Array, { tolerance, maxIterations }: Settings, gives = true) {
  const settings = { threshold: tolerance === 0 ? null : tolerance * deviationOf(points), maxIterations }
  const fit = await fitOnHost(points, first, settings, new Turns())
  const host = (await openSimdHost())!
  const fast = await fitWithSimd(host, points, first.length / points.columns, [first], settings, new Turns())
  expect(fast).toEqual(gives ? fit : null)
  expect(host.memory.isEmpty).toBe(true)
  return fit
}

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
    const found = await fitBoth(points, first, settings)
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
    ...(await fitBoth(points, first, settings)).centroids,
  ]
  expect(await centroidsOf(hostPoints(rows))).toEqual([1, 50, 10])
  expect(await centroidsOf(hostPoints(rows, [1, 1, 1, 1, 0]))).toEqual([1.5, 10, 0])
})

test('equal points, and fewer places than clusters', async () => {
  const settings = { tolerance: 1e-4, maxIterations: 300 }
  const equal = hostPoints(fillMatrix(5, 2, () => 0.1))
  expect((await fitBoth(equal, seedOnHost(equal, 3, 1), settings)).inertia).toBe(0)
  const places = hostPoints(fillMatrix(30, 1, (row) => row % 2))
  expect((await fitBoth(places, seedOnHost(places, 4, 1), settings)).inertia).toBe(0)
})

test('float32 decides nothing that it cannot: points far from the origin, or tiny ones', async () => {
  const settings = { tolerance: 0, maxIterations: 300 }
  const random = seededRandom(8)
  // Squared distances are below the rounding of scores in float32 at this place, though the points differ.
  const far = hostPoints(fillMatrix(200, 2, () => 0))
  for (let at = 0; at < far.data.length; at++) far.data[at] = 2 ** 12 + random() / 2 ** 6
  await fitBoth(far, seedOnHost(far, 5, 1), settings)
  // Whole numbers, of which many lie between two centroids.
  const wholes = hostPoints(fillMatrix(400, 2, () => Math.floor(5 * random())))
  await fitBoth(wholes, seedOnHost(wholes, 6, 2), settings)
  const tiny = { ...far, data: far.data.map(() => 1e-30 * random()) }
  await fitBoth(tiny, seedOnHost(tiny, 5, 1), settings, false)
})

test('first centroids drawn with SIMD are the same', async () => {
  const random = seededRandom(10)
  const host = (await openSimdHost())!
  for (const [rows, columns, k] of [
    [1, 1, 1],
    [9, 2, 4],
    [64, 1, 21],
    [301, 5, 8],
    [1000, 8, 3],
  ]) {
    const matrix = fillMatrix(rows, columns, () => (random() < 0.3 ? 1 : random()))
    for (const weights of [
      undefined,
      Float32Array.from({ length: rows }, () => (random() < 0.2 ? 0 : random()) + 1e-9),
    ]) {
      const points = hostPoints(matrix, weights)
      // Centroids that stay where they are drawn.
      const settings = { threshold: Infinity, maxIterations: 0 }
      for (const seed of [1, 2 ** 32 - 1]) {
        const fit = await fitWithSimd(host, points, k, [seed], settings, new Turns())
        expect(fit?.centroids).toEqual(seedOnHost(points, k, seed))
      }
    }
  }
})

test('of several runs with SIMD the best counts, whatever the turns and threads', async () => {
  const points = hostPoints(fillMatrix(3001, 7, seededRandom(9)))
  const starts = Array.from({ length: 7 }, (_, run) => seedOnHost(points, 5, run))
  const settings = { threshold: 1e-4 * deviationOf(points), maxIterations: 300 }
  const fits = await Promise.all(starts.map((start) => fitOnHost(points, start, settings, new Turns())))
  const least = Math.min(...fits.map(({ inertia }) => inertia))
  const host = (await openSimdHost())!
  const best = await fitWithSimd(host, points, 5, starts, settings, new Turns())
  expect(best).toEqual(fits.find(({ inertia }) => inertia === least))
})

test('an abort ends runs between iterations', async () => {
  const points = hostPoints(fillMatrix(20_000, 8, seededRandom(5)))
  const first = seedOnHost(points, 8, 1)
  const settings = { threshold: null, maxIterations: 10_000 }
  const host = (await openSimdHost())!
  const reason = new Error('enough')
  for (const run of [
    (turns: Turns) => fitOnHost(points, first, settings, turns),
    (turns: Turns) => fitWithSimd(host, points, 8, Array(40).fill(first), settings, turns),
  ]) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 1)
    await expect(run(new Turns(controller.signal))).rejects.toBe(reason)
    expect(host.memory.isEmpty).toBe(true)
  }
})
