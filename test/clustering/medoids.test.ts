/** k-medoids against its definition: no swap improves, few points reach the optimum, and hard cases. */
import { type KMedoids, type KMedoidsOptions, kmedoids, type Matrix, type Points, predictMedoids } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import { bestSwapCost, distanceMatrix, greedyMedoids, medoidCost, optimalCost } from '../oracle/medoids'
import {
  blobs,
  fillMatrix,
  integerFrom,
  normalFrom,
  pickFrom,
  readDataset,
  rowsOf,
  seededRandom,
} from '../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const engines = await testEngines()
const [{ engine: cpu }] = engines
const METRICS = { euclidean, manhattan, cosine } as const
const metricNames = ['euclidean', 'manhattan', 'cosine'] as const
/** The rounding of coordinates and of sums that are compared. */
const SHARE = 2e-6

/** Asserts labels, sizes and cost by the distances, and that no swap lowers the cost. */
function expectOptimum(found: KMedoids, distances: number[][], k: number, weights?: number[]): void {
  const { medoids, labels, cost, sizes, converged, iterations } = found
  expect(converged).toBe(true)
  expect(iterations).toBeGreaterThan(0)
  const rows = [...medoids]
  expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
  expect(rows.length).toBe(k)
  expect([...sizes]).toEqual(rows.map((_, cluster) => labels.filter((label) => label === cluster).length))
  for (const [cluster, row] of rows.entries()) expect(labels[row]).toBe(cluster)
  for (const [row, to] of distances.entries()) {
    expect(to[rows[labels[row]]]).toBeLessThanOrEqual(
      Math.min(...rows.map((medoid) => to[medoid])) * (1 + SHARE) + 1e-7,
    )
  }
  const expected = medoidCost(distances, rows, weights)
  expect(Math.abs(cost - expected)).toBeLessThanOrEqual(SHARE * expected + 1e-6)
  expect(bestSwapCost(distances, rows, weights)).toBeGreaterThanOrEqual(expected * (1 - SHARE) - 1e-6)
}

describe.each(metricNames)('%s', (metric) => {
  test.each([...Array(VERIFY ? 60 : 12).keys()])('no swap improves random points, seed %i', async (seed) => {
    const random = seededRandom(seed + 1)
    const rows = [2, 9, 16, 17, 40, 65][seed % 6]
    const columns = seed % 4 === 3 ? 11 : integerFrom(random, 2, 5)
    const lattice = seed % 3 === 0
    const points = fillMatrix(rows, columns, () => (lattice ? integerFrom(random, 1, 4) : normalFrom(random)))
    const k = Math.min(rows, integerFrom(random, 1, 7))
    const weights =
      seed % 2 ? Array.from({ length: rows }, (_, row) => (row === 0 ? 1 : integerFrom(random, 0, 3))) : undefined
    const distances = distanceMatrix(rowsOf(points), METRICS[metric])
    for (const { engine } of enginesFor(`${metric} ${seed}`, engines)) {
      const init = pickFrom(random, ['build', 'random'] as const)
      expectOptimum(await kmedoids(engine, points, { k, metric, init, seed, weights }), distances, k, weights)
      const given = { data: Float64Array.from(distances.flat()), rows, columns: rows }
      const found = await kmedoids(engine, given, { k, metric: 'precomputed', init, seed, weights })
      expectOptimum(found, distances, k, weights)
    }
  })
})

test.each([...Array(VERIFY ? 40 : 10).keys()])('few points reach the optimum of all sets, seed %i', async (seed) => {
  const random = seededRandom(100 + seed)
  const centers = fillMatrix(3, 2, () => 6 * random())
  const points = blobs(random, integerFrom(random, 5, 20), centers, 1)
  const distances = distanceMatrix(rowsOf(points), euclidean)
  for (const k of [1, 2, 3]) {
    const best = optimalCost(distances, k)
    for (const { engine } of enginesFor(`optimum ${seed}`, engines)) {
      const { cost, converged } = await kmedoids(engine, points, { k })
      expect(converged).toBe(true)
      expect(Math.abs(cost - best), `k = ${k}`).toBeLessThanOrEqual(SHARE * best)
    }
  }
})

test('the greedy start is that of the textbook, and no iteration raises the cost', async () => {
  const { points } = readDataset('iris')
  const distances = distanceMatrix(rowsOf(points), euclidean)
  for (const { engine } of engines) {
    let last = Infinity
    for (const maxIterations of [0, 1, 2, 3, 300]) {
      const found = await kmedoids(engine, points, { k: 6, maxIterations })
      if (maxIterations === 0) {
        expect([...found.medoids]).toEqual(greedyMedoids(distances, 6).sort((a, b) => a - b))
        expect(found).toMatchObject({ converged: false, iterations: 0, method: 'fasterpam' })
      } else expect(found.cost).toBeLessThanOrEqual(last)
      last = found.cost
      if (maxIterations === 300) expectOptimum(found, distances, 6)
    }
  }
})

test('engines find the same, in chunks as well', async () => {
  const random = seededRandom(8)
  const points = fillMatrix(520, 50, () => integerFrom(random, 0, 30))
  const fitOnCpu = (init: 'build' | 'random') => kmedoids(cpu, points, { k: 5, metric: 'manhattan', init, seed: 4 })
  const expected = { build: await fitOnCpu('build'), random: await fitOnCpu('random') }
  for (const { engine } of engines) {
    for (const init of ['build', 'random'] as const) {
      const found = () => kmedoids(engine, points, { k: 5, metric: 'manhattan', init, seed: 4 })
      expect(await withSmallBuffers(engine, 65_536, found)).toEqual(expected[init])
      expect(await found()).toEqual(expected[init])
    }
  }
})

test('a weight of 2 is the point twice, and one of 0 none', async () => {
  const random = seededRandom(5)
  const rows = Array.from({ length: 21 }, () => [integerFrom(random, 0, 50), integerFrom(random, 0, 50)])
  const weights = rows.map((_, row) => row % 3)
  const repeated = rows.flatMap((row, index) => Array.from({ length: weights[index] }, () => row))
  const options = { k: 2, metric: 'manhattan' } as const
  const weighted = await kmedoids(cpu, rows, { ...options, weights })
  const among = rows.filter((_, row) => weights[row] > 0)
  const alone = await kmedoids(cpu, among, { ...options, weights: weights.filter((weight) => weight > 0) })
  const twice = await kmedoids(cpu, repeated, options)
  expect(alone.cost).toBe(twice.cost)
  expect([...alone.medoids].map((row) => among[row])).toEqual([...twice.medoids].map((row) => repeated[row]))
  // Rows without weight may be medoids as well.
  expect(weighted.cost).toBeLessThanOrEqual(alone.cost)
})

test('the order of rows does not matter', async () => {
  const random = seededRandom(6)
  const centers = fillMatrix(4, 2, () => 30 * random())
  const points = rowsOf(blobs(random, 60, centers, 1))
  const order = points.map((_, row) => (37 * row + 11) % 60)
  for (const metric of metricNames) {
    const expected = await kmedoids(cpu, points, { k: 4, metric })
    const { medoids, cost } = await kmedoids(
      cpu,
      order.map((row) => points[row]),
      { k: 4, metric },
    )
    expect([...medoids].map((row) => order[row]).sort((a, b) => a - b)).toEqual([...expected.medoids])
    expect(Math.abs(cost - expected.cost)).toBeLessThanOrEqual(SHARE * expected.cost)
  }
})

test('one point, as many medoids as points, equal rows and duplicates', async () => {
  for (const { engine } of engines) {
    const cluster = async (points: Points, options: KMedoidsOptions) => {
      const { medoids, labels, cost, sizes } = await kmedoids(engine, points, options)
      return [[...medoids], [...labels], cost, [...sizes]]
    }
    for (const init of ['build', 'random'] as const) {
      expect(await cluster([[3, 4]], { k: 1, init })).toEqual([[0], [0], 0, [1]])
      const four = [[0], [5], [1], [9]]
      expect(await cluster(four, { k: 4, init })).toEqual([[0, 1, 2, 3], [0, 1, 2, 3], 0, [1, 1, 1, 1]])
      const equal = await kmedoids(
        engine,
        fillMatrix(9, 2, () => 7.5),
        { k: 3, init },
      )
      expect(equal).toMatchObject({ cost: 0, converged: true })
      for (const [cluster, row] of equal.medoids.entries()) expect(equal.labels[row]).toBe(cluster)
      const pairs = await kmedoids(engine, [[1], [1], [2], [2], [1], [2]], { k: 4, init })
      expect(pairs.cost).toBe(0)
      for (const [cluster, row] of pairs.medoids.entries()) expect(pairs.labels[row]).toBe(cluster)
    }
    expect(
      await cluster(
        fillMatrix(9, 2, () => 7.5),
        { k: 2 },
      ),
    ).toEqual([[0, 1], [0, 1, 0, 0, 0, 0, 0, 0, 0], 0, [8, 1]])
  }
})

test.each([1e-6, 1, 1e6])('points far from the origin, at a scale of %d', async (scale) => {
  const random = seededRandom(3)
  const near = fillMatrix(60, 2, () => integerFrom(random, 0, 40))
  const far: Matrix<Float64Array> = { ...near, data: Float64Array.from(near.data, (value) => (value + 1e7) * scale) }
  const expected = await kmedoids(cpu, near, { k: 4 })
  const found = await kmedoids(cpu, far, { k: 4 })
  expect([...found.medoids]).toEqual([...expected.medoids])
  expect(found.cost / scale).toBeCloseTo(expected.cost, 3)
})

test('given rows are where the search begins', async () => {
  const points = [[0], [1], [2], [50], [51], [52]]
  const start = await kmedoids(cpu, points, { k: 2, init: [5, 0], maxIterations: 0 })
  expect([...start.medoids]).toEqual([0, 5])
  expect(start.cost).toBe(6)
  const found = await kmedoids(cpu, points, { k: 2, init: Uint32Array.of(5, 0) })
  expect([...found.medoids]).toEqual([1, 4])
  expect([...found.labels]).toEqual([0, 0, 0, 1, 1, 1])
})

test('distances are those of a row to its medoid', async () => {
  // From every row to row 0 it is near, but not back.
  const given = [
    [0, 9, 9],
    [1, 0, 9],
    [1, 9, 0],
  ]
  const { medoids, cost } = await kmedoids(cpu, given, { k: 1, metric: 'precomputed' })
  expect([[...medoids], cost]).toEqual([[0], 2])
})

describe.each(metricNames)('the nearest of the medoids, %s', (metric) => {
  test('of other points, and of those that were clustered', async () => {
    const random = seededRandom(21)
    const training = fillMatrix(60, 3, () => 1 + normalFrom(random))
    const far = metric === 'cosine' ? 0 : 1e6
    const clustered = rowsOf(training).map((row) => row.map((value) => value + far))
    const clustering = await kmedoids(cpu, clustered, { k: 5, metric, init: 'random' })
    const options = { training: clustered, clustering, metric }
    const own = await predictMedoids(cpu, clustered, options)
    expect(own.labels).toEqual(clustering.labels)
    expect(own.distances.reduce((sum, distance) => sum + distance)).toBeCloseTo(clustering.cost, 9)
    const others = Array.from({ length: 40 }, () => [1, 1, 1].map(() => far + 1 + normalFrom(random)))
    for (const { engine } of enginesFor(metric, engines)) {
      const { labels, distances } = await predictMedoids(engine, others, options)
      const given = await predictMedoids(
        engine,
        others.map((a) => clustered.map((b) => Math.max(0, METRICS[metric](a, b)))),
        { clustering, metric: 'precomputed' },
      )
      expect(given.labels).toEqual(labels)
      for (const [row, point] of others.entries()) {
        const to = Array.from(clustering.medoids, (medoid) => METRICS[metric](point, clustered[medoid]))
        expect(labels[row]).toBe(to.indexOf(Math.min(...to)))
        expect(distances[row]).toBeCloseTo(Math.min(...to), 5)
        expect(given.distances[row]).toBeCloseTo(Math.min(...to), 9)
      }
    }
  })
})

test('of medoids equally near the first is taken, and rows have no own ones', async () => {
  const options = { training: [[0], [9], [4]], clustering: { medoids: [2, 0, 2] } }
  expect(await predictMedoids(cpu, [[2], [9], [0]], options)).toEqual({
    labels: Uint32Array.of(0, 0, 1),
    distances: Float64Array.of(2, 5, 0),
  })
  const given = { clustering: { medoids: [1, 0] }, metric: 'precomputed' } as const
  expect(
    (
      await predictMedoids(
        cpu,
        [
          [1, 2],
          [3, 3],
        ],
        given,
      )
    ).labels,
  ).toEqual(Uint32Array.of(1, 0))
})

test.each<[Points, object, RegExp]>([
  [[[1]], { training: [[1]], clustering: {} }, /clustering\.medoids must be row numbers of the training points/],
  ...[null, undefined, [0], 7].map((clustering): [Points, object, RegExp] => [
    [[1]],
    { training: [[1]], clustering },
    /clustering\.medoids must be row numbers of the training points/,
  ]),
  [[[1]], { training: 7, clustering: { medoids: [0] } }, /training must be/],
  [[[1]], { clustering: { medoids: [0] } }, /training must be the points that were clustered/],
  [[[1]], { training: [[1]], clustering: { medoids: [1] } }, /clustering\.medoids\[0\] is 1; row numbers are 0 … 0/],
  [[[1]], { clustering: { medoids: [0, 1] }, metric: 'precomputed' }, /medoids\[1\] is 1; row numbers are 0 … 0/],
  [[[-1]], { clustering: { medoids: [0] }, metric: 'precomputed' }, /is -1; distances are at least 0/],
  [[[1, 2]], { training: [[1]], clustering: { medoids: [0] } }, /training have 1 columns, the points 2/],
])('predictMedoids refuses %j with %o', async (points, options, message) => {
  await expect(predictMedoids(cpu, points, options as never)).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(message),
  })
})

test('a sample finds nearly what all points find', async () => {
  const random = seededRandom(11)
  const centers = fillMatrix(5, 3, () => 20 * random())
  const points = blobs(random, 800, centers, 1)
  const all = await kmedoids(cpu, points, { k: 5 })
  for (const { engine } of engines) {
    for (const options of [{}, { metric: 'precomputed' } as const]) {
      const given = {
        data: Float32Array.from(distanceMatrix(rowsOf(points), euclidean).flat()),
        rows: 800,
        columns: 800,
      }
      const found = await kmedoids(engine, 'metric' in options ? given : points, {
        k: 5,
        sampleSize: 120,
        seed: 2,
        ...options,
      })
      expect(found).toMatchObject({ method: 'onebatchpam', converged: true })
      expect(found.cost).toBeLessThan(1.05 * all.cost)
      expect(found.cost).toBeGreaterThan(0.999 * all.cost)
    }
  }
  expect(await kmedoids(cpu, points, { k: 5, sampleSize: 800 })).toEqual(all)
})

test.each<[Points, object, RegExp]>([
  [[[1], [2]], { k: 3 }, /k is 3 but there are only 2 points/],
  [[[1], [2]], { k: 1, init: 'pam' }, /init must be 'build', 'random' or row numbers, got 'pam'/],
  [[[1], [2]], { k: 1, init: [1, 0] }, /init must be 1 row numbers, 'build' or 'random', got 2 numbers/],
  [[[1], [2]], { k: 2, init: [1, 2] }, /init\[1\] is 2; row numbers are 0 … 1/],
  [[[1], [2]], { k: 2, init: [1, 1] }, /init has row 1 twice/],
  [[[1], [2]], { k: 2, init: [0, 0.5] }, /init\[1\] is 0.5/],
  [[[1], [2]], { k: 2, weights: [1] }, /got 1 weights for 2 points/],
  [[[1], [2]], { k: 2, sampleSize: 1 }, /sampleSize is 1, less than the 2 medoids/],
  [[[1], [Number.NaN]], { k: 1 }, /row 1, column 0/],
  [
    [
      [1, 1],
      [0, 0],
    ],
    { k: 1, metric: 'cosine' },
    /row 1 of points is all zero/,
  ],
  [[[0, 1]], { k: 1, metric: 'precomputed' }, /precomputed distances are 1 × 2; give a square matrix/],
  [
    [
      [0, 1],
      [-1, 0],
    ],
    { k: 1, metric: 'precomputed' },
    /the distance in row 1, column 0 is -1/,
  ],
  [
    [
      [0, 1],
      [1, 1],
    ],
    { k: 1, metric: 'precomputed' },
    /the distance of row 1 to itself is 1/,
  ],
  [
    [
      [0, 1],
      [Number.NaN, 0],
    ],
    { k: 1, metric: 'precomputed' },
    /row 1, column 0/,
  ],
])('refuses %j with %o', async (points, options, message) => {
  await expect(kmedoids(cpu, points, options as KMedoidsOptions)).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(message),
  })
})
