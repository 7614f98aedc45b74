/** Internal indices against their definitions, scikit-learn and known answers. */
import { readFileSync } from 'node:fs'
import {
  calinskiHarabasz,
  daviesBouldin,
  dunn,
  type Engine,
  type Points,
  silhouette,
  simplifiedSilhouette,
  withinClusterSumOfSquares,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import * as oracle from '../oracle/evaluation/internal'
import { type Dataset, fillMatrix, integerFrom, readDataset, rowsOf, seededRandom } from '../support/datasets'
import { enginesFor, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const engines = await testEngines()
const [{ engine: cpu }] = engines
const golden = JSON.parse(readFileSync(new URL('../golden/evaluation.json', import.meta.url), 'utf8'))

const numbers = { calinskiHarabasz, daviesBouldin, dunn, withinClusterSumOfSquares }
type Name = keyof typeof numbers

function expectRelative(found: number, expected: number, within: number, what: string): void {
  if (!(Math.abs(found - expected) <= within * Math.abs(expected))) expect(found, what).toBe(expected)
}

async function allOf(engine: Engine, points: Points, labels: ArrayLike<number>): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const metric of ['euclidean', 'manhattan', 'cosine'] as const) {
    found[metric] = (await silhouette(engine, points, labels, { metric })).mean
  }
  found.simplified = (await simplifiedSilhouette(engine, points, labels)).mean
  for (const [name, index] of Object.entries(numbers)) found[name] = await index(engine, points, labels)
  return found
}

const names = ['iris', 'wine', 'digits'] as const
test.each(names)('%s: equal to scikit-learn', async (name) => {
  const { points, classes }: Dataset = readDataset(name)
  for (const { engine, name: where } of VERIFY ? engines : engines.slice(0, name === 'iris' ? 2 : 1)) {
    const found = await allOf(engine, points, classes)
    for (const [index, value] of Object.entries<number>(golden[name])) {
      expectRelative(found[index], value, 1e-5, `${name} on ${where}: ${index}`)
    }
  }
})

const corners = [
  [0, 0],
  [2, 2],
  [3, 3],
  [5, 5],
]
const squares = [
  [0, 0, 1, 1],
  [3, 3, 4, 4],
  [0, 4, 1, 3],
  [3, 1, 4, 0],
].flatMap(([a, b, c, d]) => Array.from({ length: 10 }, (_, i) => (i % 2 ? [c, d] : [a, b])))

test.each(engines)('known answers on $name', async ({ engine }) => {
  const labels = squares.map((_, row) => Math.floor(row / 10))
  expect(await calinskiHarabasz(engine, squares, labels)).toBeCloseTo(108, 10)
  expect(await daviesBouldin(engine, squares, labels)).toBeCloseTo(0.4714045208, 10)
  expectRelative(await dunn(engine, squares, labels), Math.SQRT2, 1e-6, 'dunn')
  expect(await daviesBouldin(engine, corners, [0, 0, 1, 2])).toBeCloseTo(5 / 12, 10)
  expect(await calinskiHarabasz(engine, corners, [0, 0, 1, 2])).toBeCloseTo(2.75, 10)
  expect(await withinClusterSumOfSquares(engine, corners, [0, 0, 1, 2])).toBe(4)
})

test.each([...Array(8).keys()])('random points, seed %i', async (seed) => {
  const random = seededRandom(seed + 1)
  const rows = [4, 5, 17, 64, 65, 130, 257, 300][seed]
  const points = fillMatrix(rows, integerFrom(random, 1, 12), () => 10 * random() - 3)
  const count = Math.min(rows - 1, [2, 3, 2, 30, 5, 129, 2, 7][seed])
  const labels = Array.from(
    { length: rows },
    (_, row) => 5 - 3 * (row < count ? row : integerFrom(random, 0, count - 1)),
  )
  const clusters = oracle.groupRows(rowsOf(points), labels)
  const expected: Record<Name, number> = {
    calinskiHarabasz: oracle.oracleCalinskiHarabasz(clusters),
    daviesBouldin: oracle.oracleDaviesBouldin(clusters),
    dunn: oracle.oracleDunn(clusters),
    withinClusterSumOfSquares: oracle.oracleSumOfSquares(clusters),
  }
  const simplified = oracle.oracleSimplified(rowsOf(points), labels)
  for (const { engine, name: where } of enginesFor(`internal ${seed}`, engines)) {
    for (const [name, index] of Object.entries(numbers)) {
      expectRelative(await index(engine, points, labels), expected[name as Name], 1e-5, `${name} on ${where}`)
    }
    const { values } = await simplifiedSilhouette(engine, points, labels)
    for (const [row, value] of simplified.entries()) expect(values[row]).toBeCloseTo(value, 5)
  }
})

const iris = readDataset('iris')

test('units, place, order and the numbers of labels do not matter', async () => {
  const rows = rowsOf(iris.points)
  const expected = await allOf(cpu, rows, iris.classes)
  for (const scale of [1e-6, 1e6]) {
    const found = await allOf(
      cpu,
      rows.map((row) => row.map((value) => scale * value)),
      iris.classes,
    )
    found.withinClusterSumOfSquares /= scale ** 2
    for (const [name, value] of Object.entries(expected)) expectRelative(found[name], value, 1e-5, `${name} × ${scale}`)
  }
  const reversed = Array.from(iris.classes, (label) => -7 * label).reverse()
  const far = await allOf(cpu, rows.map((row) => row.map((value) => value + 2 ** 24)).reverse(), reversed)
  for (const [name, value] of Object.entries(expected)) {
    if (name !== 'cosine') expectRelative(far[name], value, 1e-5, `${name}, far away and reversed`)
  }
})

test('a cosine of centroids', async () => {
  const rows = [
    [2, 0],
    [1, 0],
    [0, 3],
    [0, 1],
  ]
  const { mean, values } = await simplifiedSilhouette(cpu, rows, [0, 0, 1, 1], { metric: 'cosine' })
  expect([mean, ...values]).toEqual([1, 1, 1, 1, 1])
})

test('clusters of equal points, and centroids that coincide', async () => {
  const rows = [
    [0.1, 0.7],
    [0.1, 0.7],
    [0.1, 0.7],
    [0.3, 0.2],
    [0.3, 0.2],
    [0.3, 0.2],
  ]
  const labels = [0, 0, 0, 1, 1, 1]
  expect(await calinskiHarabasz(cpu, rows, labels)).toBe(1)
  expect(await daviesBouldin(cpu, rows, labels)).toBe(0)
  expect(await dunn(cpu, rows, labels)).toBe(Infinity)
  expect(await withinClusterSumOfSquares(cpu, rows, labels)).toBe(0)
  const equal = Array(4).fill([1, 2])
  expect(await dunn(cpu, equal, [0, 0, 1, 1])).toBe(0)
  expect(await daviesBouldin(cpu, equal, [0, 0, 1, 1])).toBe(0)
  // The first two have one centroid; each is most like the third.
  expect(
    await daviesBouldin(
      cpu,
      [
        [-1, 0],
        [1, 0],
        [0, -2],
        [0, 2],
        [9, 0],
        [11, 0],
      ],
      [0, 0, 1, 1, 2, 2],
    ),
  ).toBeCloseTo((0.2 + 0.3 + 0.3) / 3, 12)
})

test('noise is a cluster, or left out', async () => {
  const labels = [0, 0, 1, 1, -1, -1]
  const rows = [[0], [1], [5], [7], [100], [-100]]
  for (const [name, index] of Object.entries(numbers)) {
    const found = await index(cpu, rows, labels, { noise: 'exclude' })
    expect(found, name).toBe(await index(cpu, rows.slice(0, 4), labels.slice(0, 4)))
    expect(await index(cpu, rows, labels), name).not.toBe(found)
  }
})

describe('refuses', () => {
  const several = { calinskiHarabasz, daviesBouldin, dunn, simplifiedSilhouette }
  test.each(Object.entries(several))('one cluster, and as many as points: %s', async (name, index) => {
    for (const [labels, made] of [
      [[3, 3, 3, 3], 1],
      [[0, 1, 2, 3], 4],
    ] as const) {
      await expect(index(cpu, corners, labels)).rejects.toMatchObject({
        code: 'InputError',
        message: `${name} compares from 2 to n − 1 clusters of n points; the labels make ${made} of 4`,
      })
    }
  })

  test.each(Object.entries(numbers))('labels that are none: %s', async (_, index) => {
    await expect(index(cpu, corners, [0, 1, 0])).rejects.toThrow('got 3 labels for 4 points; give one for each')
    await expect(index(cpu, corners, [0, 1, 0, Number.NaN])).rejects.toThrow(
      'labels must be integers, got NaN in row 3',
    )
    await expect(index(cpu, [[0], [Number.NaN]], [0, 0])).rejects.toThrow('row 1, column 0')
  })

  test('noise only', async () => {
    const result = withinClusterSumOfSquares(cpu, corners, [-1, -1, -1, -1], { noise: 'exclude' })
    await expect(result).rejects.toThrow('withinClusterSumOfSquares leaves out noise, and all 4 points are labelled −1')
  })
})
