/** HDBSCAN* against explicit sets of points, on real and random tables; condensed-tree.test.ts tests the tree alone. */
import { type Hdbscan, hdbscan, type Matrix, standardize } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { euclidean, manhattan } from '../oracle/dbscan'
import { type OracleHdbscan, oracleHdbscan } from '../oracle/hdbscan'
import {
  blobs,
  fillMatrix,
  integerFrom,
  matrixOf,
  pickFrom,
  readDataset,
  rowsOf,
  seededRandom,
  shuffledIndices,
  takeRows,
} from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const engines = await testEngines()
const METRICS = { euclidean, manhattan } as const

const mapped = (matrix: Matrix, value: (value: number) => number): Matrix => ({
  ...matrix,
  data: matrix.data.map(value),
})
const iris = readDataset('iris').points
const digits = readDataset('digits').points
/** Whole numbers, of which all sums of squares are exact in float32. */
const tables: Record<string, Matrix> = {
  iris: mapped(iris, (value) => Math.round(10 * value)),
  wine: mapped(standardize(readDataset('wine').points).points, (value) => Math.round(64 * value)),
  digits: takeRows(digits, [...Array(250).keys()]),
}

function expectSame(found: Hdbscan, expected: OracleHdbscan, what: string): void {
  const { labels, clusters, probabilities, outlierScores } = expected
  expect(found.condensed.stability.length, what).toBe(expected.hierarchy.length)
  expect([...found.outlierScores], what).toEqual(outlierScores)
  if (expected.margin < 1e-9) return
  expect([...found.labels], what).toEqual(labels)
  expect(found.clusters, what).toBe(clusters)
  expect([...found.probabilities], what).toEqual(probabilities)
  const members = Array.from(found.selected, (number) => expected.hierarchy[number - labels.length].members)
  for (const [label, rows] of members.entries()) {
    expect(
      [...rows].sort((a, b) => a - b),
      what,
    ).toEqual([...labels.keys()].filter((row) => labels[row] === label))
  }
}

describe('explicit sets of points', () => {
  test.each(Object.entries(tables))('%s', async (name, points) => {
    const rows = rowsOf(points)
    for (const metric of ['euclidean', 'manhattan'] as const) {
      for (const options of [{}, { selection: 'leaf' }, { minClusterSize: 4, minSamples: 1, epsilon: 8 }] as const) {
        const expected = oracleHdbscan(rows, { minClusterSize: 5, ...options, distance: METRICS[metric] })
        const what = `${metric} ${JSON.stringify(options)}`
        expect(expected.clusters, what).toBeGreaterThan(1)
        for (const { engine, name: engineName } of enginesFor(name + what, engines)) {
          expectSame(await hdbscan(engine, points, { ...options, metric }), expected, `${what} on ${engineName}`)
        }
      }
    }
  })

  test.each([...Array(VERIFY ? 200 : 25).keys()])('random points of a lattice, seed %i', async (seed) => {
    const random = seededRandom(seed + 1)
    const columns = integerFrom(random, 1, 2)
    const width = pickFrom(random, [3, 12, 80])
    const points = fillMatrix([2, 5, 64, 65, 200][seed % 5], columns, () => integerFrom(random, -width, width))
    const options = {
      minClusterSize: integerFrom(random, 2, 9),
      minSamples: pickFrom(random, [undefined, 1, 3, 70]),
      selection: pickFrom(random, ['eom', 'leaf'] as const),
      epsilon: pickFrom(random, [0, 0, 1, 2.5]),
    }
    const metric = pickFrom(random, ['euclidean', 'manhattan'] as const)
    const expected = oracleHdbscan(rowsOf(points), { ...options, distance: METRICS[metric] })
    for (const { engine, name } of enginesFor(`hdbscan ${seed}`, engines)) {
      expectSame(await hdbscan(engine, points, { ...options, metric }), expected, `${name} ${JSON.stringify(options)}`)
    }
  })

  test.each([...Array(VERIFY ? 100 : 10).keys()])('random points of the plane, seed %i', async (seed) => {
    const random = seededRandom(seed + 50)
    const centers = fillMatrix(4, 2, () => 30 * random())
    const points = blobs(random, 160, centers, 1.5)
    const selection = pickFrom(random, ['eom', 'leaf'] as const)
    const expected = oracleHdbscan(rowsOf(points), { minClusterSize: 5, selection })
    for (const { engine } of enginesFor(`plane ${seed}`, engines)) {
      const found = await hdbscan(engine, points, { selection })
      for (const [row, score] of expected.outlierScores.entries()) {
        expect(Math.abs(found.outlierScores[row] - score)).toBeLessThan(1e-4)
      }
      if (expected.margin > 1e-4) expect([...found.labels]).toEqual(expected.labels)
    }
  })

  // X, _ = load_digits(return_X_y=True); HDBSCAN(min_cluster_size=20).fit(X).labels_: [2, 6, -1, ..., -1, -1, -1]
  test.runIf(process.env.LLOYD_VERIFY)('digits, as the documentation of scikit-learn shows them', async () => {
    const { labels, clusters } = await hdbscan(engines[0].engine, digits, { minClusterSize: 20 })
    expect(labels.length).toBe(1797)
    expect(labels[0]).toBeGreaterThanOrEqual(0)
    expect(labels[1]).toBeGreaterThanOrEqual(0)
    expect(labels[0]).not.toBe(labels[1])
    expect([labels[2], ...labels.slice(-3)]).toEqual([-1, -1, -1, -1])
    expect(clusters).toBeGreaterThanOrEqual(7)
  })
})

describe.each(engines)('on $name', ({ engine }) => {
  test('directions, by the cosine distance', async () => {
    const random = seededRandom(8)
    const centers = matrixOf([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0.6, -0.8],
    ])
    const directions = blobs(random, 120, centers, 0.02)
    const lengths = Array.from({ length: 120 }, () => 0.1 + 100 * random())
    const points = fillMatrix(120, 3, (row, column) => lengths[row] * directions.data[3 * row + column])
    const { labels, clusters } = await hdbscan(engine, points, { metric: 'cosine', minClusterSize: 20 })
    expect(clusters).toBe(3)
    for (const [row, label] of labels.entries()) if (label >= 0) expect(label).toBe(row % 3)
  })

  test('the order of rows changes nothing but numbers', async () => {
    const order = [...shuffledIndices(seededRandom(4), 150)]
    for (const options of [{}, { selection: 'leaf' }, { epsilon: 4 }] as const) {
      const found = await hdbscan(engine, tables.iris, options)
      const moved = await hdbscan(engine, takeRows(tables.iris, order), options)
      const names = [...new Set(order.map((row) => found.labels[row]))].filter((label) => label >= 0)
      expect([...moved.labels]).toEqual(order.map((row) => names.indexOf(found.labels[row])))
      expect([...moved.probabilities]).toEqual(order.map((row) => found.probabilities[row]))
      expect([...moved.outlierScores]).toEqual(order.map((row) => found.outlierScores[row]))
    }
  })

  test('a tree gives what a new run gives', async () => {
    const tree = await hdbscan(engine, tables.wine, { minSamples: 4 })
    expect(hdbscan(tree)).toEqual(tree)
    for (const options of [
      { minClusterSize: 2 },
      { minClusterSize: 12, epsilon: 60 },
      { selection: 'leaf' },
    ] as const) {
      const found = hdbscan(structuredClone(tree), options)
      expect(found).toEqual(await hdbscan(engine, tables.wine, { minSamples: 4, ...options }))
      expect(hdbscan(found)).toEqual(tree)
    }
  })

  test.each([
    ['one point', 1, 0],
    ['two points', 2, 1],
    ['fewer points than a cluster needs', 4, 1],
    ['equal points', 40, 0],
    ['points of a line at equal distances', 40, 1],
  ])('%s: noise', async (_, rows, step) => {
    const { labels, clusters, merges } = await hdbscan(
      engine,
      fillMatrix(rows, 2, (row) => row * step),
    )
    expect([...labels]).toEqual(Array(rows).fill(-1))
    expect(clusters).toBe(0)
    expect(merges.rows).toBe(rows - 1)
  })

  test('groups of equal points', async () => {
    const { labels, probabilities, outlierScores } = await hdbscan(
      engine,
      fillMatrix(40, 2, (row) => (row % 4) ** 2),
    )
    expect([...labels]).toEqual(Array.from({ length: 40 }, (_, row) => row % 4))
    expect([...probabilities]).toEqual(Array(40).fill(1))
    expect([...outlierScores]).toEqual(Array(40).fill(0))
  })
})

test('many equal points, in a time that does not grow with its square', async () => {
  const spots = fillMatrix(20_000, 2, (row) => (row % 4) ** 2)
  const began = process.cpuUsage()
  expect(await hdbscan(engines[0].engine, spots)).toMatchObject({ clusters: 4 })
  const { user, system } = process.cpuUsage(began)
  expect(user + system, 'microseconds').toBeLessThan(20e6)
})

describe('refuses', () => {
  const points = fillMatrix(3, 2, (row, column) => (row === 1 ? 0 : row + column + 1))
  test.each([
    [{ minClusterSize: 1 }, /minClusterSize must be an integer from 2/],
    [{ minClusterSize: 2.5 }, /minClusterSize must be an integer from 2/],
    [{ minSamples: 0 }, /minSamples must be an integer from 1/],
    [{ epsilon: -1 }, /epsilon must be a number of at least 0, got -1/],
    [{ epsilon: Number.NaN }, /epsilon must be a number of at least 0/],
    [{ selection: 'best' }, /selection must be 'eom' or 'leaf'/],
    [{ metric: 'chebyshev' }, /metric must be 'euclidean', 'manhattan' or 'cosine'/],
    [{ metric: 'cosine' }, /row 1 of points is all zero/],
  ])('%o', async (options, message) => {
    await expect(hdbscan(engines[0].engine, points, options as never)).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(message),
    })
  })

  const merges = (...data: number[]) => ({
    merges: { data: Float64Array.from(data), rows: data.length / 4, columns: 4 },
  })
  test.each([
    [merges(), { minSamples: 3 }, /hdbscan of a tree has no option 'minSamples'; it takes minClusterSize, selection/],
    [merges(), { minClusterSize: 1 }, /minClusterSize must be/],
    [{ merges: null }, {}, /merges must be a float64 matrix of 4 columns/],
    [{ merges: { data: new Float32Array(4), rows: 1, columns: 4 } }, {}, /merges must be a float64 matrix/],
    [merges(0, 1, Number.NaN, 2), {}, /merges has 0, 1, NaN, 2 in row 0, no merge of two clusters that are left/],
    [merges(0, 3, 1, 2, 1, 2, 2, 2), {}, /in row 0/],
    [merges(0, 1, 1, 2, 0, 2, 2, 2), {}, /in row 1/],
    [merges(0, 1, 3, 2, 2, 3, 2, 3), {}, /merges has 2, 3, 2, 3 in row 1/],
    [merges(0, 1, 1, 2, 2, 3, 2, 4), {}, /in row 1/],
  ])('the tree %o with %o', (tree, options, message) => {
    expect(() => hdbscan(tree as never, options as never)).toThrow(message)
  })
})
