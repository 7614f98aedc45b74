/** DBSCAN against the textbook on real and random points, and what must hold for any. */
import { dbscan, type Matrix, standardize } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { cosine, euclidean, manhattan, oracleDbscan } from '../oracle/dbscan'
import {
  fillMatrix,
  integerFrom,
  matrixOf,
  readDataset,
  rowsOf,
  seededRandom,
  shuffledIndices,
  takeRows,
} from '../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../support/engines'

const engines = await testEngines()
const METRICS = { euclidean, manhattan, cosine } as const
const NAMES = Object.keys(METRICS) as (keyof typeof METRICS)[]

/** A distance near `wanted` of which no two points are within a millionth of it, so that rounding decides nothing. */
function betweenDistances(points: readonly number[][], wanted: number, metric: keyof typeof METRICS): number {
  const distances = points.flatMap((a, i) => points.slice(i + 1).map((b) => METRICS[metric](a, b)))
  const sorted = Float64Array.from(distances).sort()
  let at = sorted.findIndex((value) => value > wanted)
  while (at > 0 && sorted[at] - sorted[at - 1] < 4e-6 * sorted[at]) at++
  return at < 1 ? wanted : (sorted[at - 1] + sorted[at]) / 2
}

const plain = ({ labels, corePoints, clusters }: Awaited<ReturnType<typeof dbscan>>) => ({
  labels: [...labels],
  corePoints: [...corePoints],
  clusters,
})

describe('known answers', () => {
  const line = matrixOf([[0], [2], [3], [4], [6], [8], [10]])
  test.each([
    [1, [0, 1, 1, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6]],
    [2, [-1, 0, 0, 0, -1, -1, -1], [1, 2, 3]],
    [3, [-1, 0, 0, 0, -1, -1, -1], [2]],
    [4, [-1, -1, -1, -1, -1, -1, -1], []],
  ])('a line, minPoints %i', async (minPoints, labels, cores) => {
    for (const { engine } of engines) {
      const result = await dbscan(engine, line, { epsilon: 1, minPoints })
      expect(plain(result)).toMatchObject({ labels, corePoints: cores })
    }
  })

  test('a border point between two clusters takes the lower label', async () => {
    const between = matrixOf([[4], [3], [2], [0], [-2], [-3], [-4]])
    const { labels } = await dbscan(engines[0].engine, between, { epsilon: 2, minPoints: 4 })
    expect([...labels]).toEqual([0, 0, 0, 0, 1, 1, 1])
  })
})

describe('the textbook', () => {
  const { iris, wine, digits } = Object.fromEntries(
    (['iris', 'wine', 'digits'] as const).map((name) => [name, readDataset(name).points]),
  )
  const cases: [string, Matrix, number, Record<keyof typeof METRICS, number>][] = [
    ['iris', iris, 5, { euclidean: 0.5, manhattan: 0.85, cosine: 0.01 }],
    ['wine', standardize(wine).points, 6, { euclidean: 2.3, manhattan: 7, cosine: 0.2 }],
    ['digits', takeRows(digits, [...Array(500).keys()]), 4, { euclidean: 22, manhattan: 115, cosine: 0.08 }],
  ]
  test.each(cases)('%s', async (name, points, minPoints, wanted) => {
    const rows = rowsOf(points)
    for (const metric of NAMES) {
      const epsilon = betweenDistances(rows, wanted[metric], metric)
      const expected = oracleDbscan(rows, { epsilon, minPoints, distance: METRICS[metric] })
      expect(expected.clusters, metric).toBeGreaterThan(0)
      for (const { engine } of enginesFor(name + metric, engines)) {
        expect(plain(await dbscan(engine, points, { epsilon, minPoints, metric })), metric).toEqual(expected)
      }
    }
  })

  const VERIFY = Boolean(process.env.LLOYD_VERIFY)
  test.each([...Array(VERIFY ? 400 : 60).keys()])('random points, seed %i', async (seed) => {
    const random = seededRandom(seed + 1)
    const rows = [1, 2, 8, 9, 64, 65, 300, 520][seed % 8]
    const columns = [2, 3, 1, 7][integerFrom(random, 0, 3)]
    const metric = NAMES[seed % 3]
    // On a lattice distances tie, and sums of them are exact; cosine distances are not.
    const lattice = metric !== 'cosine' && random() < 0.5
    const points = fillMatrix(rows, columns, () => (lattice ? integerFrom(random, -9, 9) : 20 * random() - 10.5))
    const given = rowsOf(points)
    const wanted = metric === 'cosine' ? 0.02 : 3
    const epsilon = lattice ? integerFrom(random, 0, 4) : betweenDistances(given, wanted, metric)
    const minPoints = integerFrom(random, 1, 9)
    const weights = seed % 5 === 0 ? Array.from({ length: rows }, () => integerFrom(random, 0, 3) + 1) : undefined
    const expected = oracleDbscan(given, { epsilon, minPoints, distance: METRICS[metric], weights })
    for (const { engine, name } of enginesFor(`dbscan ${seed}`, engines)) {
      const options = { epsilon, minPoints, metric, weights }
      expect(plain(await dbscan(engine, points, options)), `${name} ${JSON.stringify(options)}`).toEqual(expected)
    }
  })
})

describe.each(engines)('on $name', ({ engine }) => {
  const random = seededRandom(5)
  const square = fillMatrix(3000, 2, () => random())

  test('the order of rows changes nothing but the numbers of clusters', async () => {
    const points = fillMatrix(1500, 2, () => integerFrom(random, 0, 90))
    const options = { epsilon: 2, minPoints: 5 }
    const { labels, corePoints } = await dbscan(engine, points, options)
    const order = shuffledIndices(random, 1500)
    const moved = await dbscan(engine, takeRows(points, order), options)
    expect([...moved.corePoints].map((row) => order[row]).sort((a, b) => a - b)).toEqual([...corePoints])
    // Border points may go to another cluster, since the numbers are others; core points and noise may not.
    const names = new Map<number, number>()
    const cores = new Set(corePoints)
    for (const [row, from] of order.entries()) {
      expect(moved.labels[row] === -1).toBe(labels[from] === -1)
      if (!cores.has(from)) continue
      if (!names.has(moved.labels[row])) names.set(moved.labels[row], labels[from])
      expect(names.get(moved.labels[row])).toBe(labels[from])
    }
  })

  test.each([
    ['every point by itself', { epsilon: 0, minPoints: 1 }, 3000, 3000],
    ['no two points equal', { epsilon: 0, minPoints: 2 }, 0, 0],
    ['all points neighbours', { epsilon: Number.POSITIVE_INFINITY, minPoints: 3000 }, 1, 3000],
    ['more neighbours asked for than there are points', { epsilon: 9, minPoints: 3001 }, 0, 0],
    ['all points within epsilon', { epsilon: 1.5, minPoints: 3000 }, 1, 3000],
  ])('%s', async (_, options, clusters, cores) => {
    const result = await dbscan(engine, square, options)
    expect(result.clusters).toBe(clusters)
    expect(result.corePoints.length).toBe(cores)
    expect(result.labels.filter((label) => label === -1).length).toBe(clusters === 0 ? 3000 : 0)
  })

  test('equal points, and one point', async () => {
    const equal = fillMatrix(1000, 3, () => 0.1)
    expect(await dbscan(engine, equal, { epsilon: 0, minPoints: 1000 })).toMatchObject({ clusters: 1 })
    expect(await dbscan(engine, equal, { epsilon: 0, minPoints: 1001 })).toMatchObject({ clusters: 0 })
    expect(plain(await dbscan(engine, [[7, 7]], { epsilon: 1, minPoints: 1 }))).toEqual({
      labels: [0],
      corePoints: [0],
      clusters: 1,
    })
  })

  test('a path of many points is one cluster, and two where it is cut', async () => {
    const count = engine.backend === 'cpu' ? 100_000 : 20_000
    const order = shuffledIndices(seededRandom(3), count)
    const path = { data: Float64Array.from(order), rows: count, columns: 1 }
    expect(await dbscan(engine, path, { epsilon: 1, minPoints: 2 })).toMatchObject({ clusters: 1 })
    const cut = { ...path, data: path.data.map((value) => (value > count / 3 ? value + 0.5 : value)) }
    const { clusters, labels } = await dbscan(engine, cut, { epsilon: 1, minPoints: 2 })
    expect(clusters).toBe(2)
    expect(
      labels.every((label, row) => (label === labels[0]) === (order[row] > count / 3 === order[0] > count / 3)),
    ).toBe(true)
  })

  test('a lattice whose spacing is epsilon', async () => {
    const lattice = fillMatrix(900, 2, (row, column) => (column === 0 ? row % 30 : Math.floor(row / 30)))
    expect(await dbscan(engine, lattice, { epsilon: 1, minPoints: 5 })).toMatchObject({ clusters: 1 })
    expect((await dbscan(engine, lattice, { epsilon: 1, minPoints: 5 })).corePoints.length).toBe(28 * 28)
    expect((await dbscan(engine, lattice, { epsilon: Math.SQRT2, minPoints: 9 })).corePoints.length).toBe(28 * 28)
    expect((await dbscan(engine, lattice, { epsilon: 0.999_999, minPoints: 2 })).clusters).toBe(0)
  })

  test('groups that lie 10¹⁷ times their epsilon apart', async () => {
    const groups = fillMatrix(
      300,
      2,
      (row, column) => (row % 3 === 0 ? 1e17 * (1 - 2 * column) : row % 3) + (row % 3 ? Math.floor(row / 3) : 0),
    )
    const { clusters, labels } = await dbscan(engine, groups, { epsilon: 1.5, minPoints: 2 })
    expect(clusters).toBe(2)
    expect(labels[0]).toBe(labels[3])
    expect(labels[1]).toBe(labels[4])
    expect(labels[1]).toBe(labels[2])
  })

  test('points far from the origin', async () => {
    const { points } = readDataset('iris')
    const options = { epsilon: 0.55, minPoints: 5 }
    const far = { ...points, data: Float64Array.from(points.data, (value) => Math.round(10 * value) / 10 + 1.7e9) }
    const near = { ...points, data: Float64Array.from(far.data, (value) => value - 1.7e9) }
    expect(await dbscan(engine, far, options)).toEqual(await dbscan(engine, near, options))
  })

  // In float32, coordinates of 5 million metres are half a metre apart.
  test('a path of steps that are a millionth of their distance from the origin', async () => {
    const step = (row: number) => 1.25 * row + (row < 1000 ? 0 : 600_000)
    const path = Array.from({ length: 2000 }, (_, row) => [400_000.1 + step(row), 5_300_000.1 - step(row)])
    const found = await dbscan(engine, path, { epsilon: 1.8, minPoints: 3 })
    expect([found.clusters, found.corePoints.length]).toEqual([2, 1996])
  })

  test('chunks change nothing', async () => {
    const points = fillMatrix(9000, 2, () => random() ** 2)
    const options = { epsilon: 0.01, minPoints: 6 }
    const whole = await dbscan(engine, points, options)
    expect(whole.clusters).toBeGreaterThan(5)
    expect(await withSmallBuffers(engine, 73_000, () => dbscan(engine, points, options))).toEqual(whole)
  })
})

test.each([
  [{ epsilon: -1, minPoints: 3 }, /epsilon must be a number of at least 0, got -1/],
  [{ epsilon: Number.NaN, minPoints: 3 }, /epsilon must be a number of at least 0/],
  [{ minPoints: 3 }, /epsilon must be/],
  [{ epsilon: 1, minPoints: 0 }, /minPoints must be an integer/],
  [{ epsilon: 1, minPoints: 2.5 }, /minPoints must be an integer/],
  [{ epsilon: 1, minPoints: 2, metric: 'chebyshev' }, /metric must be 'euclidean', 'manhattan' or 'cosine'/],
  [{ epsilon: 1, minPoints: 2, weights: [1, 2] }, /2 weights for 3 points/],
  [{ epsilon: 1, minPoints: 2, weights: [1, -2, 3] }, /weights\[1\] is -2/],
  [{ epsilon: 1, minPoints: 2, weights: [0, 0, 0] }, /weights/],
  [{ epsilon: 1, minPoints: 2, weights: [1, Infinity, 3] }, /weights\[1\] is Infinity/],
  [{ epsilon: 1, minPoints: 2, metric: 'cosine' }, /row 1 of points is all zero/],
])('refuses %o', async (options, message) => {
  const points = matrixOf([
    [1, 2],
    [0, 0],
    [3, 4],
  ])
  await expect(dbscan(engines[0].engine, points, options as never)).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(message),
  })
})
