/** Hierarchies along edges, against the definition and scikit-learn (test/golden/make-connectivity.py). */
import { readFileSync } from 'node:fs'
import { type AgglomerativeOptions, agglomerative, type Connectivity, cutTree, type Matrix, standardize } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { requireMerges } from '../../src/clustering/hierarchy/merges'
import { type OracleLinkage, oracleAgglomerative } from '../oracle/agglomerative'
import { oracleConnected } from '../oracle/connected'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import {
  fillMatrix,
  integerFrom,
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
const [{ engine: cpu }] = engines
const METRICS = { euclidean, manhattan, cosine } as const
const LINKAGES: readonly OracleLinkage[] = ['single', 'ward', 'complete', 'average', 'centroid']

const rowsOfMerges = ({ data, rows }: Matrix<Float64Array>) =>
  Array.from({ length: rows }, (_, merge) => [...data.subarray(4 * merge, 4 * merge + 4)])

/** Edges between the pixels of a grid and those on the right and below. */
const gridEdges = (height: number, width: number) =>
  Array.from({ length: height * width }, (_, row) => [
    ...((row + 1) % width ? [[row, row + 1]] : []),
    ...(row + width < height * width ? [[row, row + width]] : []),
  ]).flat()

interface Golden {
  table: 'iris' | 'wine' | 'digits' | 'pixels'
  neighbors: number | null
  linkage: 'ward' | 'single' | 'complete' | 'average'
  heights?: { sum: number; parts: number[] }
  cuts: Record<string, string>
}

const golden: Golden[] = JSON.parse(readFileSync(new URL('../golden/connectivity.json', import.meta.url), 'utf8'))
const [HEIGHT, WIDTH] = [24, 31]

function inputOf(table: Golden['table'], neighbors: number | null): [Matrix, Connectivity] {
  if (table !== 'pixels') {
    const { points } = readDataset(table)
    return [table === 'wine' ? standardize(points).points : points, { neighbors: neighbors! }]
  }
  const shades = fillMatrix(HEIGHT * WIDTH, 1, (row) => {
    const [y, x] = [Math.floor(row / WIDTH), row % WIDTH]
    const disk = (y - 12) ** 2 + (x - 9) ** 2 < 40 ? 5 : 0
    return Math.sin(y * 37 + x * 101 + x * y * 13) + (x > 17 ? 3 : 0) + disk
  })
  return [shades, { edges: gridEdges(HEIGHT, WIDTH) }]
}

for (const { table, neighbors, linkage, heights, cuts } of golden) {
  test.runIf(VERIFY || table !== 'digits')(`${table}, ${linkage}, as scikit-learn`, async () => {
    const [points, connectivity] = inputOf(table, neighbors)
    for (const { engine, name } of enginesFor(table + linkage, engines)) {
      const { merges, components } = await agglomerative(engine, points, { linkage, connectivity })
      expect(components).toBe(1)
      requireMerges(merges)
      for (const [clusters, letters] of Object.entries(cuts)) {
        const labels = [...cutTree(merges, { clusters: Number(clusters) })]
        expect(labels.map((label) => String.fromCharCode(97 + label)).join(''), name).toBe(letters)
      }
      if (!heights) continue
      const found = rowsOfMerges(merges).map(([, , height]) => height)
      expect(found.reduce((sum, height) => sum + height) / heights.sum, name).toBeCloseTo(1, 5)
      for (const [part, height] of heights.parts.entries()) {
        const place = Math.floor((part * (found.length - 1)) / 16)
        expect(Math.abs(found[place] - height), `${name}: ${place}`).toBeLessThan(1e-5 * Math.max(...found))
      }
    }
  })
}

/** The same ids and sizes, and heights up to the rounding of float32. */
function expectMerges(found: readonly number[][], expected: readonly number[][], what: string): void {
  const without = ([a, b, , size]: number[]) => [a, b, size]
  expect(found.map(without), what).toEqual(expected.map(without))
  for (const [merge, [, , height]] of expected.entries()) {
    expect(Math.abs(found[merge][2] - height), `${what}: merge ${merge}`).toBeLessThanOrEqual(1e-5 * height + 1e-9)
  }
}

describe.each(LINKAGES)('%s', (linkage) => {
  const metrics = ['euclidean', 'manhattan', 'cosine'] as const
  test.each([...Array(VERIFY ? 40 : 8).keys()])('random edges, seed %i', async (seed) => {
    const random = seededRandom(seed + 1)
    const points = fillMatrix([2, 3, 17, 40][seed % 4], integerFrom(random, 2, 4), () => 10 * random() - 3)
    const { rows } = points
    // From few, which leave many components, to more than each twice.
    const edges = Array.from({ length: integerFrom(random, 1, 1 + [rows, 3 * rows, rows ** 2][seed % 3]) }, () => [
      integerFrom(random, 0, rows - 1),
      integerFrom(random, 0, rows - 1),
    ])
    const metric = linkage === 'ward' || linkage === 'centroid' ? 'euclidean' : pickFrom(random, metrics)
    const expected = oracleConnected(rowsOf(points), edges, linkage, METRICS[metric])
    const { merges, components } = await agglomerative(cpu, points, { linkage, metric, connectivity: { edges } })
    requireMerges(merges)
    expect(merges.rows).toBe(rows - 1)
    expect(components).toBe(rows - expected.length)
    expectMerges(rowsOfMerges(merges).slice(0, expected.length), expected, metric)
    if (linkage === 'ward' || linkage === 'centroid') return
    // The last merges are those of single linkage, once the rows of a component are as one.
    const all = rowsOf(points)
    const labels = cutTree(merges, { clusters: components! })
    const parts = new Map(all.map((row, at) => [row as readonly number[], labels[at]]))
    const joined = oracleAgglomerative(all, 'single', (a, b) =>
      parts.get(a) === parts.get(b) ? 0 : METRICS[metric](a, b),
    )
    const heights = rowsOfMerges(merges).map(([, , height]) => height)
    for (const [at, [, , height]] of joined.entries()) {
      if (at >= expected.length) expect(heights[at]).toBeCloseTo(height, 4)
    }
  })

  test('with all edges merges as without', async () => {
    const points = fillMatrix(40, 3, seededRandom(7))
    const { merges } = await agglomerative(cpu, points, { linkage })
    const connected = await agglomerative(cpu, points, { linkage, connectivity: { neighbors: 100 } })
    expectMerges(rowsOfMerges(connected.merges), rowsOfMerges(merges), linkage)
    expect(connected.components).toBe(1)
  })

  test('the order of rows and of edges changes nothing but numbers', async () => {
    const random = seededRandom(3)
    const points = fillMatrix(60, 2, random)
    const edges = Array.from({ length: 100 }, () => [integerFrom(random, 0, 59), integerFrom(random, 0, 59)])
    const order = [...shuffledIndices(random, 60)]
    const moved = edges.map(([a, b]) => [order.indexOf(b), order.indexOf(a)]).reverse()
    const [one, other] = [
      await agglomerative(cpu, points, { linkage, connectivity: { edges } }),
      await agglomerative(cpu, takeRows(points, order), { linkage, connectivity: { edges: moved } }),
    ]
    expect(other.components).toBe(one.components)
    for (const clusters of [2, 5, 20]) {
      const labels = cutTree(one.merges, { clusters })
      const names = [...new Set(order.map((row) => labels[row]))]
      expect([...cutTree(other.merges, { clusters })]).toEqual(order.map((row) => names.indexOf(labels[row])))
    }
  })

  test('few rows, equal rows, and a hub', async () => {
    const one = await agglomerative(cpu, [[3, 4]], { linkage, connectivity: { neighbors: 3 } })
    expect(one).toMatchObject({ merges: { rows: 0 }, components: 1 })
    expect([...one.leaves]).toEqual([0])
    const equal = fillMatrix(70, 3, () => 0.1)
    const merged = await agglomerative(cpu, equal, { linkage, connectivity: { neighbors: 2 } })
    requireMerges(merged.merges, true)
    expect(merged.merges.data.at(-1)).toBe(70)
    const hub = { edges: Array.from({ length: 299 }, (_, row) => [299, row]) }
    const star = await agglomerative(
      cpu,
      fillMatrix(300, 1, (row) => (row === 299 ? 0 : 1 + row)),
      { linkage, connectivity: hub },
    )
    requireMerges(star.merges)
    expect(rowsOfMerges(star.merges)[0]).toEqual([0, 299, 1, 2])
  })
})

test.each(['ward', 'complete'] as const)(
  '%s takes of equal distances those of the clusters made first',
  async (linkage) => {
    const random = seededRandom(5)
    const shades = fillMatrix(48, 1, () => integerFrom(random, 0, 1))
    const edges = gridEdges(6, 8)
    const { merges } = await agglomerative(cpu, shades, { linkage, connectivity: { edges } })
    const expected = oracleConnected(rowsOf(shades), edges, linkage)
    // Until rounding decides.
    const exact = linkage === 'ward' ? expected.filter(([, , height]) => height === 0).length : expected.length
    expect(exact).toBeGreaterThan(30)
    expectMerges(rowsOfMerges(merges).slice(0, exact), expected.slice(0, exact), linkage)
  },
)

test('clusters of different components merge last, and a cut by number keeps them apart', async () => {
  // Two pairs far apart, the one on both sides of the other.
  const line = [[0], [10], [11], [30]]
  const edges = [
    [0, 3],
    [1, 2],
  ]
  for (const { engine } of engines) {
    for (const linkage of LINKAGES) {
      const { merges, components } = await agglomerative(engine, line, { linkage, connectivity: { edges } })
      expect(components).toBe(2)
      expect([...cutTree(merges, { clusters: 2 })], linkage).toEqual([0, 1, 1, 0])
      const heights = rowsOfMerges(merges).map(([, , height]) => height)
      // Centroids are 4.5 apart, the nearest rows 10.
      const last = { ward: Math.sqrt(2 * 4.5 ** 2), centroid: 4.5, single: 10, complete: 10, average: 10 }[linkage]
      expect(heights.map((height) => Number(height.toFixed(5)))).toEqual([1, 30, Number(last.toFixed(5))])
    }
  }
})

test('heights of ward fall where a merge brings a cluster nearer to others, and cutTree undoes the last merges', async () => {
  // A path 0 – 1 – 2 whose ends are equal.
  const connectivity = {
    edges: [
      [0, 1],
      [1, 2],
    ],
  }
  const { merges } = await agglomerative(cpu, [[0], [10], [2]], { connectivity })
  expectMerges(
    rowsOfMerges(merges),
    [
      [1, 2, 8, 2],
      [0, 3, Math.sqrt(48), 3],
    ],
    'path',
  )
  expect([...cutTree(merges, { clusters: 2 })]).toEqual([0, 1, 1])
  expect([...cutTree(merges, { height: 7.5 })]).toEqual([0, 1, 2])
  expect([...cutTree(merges, { height: 8 })]).toEqual([0, 0, 0])
})

test.each<[object, RegExp]>([
  [{}, /connectivity takes either neighbors or edges/],
  [{ neighbors: 2, edges: [[0, 1]] }, /connectivity takes either neighbors or edges/],
  [{ neighbors: 0 }, /connectivity.neighbors must be an integer from 1 to 1024, got 0/],
  [{ neighbours: 2 }, /connectivity has no option 'neighbours'; it takes neighbors, edges/],
  [{ edges: [[0, 1, 2]] }, /connectivity.edges has 3 columns; an edge is two numbers of rows/],
  [
    {
      edges: [
        [0, 1],
        [1, 3],
      ],
    },
    /connectivity.edges has 3 in row 1, column 1; rows have the numbers 0 to 2/,
  ],
  [{ edges: [[0, 0.5]] }, /connectivity.edges has 0.5 in row 0, column 1/],
  [{ edges: [] }, /connectivity.edges.rows must be/],
])('refuses %o', async (connectivity, message) => {
  const points = [[1], [2], [3]]
  await expect(agglomerative(cpu, points, { connectivity } as AgglomerativeOptions)).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(message),
  })
})
