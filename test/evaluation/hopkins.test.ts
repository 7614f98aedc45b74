/** The Hopkins statistic: its distribution for uniform points, its extremes, and p-values against SciPy. */
import { hopkins, hopkinsTest } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { betaTail } from '../../src/evaluation/beta-tail.js'
import { randomBits } from '../../src/kernels/shared/random.js'
import { seededRandom } from '../oracle/random'
import { fillMatrix, readDataset } from '../support/datasets'
import { testEngines } from '../support/engines'

const engines = await testEngines()
const [{ engine: cpu }] = engines
const uniform = (rows: number, columns: number, seed: number) => fillMatrix(rows, columns, seededRandom(seed))

test('the probabilities of Beta(m, m) are those of SciPy', () => {
  // scipy.special.betainc(m, m, x)
  const known = [
    [1, 0.3, 0.3],
    [5, 0.3, 0.0988086599999999],
    [20, 0.5, 0.4999999999999996],
    [100, 0.45, 0.07838793271222329],
    [100, 0.1, 1.4990328239114586e-46],
    [1000, 0.52, 0.9632205167213664],
    [300, 0.999, 0.9999999999999999],
  ]
  for (const [m, x, expected] of known) {
    expect(Math.abs(betaTail(m, x) / expected - 1), `${m}, ${x}`).toBeLessThan(1e-11)
    expect(betaTail(m, x) + betaTail(m, 1 - x)).toBeCloseTo(1, 12)
  }
  expect([betaTail(7, 0), betaTail(7, 1), betaTail(1e6, 0.5)]).toEqual([0, 1, expect.closeTo(0.5, 9)])
})

/** The largest difference of the distribution of values from Beta(m, m): Kolmogorov and Smirnov's. */
function differenceOf(values: number[], m: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.max(
    ...sorted.flatMap((value, at) => {
      const expected = betaTail(m, value)
      return [expected - at / values.length, (at + 1) / values.length - expected]
    }),
  )
}

describe.each([1, 2, 5])('uniform points of %i columns', (columns) => {
  const seeds = process.env.LLOYD_VERIFY ? 200 : 40
  test.each(process.env.LLOYD_VERIFY ? [150, 1000, 3000] : [150])(
    `follow Beta(m, m), %i of them, ${seeds} seeds`,
    async (rows) => {
      const statistics: number[] = []
      for (let seed = 0; seed < seeds; seed++) {
        statistics.push(await hopkins(cpu, uniform(rows, columns, 1000 * columns + seed), { seed }))
      }
      // Probability 1 % of a larger one.
      expect(differenceOf(statistics, Math.min(100, Math.floor(rows / 10)))).toBeLessThan(1.63 / Math.sqrt(seeds))
    },
  )
})

describe.each(engines)('$name', ({ engine }) => {
  test('clusters are near 1 with a small p-value, a grid is below 1/2, and uniform points are neither', async () => {
    const random = seededRandom(3)
    const blobs = fillMatrix(600, 3, (row) => 10 * (row % 3) + random())
    const grid = fillMatrix(400, 2, (row, column) => (column ? row % 20 : Math.floor(row / 20)) + 0.01 * random())
    const flat = uniform(500, 2, 8)
    const [clustered, regular, neither] = [
      await hopkinsTest(engine, blobs),
      await hopkinsTest(engine, grid, { alternative: 'regular' }),
      await hopkinsTest(engine, flat, { alternative: 'two-sided', samples: 50 }),
    ]
    expect(clustered).toEqual({ statistic: expect.closeTo(0.99, 1), pValue: expect.any(Number), samples: 60 })
    expect(clustered.pValue).toBeLessThan(1e-9)
    expect(regular.statistic).toBeLessThan(0.35)
    expect(regular.pValue).toBeLessThan(0.01)
    expect(neither.pValue).toBeGreaterThan(0.02)
    expect(neither.samples).toBe(50)
    expect(await hopkins(engine, flat, { samples: 50 })).toBe(neither.statistic)
  })
})

test.each([1, 2, 5, 8])('nearest points of %i columns are the nearest ones around the torus', async (columns) => {
  const { data, rows } = uniform(40, columns, 60 + columns)
  const column = (of: number) => Array.from({ length: rows }, (_, row) => data[row * columns + of])
  const least = Array.from({ length: columns }, (_, of) => Math.min(...column(of)))
  const sides = least.map((value, of) => Math.max(...column(of)) - value)
  const measure = (from: ArrayLike<number>, row: number) =>
    sides.reduce((sum, side, of) => {
      const arc = Math.abs(from[of] - data[row * columns + of])
      return sum + Math.min(arc, side - arc) ** 2
    }, 0)
  const nearest = (from: ArrayLike<number>, own: number) =>
    Math.min(...Array.from({ length: rows }, (_, row) => (row === own ? Infinity : measure(from, row)))) **
    (columns / 2)
  let [u, w] = [0, 0]
  for (let row = 0; row < rows; row++) {
    w += nearest(data.subarray(row * columns), row)
    u += nearest(
      sides.map((side, of) => least[of] + side * (randomBits(5, row, 2 * of + 1) / 2 ** 32)),
      -1,
    )
  }
  expect(await hopkins(cpu, { data, rows, columns }, { samples: rows, seed: 5 })).toBeCloseTo(u / (u + w), 5)
})

test('data have the statistic that others state: iris clusters', async () => {
  const { points } = readDataset('iris')
  const values = await Promise.all([1, 2, 3].map((seed) => hopkins(cpu, points, { seed, edgeCorrection: 'none' })))
  for (const value of values) expect(value).toBeGreaterThan(0.95)
})

test('scale, origin and constant columns change nothing', async () => {
  const points = uniform(300, 2, 4)
  const expected = await hopkins(cpu, points)
  const moved = { ...points, data: Float64Array.from(points.data, (value) => 1e6 + 2 ** -20 * value) }
  expect(await hopkins(cpu, moved)).toBeCloseTo(expected, 3)
  for (const scale of [2 ** -40, 2 ** 40]) {
    expect(await hopkins(cpu, { ...points, data: points.data.map((value) => scale * value) })).toBeCloseTo(expected, 9)
  }
  const wider = fillMatrix(300, 3, (row, column) => (column < 2 ? points.data[2 * row + column] : 7))
  expect(await hopkinsTest(cpu, wider)).toMatchObject({ statistic: expect.any(Number), samples: 30 })
  const statistics: number[] = []
  for (let seed = 0; seed < 40; seed++) {
    const flat = uniform(150, 1, 500 + seed)
    statistics.push(
      await hopkins(
        cpu,
        fillMatrix(150, 2, (row, column) => (column ? flat.data[row] : 3)),
        { seed },
      ),
    )
  }
  expect(differenceOf(statistics, 15)).toBeLessThan(1.63 / Math.sqrt(40))
})

test('256 columns and few points stay within 0 and 1', async () => {
  for (const [rows, columns] of [
    [40, 256],
    [3, 256],
    [2, 1],
    [3, 2],
  ]) {
    for (const edgeCorrection of ['torus', 'none'] as const) {
      const { statistic, pValue } = await hopkinsTest(cpu, uniform(rows, columns, 2), { edgeCorrection, samples: 2 })
      expect(statistic).toBeGreaterThanOrEqual(0)
      expect(statistic).toBeLessThanOrEqual(1)
      expect(pValue).toBeGreaterThanOrEqual(0)
      expect(pValue).toBeLessThanOrEqual(1)
    }
  }
})

test('points that all have a twin have the statistic 1', async () => {
  const once = uniform(50, 2, 6)
  const twice = fillMatrix(100, 2, (row, column) => once.data[2 * (row % 50) + column])
  expect(await hopkinsTest(cpu, twice)).toEqual({ statistic: 1, pValue: 0, samples: 10 })
})

test('what has no statistic is refused', async () => {
  await expect(hopkins(cpu, [[1, 2]])).rejects.toThrow('at least 2 points, got 1')
  await expect(hopkins(cpu, [[3], [3], [3]])).rejects.toThrow('all 3 points are equal')
  await expect(hopkins(cpu, [[3], [4]], { samples: 3 })).rejects.toThrow('samples is 3 but there are only 2 points')
  await expect(hopkins(cpu, [[3], [4]], { edgeCorrection: 'box' as never })).rejects.toThrow(/edgeCorrection must be/)
})
