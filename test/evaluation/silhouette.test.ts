/** Silhouettes against their definition, and known answers. */
import { type Points, type SilhouetteOptions, silhouette } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import { oracleSilhouette } from '../oracle/evaluation/silhouette'
import { fillMatrix, integerFrom, matrixOf, readDataset, rowsOf, seededRandom } from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const engines = await testEngines()
const [{ engine: cpu }] = engines
const METRICS = { euclidean, manhattan, cosine } as const
type Metric = keyof typeof METRICS

function expectNear(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(found.length, what).toBe(expected.length)
  for (const [row, value] of expected.entries()) {
    if (!(Math.abs(found[row] - value) <= 1e-5)) expect(found[row], `${what}: row ${row}`).toBe(value)
  }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const corners = [
  [0, 0],
  [2, 2],
  [3, 3],
  [5, 5],
]
const squares = [
  [
    [0, 0],
    [1, 1],
  ],
  [
    [3, 3],
    [4, 4],
  ],
  [
    [0, 4],
    [1, 3],
  ],
  [
    [3, 1],
    [4, 0],
  ],
].flatMap((pair) => Array.from({ length: 10 }, (_, i) => pair[i % 2]))

test.each(engines)('known answers on $name', async ({ engine }) => {
  const { mean, values } = await silhouette(engine, corners, [0, 0, 1, 2])
  expectNear(values, [1 / 3, -0.5, 0, 0], 'corners')
  expect(mean).toBeCloseTo((1 / 3 - 0.5) / 4, 6)
  const labels = squares.map((_, row) => Math.floor(row / 10))
  expect((await silhouette(engine, squares, labels)).mean).toBeCloseTo(0.7381085996, 6)
})

describe.each(Object.keys(METRICS) as Metric[])('%s', (metric) => {
  test.each([...Array(8).keys()])('random points, seed %i', async (seed) => {
    const random = seededRandom(seed + 1)
    const rows = [4, 5, 17, 64, 65, 130, 257, 300][seed]
    const points = fillMatrix(rows, integerFrom(random, 2, 12), () => 10 * random() - 3)
    const clusters = Math.min(rows - 1, [2, 3, 2, 30, 5, 129, 2, 7][seed])
    const labels = Array.from(
      { length: rows },
      (_, row) => 3 * (row < clusters ? row : integerFrom(random, 0, clusters - 1)) - 5,
    )
    const expected = oracleSilhouette(rowsOf(points), labels, METRICS[metric])
    for (const { engine, name } of enginesFor(`silhouette ${metric} ${seed}`, engines)) {
      const { mean, values } = await silhouette(engine, points, labels, { metric })
      expectNear(values, expected, `${name}, ${rows} × ${points.columns}, ${clusters} clusters`)
      expect(Math.abs(mean - meanOf(expected)), name).toBeLessThan(1e-6)
    }
  })
})

const iris = readDataset('iris')
const irisOf = async (points: Points, options: SilhouetteOptions = {}, labels: ArrayLike<number> = iris.classes) =>
  await silhouette(cpu, points, labels, options)

test.each(['euclidean', 'manhattan', 'cosine'] as const)('the scale of points does not matter, %s', async (metric) => {
  const rows = rowsOf(iris.points)
  const { values } = await irisOf(iris.points, { metric })
  for (const scale of [1e-6, 1e-20, 1e6, 1e15]) {
    const scaled = await irisOf(
      rows.map((row) => row.map((value) => value * scale)),
      { metric },
    )
    expectNear(scaled.values, [...values], `scale ${scale}`)
  }
})

test('neither does their place, nor their order, nor the numbers of labels', async () => {
  const rows = rowsOf(iris.points)
  const { mean, values } = await irisOf(iris.points)
  expectNear((await irisOf(rows.map((row) => row.map((value) => value + 2 ** 20)))).values, [...values], 'far away')
  const reversed = await irisOf([...rows].reverse(), {}, Array.from(iris.classes, (label) => -7 * label).reverse())
  expectNear([...reversed.values].reverse(), [...values], 'reversed')
  expect(reversed.mean).toBeCloseTo(mean, 7)
})

test('directions near one another keep their distances', async () => {
  const random = seededRandom(3)
  const rows = Array.from({ length: 60 }, (_, row) => [1, 1, 1].map((x) => x + 1e-4 * (random() + (row % 2))))
  const labels = rows.map((_, row) => row % 2)
  const { values } = await silhouette(cpu, rows, labels, { metric: 'cosine' })
  expectNear(values, oracleSilhouette(rows, labels, cosine), 'near directions')
})

test('many points of one distance: sums are not rounded away', async () => {
  const { engine } = engines[VERIFY ? 1 : 0]
  const third = VERIFY ? 33_333 : 1_111
  const points = fillMatrix(3 * third, 1, (row) => [0, 0.7, 2][row % 3])
  const labels = Array.from({ length: 3 * third }, (_, row) => (row % 3 < 2 ? 0 : 1))
  const { values } = await silhouette(engine, points, labels)
  const a = (0.7 * third) / (2 * third - 1)
  expectNear(values.subarray(0, 3), [(2 - a) / 2, (1.3 - a) / 1.3, 1], 'the first of each place')
})

test('noise is a cluster, or left out', async () => {
  const labels = [0, 0, 1, 1, -1, -1]
  const rows = [[0], [1], [5], [7], [100], [-100]]
  const all = await silhouette(cpu, rows, labels)
  expectNear(all.values, oracleSilhouette(rows, labels, euclidean), 'as a cluster')
  const { mean, values } = await silhouette(cpu, rows, labels, { noise: 'exclude' })
  const expected = oracleSilhouette(rows.slice(0, 4), labels.slice(0, 4), euclidean)
  expectNear(values.subarray(0, 4), expected, 'left out')
  expect([...values.subarray(4)]).toEqual([Number.NaN, Number.NaN])
  expect(mean).toBeCloseTo(meanOf(expected), 6)
})

test('equal points have a silhouette of 0', async () => {
  for (const metric of ['euclidean', 'manhattan', 'cosine'] as const) {
    const { mean, values } = await silhouette(cpu, Array(6).fill([3, 1, 2]), [0, 0, 1, 1, 2, 1], { metric })
    expect([...values, mean]).toEqual(Array(7).fill(0))
  }
})

test.each([
  [[0, 0, 0, 0], {}, 'silhouette compares from 2 to n − 1 clusters of n points; the labels make 1 of 4'],
  [[0, 1, 2, 3], {}, 'the labels make 4 of 4'],
  [[0, 0, 1, -1], { noise: 'exclude' }, undefined],
  [[0, 0, 0, -1], { noise: 'exclude' }, 'the labels make 1 of 3'],
  [[-1, -1, -1, -1], { noise: 'exclude' }, 'the labels make 0 of 0'],
  [[0, 0, 1], {}, 'got 3 labels for 4 points; give one for each'],
  [[0, 0, 1, 0.5], {}, 'labels must be integers, got 0.5 in row 3'],
  [[0, 0, 1, 1], { metric: 'cosine' }, 'row 0 of points is all zero'],
])('labels %j with %j: %s', async (labels, options, message) => {
  const result = silhouette(cpu, corners, labels, options as SilhouetteOptions)
  if (message)
    await expect(result).rejects.toMatchObject({ code: 'InputError', message: expect.stringContaining(message) })
  else await expect(result).resolves.toHaveProperty('mean')
})

test('one column too: matrixOf keeps rows', async () => {
  const { values } = await silhouette(cpu, matrixOf([[0], [1], [10], [11]]), [0, 0, 1, 1])
  expectNear(values, [(10.5 - 1) / 10.5, (9.5 - 1) / 9.5, (9.5 - 1) / 9.5, (10.5 - 1) / 10.5], 'pairs')
})
