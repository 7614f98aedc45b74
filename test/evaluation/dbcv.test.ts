/** DBCV against its definition, and known answers. */
import { createEngine, dbcv, kmeans } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { oracleDbcv } from '../oracle/evaluation/dbcv'
import { integerFrom, normalFrom, readDataset, rowsOf, seededRandom, shuffledIndices } from '../support/datasets'

const cpu = await createEngine({ backend: 'cpu' })
const iris = readDataset('iris')
const irisRows = rowsOf(iris.points)
const classes = Array.from(iris.classes)

test('known answers', async () => {
  const line = [[0], [1], [10], [11]]
  // Every point has the core distance 1; a gap of 9 and edges of 1.
  expect(await dbcv(cpu, line, [0, 0, 1, 1])).toBeCloseTo(8 / 9, 14)
  expect(await dbcv(cpu, [...line, [5]], [0, 0, 1, 1, -1]), 'noise').toBeCloseTo(((4 / 5) * 8) / 9, 14)
  expect(await dbcv(cpu, [...line, [5]], [0, 0, 1, 1, 7]), 'a cluster of one').toBeCloseTo(((4 / 5) * 8) / 9, 14)
  // Edges of 10 in clusters that are 9 or 1 apart.
  expect(await dbcv(cpu, line, [0, 1, 0, 1])).toBeCloseTo(0, 14)
})

describe.each([1, 2, 3, 9])('random points of %i columns', (columns) => {
  test.each([...Array(12).keys()])('seed %i', async (seed) => {
    const random = seededRandom(100 * columns + seed)
    const clusters = integerFrom(random, 2, 4)
    const labels = Array.from({ length: integerFrom(random, 12, 60) }, () => integerFrom(random, -1, clusters - 1))
    labels.splice(0, 4, 0, 0, 1, 1)
    const ties = seed % 3 === 0 // Whole numbers, of which many are equal.
    const points = labels.map((label) =>
      Array.from({ length: columns }, () => (ties ? integerFrom(random, 0, 3) : normalFrom(random) + 2 * label)),
    )
    expect(await dbcv(cpu, points, labels)).toBeCloseTo(oracleDbcv(points, labels), 12)
  })
})

test('edges of equal reachability and distance', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed)
    const length = integerFrom(random, 10, 30)
    const drawn = Array.from({ length }, () => Array.from({ length: 3 }, () => integerFrom(random, 0, 3)))
    const points = [...new Map(drawn.map((point) => [point.join(), point])).values()]
    const labels = points.map((_, row) => row % 2)
    expect(await dbcv(cpu, points, labels), `seed ${seed}`).toBeCloseTo(oracleDbcv(points, labels), 12)
  }
})

test('iris, in any order, unit and place', async () => {
  const expected = oracleDbcv(irisRows, classes)
  const found = await dbcv(cpu, iris.points, classes)
  expect(found).toBeCloseTo(expected, 12)
  const order = [...shuffledIndices(seededRandom(3), 150)]
  const change = (each: (value: number) => number) => order.map((row) => irisRows[row].map(each))
  const labels = order.map((row) => classes[row])
  expect(await dbcv(cpu, change(Number), labels), 'shuffled').toBe(found)
  for (const scale of [2 ** -20, 2 ** 20]) {
    expect(
      await dbcv(
        cpu,
        change((value) => scale * value),
        labels,
      ),
      `× ${scale}`,
    ).toBe(found)
  }
  expect(
    await dbcv(
      cpu,
      change((value) => value + 1024),
      labels,
    ),
    'far away',
  ).toBe(found)
})

test('256 columns', async () => {
  const random = seededRandom(5)
  const labels = Array.from({ length: 30 }, (_, row) => row % 3)
  const points = labels.map((label) => Array.from({ length: 256 }, () => normalFrom(random) + label))
  const found = await dbcv(cpu, points, labels)
  for (const scale of [2 ** -20, 2 ** 20]) {
    const scaled = points.map((row) => row.map((value) => scale * Math.fround(value)))
    expect(await dbcv(cpu, scaled, labels), `× ${scale}`).toBeCloseTo(found, 6)
  }
})

test('equal points are dense', async () => {
  const pairs = [[1], [1], [1], [1], [4], [4], [4], [4]]
  expect(await dbcv(cpu, pairs, [0, 0, 0, 0, 1, 1, 1, 1])).toBe(1)
  expect(await dbcv(cpu, pairs, [0, 0, 1, 1, 0, 0, 1, 1])).toBe(-1)
  expect(await dbcv(cpu, Array(6).fill([1, 2]), [0, 0, 0, 1, 1, 1])).toBe(0)
})

test('two moons are better than halves of them', async () => {
  const random = seededRandom(1)
  const moons = Array.from({ length: 200 }, (_, row) => {
    const angle = (Math.PI * (row >> 1)) / 99
    const [x, y] = row % 2 ? [1 - Math.cos(angle), 0.5 - Math.sin(angle)] : [Math.cos(angle), Math.sin(angle)]
    return [x + 0.02 * random(), y + 0.02 * random()]
  })
  const { labels } = await kmeans(cpu, moons, { k: 2, seed: 1 })
  const whole = await dbcv(
    cpu,
    moons,
    moons.map((_, row) => row % 2),
  )
  expect(whole).toBeGreaterThan(0.5)
  expect(await dbcv(cpu, moons, labels)).toBeLessThan(0)
})

test('refuses what are no clusters', async () => {
  const points = [[0], [1], [2], [3]]
  for (const [labels, made] of [
    [[3, 3, 3, 3], '1 of 1'],
    [[0, 1, 2, 3], '0 of 4'],
    [[0, 0, 1, -1], '1 of 2'],
    [[-1, -1, -1, -1], '0 of 0'],
  ] as const) {
    await expect(dbcv(cpu, points, labels)).rejects.toMatchObject({
      code: 'InputError',
      message: `dbcv compares clusters of two points or more, at least two, without noise (−1); the labels make ${made}`,
    })
  }
  await expect(dbcv(cpu, points, [0, 1, 0])).rejects.toThrow('got 3 labels for 4 points; give one for each')
  await expect(dbcv(cpu, points, [0, 1, 0, 0.5])).rejects.toThrow('labels must be integers, got 0.5 in row 3')
  await expect(dbcv(cpu, [[0], [Number.NaN]], [0, 0])).rejects.toThrow('row 1, column 0')
})
