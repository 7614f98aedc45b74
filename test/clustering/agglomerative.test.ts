/** Hierarchies against the greedy algorithm by definition, and known answers. */
import { type AgglomerativeOptions, agglomerative, cutTree, type Matrix } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { firstWrongMerge, type OracleLinkage, oracleAgglomerative } from '../oracle/agglomerative'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import {
  fillMatrix,
  integerFrom,
  matrixOf,
  pickFrom,
  rowsOf,
  seededRandom,
  shuffledIndices,
  takeRows,
} from '../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const engines = await testEngines()
const METRICS = { euclidean, manhattan, cosine } as const
const LINKAGES: readonly OracleLinkage[] = ['single', 'ward', 'complete', 'average', 'centroid']

const rowsOfMerges = ({ data, rows }: Matrix<Float64Array>) =>
  Array.from({ length: rows }, (_, merge) => [...data.subarray(4 * merge, 4 * merge + 4)])

/** Asserts the same ids and sizes, and heights up to the rounding of float32. */
function expectMerges(found: Matrix<Float64Array>, expected: readonly (readonly number[])[], what: string): void {
  const without = ([a, b, , size]: readonly number[]) => [a, b, size]
  const merges = rowsOfMerges(found)
  expect(merges.map(without), what).toEqual(expected.map(without))
  for (const [merge, [, , height]] of expected.entries()) {
    expect(Math.abs(merges[merge][2] - height), `${what}: merge ${merge}`).toBeLessThanOrEqual(1e-5 * height + 1e-9)
  }
}

/** The leaves from left to right, each merge with its first cluster on the left. */
function leavesOf(merges: readonly (readonly number[])[], id = 2 * merges.length): number[] {
  const [a, b] = merges[id - merges.length - 1] ?? []
  return id <= merges.length ? [id] : [...leavesOf(merges, a), ...leavesOf(merges, b)]
}

const six = matrixOf([
  [1.43054825, -7.5693489],
  [6.95887839, 6.82293382],
  [2.87137846, -9.68248579],
  [7.87974764, -6.05485803],
  [8.24018364, -6.09495602],
  [7.39020262, 8.54004355],
])
const heights: Partial<Record<OracleLinkage, [number, number]>> = {
  ward: [9.10208346, 24.7784379],
  single: [6.18412848, 12.91067477],
}

describe.each(engines)('on $name', ({ engine }) => {
  test.each(Object.entries(heights))('the known answer, %s', async (linkage, [fourth, fifth]) => {
    const { merges, leaves } = await agglomerative(engine, six, { linkage: linkage as OracleLinkage })
    const expected = [
      [3, 4, 0.36265956, 2],
      [1, 5, 1.77045373, 2],
      [0, 2, 2.55760419, 2],
      [6, 8, fourth, 4],
      [7, 9, fifth, 6],
    ]
    expectMerges(merges, expected, linkage)
    expect([...leaves]).toEqual([1, 5, 3, 4, 0, 2])
  })
})

describe.each(LINKAGES)('%s', (linkage) => {
  const metrics = ['euclidean', 'manhattan', 'cosine'] as const
  test.each([...Array(VERIFY ? 60 : 12).keys()])('random points, seed %i', async (seed) => {
    const random = seededRandom(seed + 1)
    const points = fillMatrix([2, 3, 17, 64, 65, 90][seed % 6], integerFrom(random, 1, 5), () => 10 * random() - 3)
    const metric = linkage === 'ward' || linkage === 'centroid' ? 'euclidean' : pickFrom(random, metrics)
    // On a line, all directions are one of two.
    if (metric === 'cosine' && points.columns === 1) return
    const expected = oracleAgglomerative(rowsOf(points), linkage, METRICS[metric])
    for (const { engine, name } of enginesFor(`${linkage} ${seed}`, engines)) {
      const { merges, leaves } = await agglomerative(engine, points, { linkage, metric })
      expectMerges(merges, expected, `${metric} on ${name}`)
      expect([...leaves]).toEqual(leavesOf(expected))
    }
  })

  test('few points, and equal ones', async () => {
    for (const { engine } of engines) {
      const merged = async (points: number[][]) => {
        const { merges, leaves } = await agglomerative(engine, points, { linkage })
        return [rowsOfMerges(merges), [...leaves]]
      }
      expect(await merged([[3, 4]])).toEqual([[], [0]])
      expect(
        await merged([
          [3, 4],
          [3, 6],
        ]),
      ).toEqual([[[0, 1, 2, 2]], [0, 1]])
      const equal = fillMatrix(70, 3, () => 0.1)
      const { merges, leaves } = await agglomerative(engine, equal, { linkage })
      for (const [, , height] of rowsOfMerges(merges)) expect(height).toBe(0)
      expect(merges.data.at(-1)).toBe(70)
      expect([...leaves].sort((a, b) => a - b)).toEqual([...Array(70).keys()])
    }
  })
})

/** Enough points that a device merges some. */
const tables: Record<string, (random: () => number) => Matrix> = {
  'points of a cube': (random) => fillMatrix(700, 3, random),
  'a lattice': (random) => fillMatrix(600, 2, () => integerFrom(random, 0, 40)),
  'duplicates far from 0': (random) => fillMatrix(500, 4, () => 1e6 + integerFrom(random, 0, 3)),
  'a chain whose gaps grow': () => fillMatrix(500, 1, (row) => row * row),
}

describe.each(Object.entries(tables))('%s', (name, make) => {
  // Single linkage takes all edges of one weight at once, in an order of its own.
  test.each(LINKAGES.filter((linkage) => linkage !== 'single'))('%s merges nearest clusters', async (linkage) => {
    const points = make(seededRandom(5))
    for (const { engine, name: engineName } of enginesFor(`${linkage} ${name}`, engines)) {
      const { merges } = await agglomerative(engine, points, { linkage })
      expect(firstWrongMerge(rowsOf(points), rowsOfMerges(merges), linkage), engineName).toBe(-1)
    }
  })
})

test.each(['ward', 'average', 'complete'] as const)('%s gives the same in chunks', async (linkage) => {
  const points = fillMatrix(620, 32, seededRandom(9))
  for (const { engine } of enginesFor(`chunks ${linkage}`, engines)) {
    const cluster = () => agglomerative(engine, points, { linkage, metric: 'euclidean' })
    expect(await withSmallBuffers(engine, 65_536, cluster)).toEqual(await cluster())
  }
})

test('ties and few equal points merge in one order on every engine', async () => {
  const random = seededRandom(4)
  const line = fillMatrix(300, 1, () => integerFrom(random, 0, 4000))
  for (const linkage of ['average', 'complete'] as const) {
    const [first, ...others] = await Promise.all(engines.map(({ engine }) => agglomerative(engine, line, { linkage })))
    for (const { merges } of others) expectMerges(merges, rowsOfMerges(first.merges), linkage)
  }
})

test('a matrix that no memory holds is refused', async () => {
  const points = fillMatrix(50_000, 1, (row) => row)
  await expect(agglomerative(engines[0].engine, points, { linkage: 'average' })).rejects.toMatchObject({
    code: 'OutOfMemoryError',
    message: expect.stringMatching(/all pairs of 50000 points need 10000000000 bytes.*'ward' or 'single'/),
  })
})

test('the order of rows changes nothing of single linkage but numbers, ties included', async () => {
  const random = seededRandom(3)
  const lattice = fillMatrix(120, 2, () => integerFrom(random, 0, 14))
  const order = [...shuffledIndices(random, 120)]
  const { merges } = await agglomerative(engines[0].engine, lattice, { linkage: 'single' })
  const moved = await agglomerative(engines[0].engine, takeRows(lattice, order), { linkage: 'single' })
  for (const height of [0, 1, Math.SQRT2, 2, 3]) {
    const labels = cutTree(merges, { height })
    const names = [...new Set(order.map((row) => labels[row]))]
    expect([...cutTree(moved.merges, { height })]).toEqual(order.map((row) => names.indexOf(labels[row])))
  }
})

test.each<[object, RegExp]>([
  [{ linkage: 'median' }, /linkage must be one of 'ward', 'single', 'complete', 'average' or 'centroid'/],
  [{ metric: 'manhattan' }, /linkage 'ward' takes Euclidean distances only, not metric 'manhattan'/],
  [{ linkage: 'centroid', metric: 'cosine' }, /linkage 'centroid' takes Euclidean distances only/],
  [{ linkage: 'single', metric: 'chebyshev' }, /metric must be/],
  [{ linkage: 'single', metric: 'cosine' }, /row 1 of points is all zero/],
])('refuses %o', async (options, message) => {
  const points = [
    [1, 2],
    [0, 0],
    [3, 1],
  ]
  await expect(agglomerative(engines[0].engine, points, options as AgglomerativeOptions)).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(message),
  })
})
