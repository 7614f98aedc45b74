/** The host's part of hdbscan against explicit sets of points: merges, condensed tree, choice of clusters. */
import { standardize } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { condense } from '../../src/clustering/density/condense.js'
import { selectClusters } from '../../src/clustering/density/select-clusters.js'
import { mergeTree } from '../../src/clustering/hierarchy/merge-tree.js'
import { oracleHdbscan } from '../oracle/hdbscan'
import { mutualReachability, oracleSpanningTree } from '../oracle/spanning-tree'
import { integerFrom, pickFrom, readDataset, rowsOf, seededRandom, shuffledIndices } from '../support/datasets'

const CASES = process.env.LLOYD_VERIFY ? 400 : 60

type Rows = readonly (readonly number[])[]

interface Settings {
  minClusterSize: number
  minSamples?: number
  selection?: 'eom' | 'leaf'
  epsilon?: number
}

const lineOf = (...values: number[]) => values.map((value) => [value])

function treeOf(rows: Rows, minSamples: number, start = 0) {
  return mergeTree(oracleSpanningTree(mutualReachability(rows, { minSamples }).reachability, start))
}

function cluster(rows: Rows, settings: Settings) {
  const { minClusterSize, minSamples = minClusterSize, selection = 'eom', epsilon = 0 } = settings
  const condensed = condense(treeOf(rows, minSamples), minClusterSize)
  const { labels, ...rest } = selectClusters(condensed, { selection, epsilon })
  return { condensed, labels: [...labels], ...rest }
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(actual.length, what).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] === expected[i]) continue
    expect(Math.abs(actual[i] - expected[i]), `${what}[${i}]`).toBeLessThan(1e-12 * (1 + Math.abs(expected[i])))
  }
}

describe('merges', () => {
  test('a line', () => {
    expect([...treeOf(lineOf(0, 5, 1, 7), 1).data]).toEqual([0, 2, 1, 2, 1, 3, 2, 2, 4, 5, 4, 4])
  })

  test('equal heights are in the order of the lowest row that is taken up', () => {
    const merges = [
      [0, 2, 1, 2],
      [3, 6, 1, 3],
      [4, 7, 1, 4],
      [1, 5, 1, 2],
      [8, 9, 5, 6],
    ]
    expect([...treeOf(lineOf(3, 9, 0, 2, 1, 8), 1).data]).toEqual(merges.flat())
  })

  test('one point', () => {
    expect(treeOf([[3]], 1)).toEqual({ data: new Float64Array(0), rows: 0, columns: 4 })
  })

  test.each([...Array(20).keys()])('whichever spanning tree of a lattice is given, %i', (seed) => {
    const random = seededRandom(seed + 1)
    const rows = Array.from({ length: 90 }, () => [integerFrom(random, 0, 12), integerFrom(random, 0, 12)])
    const minSamples = integerFrom(random, 1, 5)
    const { data } = treeOf(rows, minSamples)
    for (const start of [1, 37, 89]) expect(treeOf(rows, minSamples, start).data).toEqual(data)
    const joined = new Set<number>()
    for (let at = 0; at < data.length; at += 4) {
      const [a, b, height, size] = data.subarray(at)
      expect(a).toBeLessThan(b)
      expect(b).toBeLessThan(90 + at / 4)
      expect(height).toBeGreaterThanOrEqual(at > 0 ? data[at - 2] : 0)
      expect(size).toBe([a, b].reduce((sum, id) => sum + (id < 90 ? 1 : data[4 * (id - 90) + 3]), 0))
      joined.add(a).add(b)
    }
    expect(joined.size).toBe(2 * 89)
  })
})

describe('known answers', () => {
  test('two groups and a point far from both', () => {
    const rows = lineOf(0, 1, 2, 10, 11, 12, 30)
    const found = cluster(rows, { minClusterSize: 2, minSamples: 1 })
    expect(found).toEqual({
      condensed: {
        parent: Uint32Array.of(8, 8, 8, 9, 9, 9, 7, 7, 7),
        child: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 8, 9),
        lambda: Float64Array.of(1, 1, 1, 1, 1, 1, 1 / 18, 1 / 8, 1 / 8),
        size: Uint32Array.of(1, 1, 1, 1, 1, 1, 1, 3, 3),
        stability: Float64Array.of(7 / 18 + 6 * (1 / 8 - 1 / 18), 3 * (1 - 1 / 8), 3 * (1 - 1 / 8)),
      },
      labels: [0, 0, 0, 1, 1, 1, -1],
      clusters: 2,
      selected: Uint32Array.of(8, 9),
      probabilities: Float64Array.of(1, 1, 1, 1, 1, 1, 0),
      outlierScores: Float64Array.of(0, 0, 0, 0, 0, 0, 1 - 1 / 18),
    })
    expect(structuredClone(found)).toEqual(found)
  })

  test('groups at equal distances part at once', () => {
    const rows = [0, 12, 24, 36].flatMap((at) => lineOf(at, at + 1, at + 2))
    const parted = cluster(rows, { minClusterSize: 3, minSamples: 1 })
    expect(parted.labels).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
    expect([...parted.condensed.parent.subarray(12)]).toEqual([12, 12, 12, 12])
    // Merged two by two, pairs of groups would seem large enough.
    for (const selection of ['eom', 'leaf'] as const) {
      const none = cluster(rows, { minClusterSize: 5, minSamples: 1, selection })
      expect(none.clusters).toBe(0)
      expect(none.condensed.stability.length).toBe(1)
    }
  })

  test('epsilon joins what parts at that distance or below', () => {
    const rows = lineOf(0, 1, 2, 7, 8, 9, 40, 41, 42)
    const labelsOf = (epsilon: number) => cluster(rows, { minClusterSize: 3, minSamples: 1, epsilon }).labels
    expect(labelsOf(4.9)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2])
    expect(labelsOf(5)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1])
    // All clusters appear within this distance: the outermost remain.
    expect(labelsOf(100)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1])
    expect(labelsOf(Infinity)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1])
  })

  test.each([
    ['one point', lineOf(3), 2],
    ['two points', lineOf(3, 4), 2],
    ['two equal points', lineOf(3, 3), 2],
    ['fewer points than a cluster needs', lineOf(1, 2, 3, 50, 51), 9],
    ['equal points', lineOf(7, 7, 7, 7, 7, 7), 3],
  ])('%s: noise', (_, rows, minClusterSize) => {
    const { labels, clusters, probabilities, outlierScores, condensed } = cluster(rows, { minClusterSize })
    expect(labels).toEqual(rows.map(() => -1))
    expect(clusters).toBe(0)
    for (const values of [probabilities, outlierScores]) expect([...values]).toEqual(rows.map(() => 0))
    expect([...condensed.child]).toEqual([...rows.keys()])
    expect(condensed.lambda).not.toContain(Number.NaN)
  })

  test('equal points leave at an infinite λ', () => {
    const rows = lineOf(1, 1, 1, 2, 9, 9, 9, 9)
    const { labels, probabilities, outlierScores, condensed } = cluster(rows, { minClusterSize: 3, minSamples: 1 })
    expect(labels).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    expect([...probabilities]).toEqual([1, 1, 1, 0, 1, 1, 1, 1])
    expect([...outlierScores]).toEqual([0, 0, 0, 1, 0, 0, 0, 0])
    expect([...condensed.stability]).toEqual([8 / 7, Infinity, Infinity])
  })
})

/** Compares everything with the oracle, apart from the choice where rounding decides it. Returns whether it does not. */
function expectSame(rows: Rows, settings: Settings): boolean {
  const expected = oracleHdbscan(rows, settings)
  const { condensed, ...found } = cluster(rows, settings)
  const what = JSON.stringify(settings)
  const { hierarchy } = expected
  const numbers = new Map(hierarchy.map((each, number) => [each, rows.length + number]))
  expect(condensed.stability.length, what).toBe(hierarchy.length)
  expectClose(condensed.stability, expected.stabilities, `stability, ${what}`)
  for (const each of hierarchy) {
    const lines = [...condensed.parent.keys()].filter((line) => condensed.parent[line] === numbers.get(each))
    const leaving = each.members.filter((row) => !each.children.some(({ members }) => members.includes(row)))
    expect(lines.map((line) => condensed.child[line])).toEqual([
      ...leaving.sort((a, b) => a - b),
      ...each.children.map((child) => numbers.get(child)).sort((a, b) => a! - b!),
    ])
    for (const row of leaving) expect(condensed.lambda[row]).toBe(each.exits.get(row))
    if (each.parent === null) continue
    const line = numbers.get(each)! - 1
    expect([condensed.lambda[line], condensed.size[line]]).toEqual([each.birth, each.members.length])
  }
  expect([...found.outlierScores], what).toEqual(expected.outlierScores)
  if (expected.margin < 1e-9) return false
  expect(found.labels, what).toEqual(expected.labels)
  expect(found.clusters).toBe(expected.clusters)
  expect([...found.probabilities], what).toEqual(expected.probabilities)
  return true
}

describe('explicit sets of points', () => {
  const { iris, wine, digits } = Object.fromEntries(
    (['iris', 'wine', 'digits'] as const).map((name) => [name, readDataset(name).points]),
  )
  test.each([
    ['iris', rowsOf(iris), 0.5],
    ['wine', rowsOf(standardize(wine).points), 2.3],
    ['digits', rowsOf(digits).slice(0, 400), 22],
  ])('%s', (_, rows, epsilon) => {
    let decided = 0
    for (const settings of [
      { minClusterSize: 5 },
      { minClusterSize: 5, selection: 'leaf' },
      { minClusterSize: 3, minSamples: 1, epsilon },
      { minClusterSize: 8, minSamples: 4, selection: 'leaf', epsilon },
    ] as const) {
      if (expectSame(rows, settings)) decided++
    }
    expect(decided).toBe(4)
  })

  test('random points', () => {
    let decided = 0
    for (let seed = 0; seed < CASES; seed++) {
      const random = seededRandom(seed + 1)
      const lattice = random() < 0.5
      const width = pickFrom(random, [4, 10, 40])
      const columns = integerFrom(random, 1, 3)
      const coordinate = () => (lattice ? integerFrom(random, 0, width) : width * random() ** 3)
      const rows = Array.from({ length: pickFrom(random, [3, 10, 60, 120]) }, () =>
        Array.from({ length: columns }, coordinate),
      )
      const settings = {
        minClusterSize: integerFrom(random, 2, 8),
        minSamples: integerFrom(random, 1, 8),
        selection: pickFrom(random, ['eom', 'leaf'] as const),
        epsilon: pickFrom(random, [0, 0, 1, 2.5]),
      }
      if (expectSame(rows, settings)) decided++
    }
    expect(decided).toBeGreaterThan(0.9 * CASES)
  })
})

describe('the order of rows changes nothing but numbers', () => {
  test.each([...Array(CASES).keys()])('seed %i', (seed) => {
    const random = seededRandom(seed + 100)
    const columns = integerFrom(random, 1, 2)
    const width = pickFrom(random, [8, 15, 60])
    const rows = Array.from({ length: 200 }, () => Array.from({ length: columns }, () => integerFrom(random, 0, width)))
    const order = [...shuffledIndices(random, 200)]
    const settings = {
      minClusterSize: integerFrom(random, 2, 6),
      minSamples: integerFrom(random, 1, 5),
      selection: pickFrom(random, ['eom', 'leaf'] as const),
      epsilon: pickFrom(random, [0, 0, 1]),
    }
    const found = cluster(rows, settings)
    const moved = cluster(
      order.map((row) => rows[row]),
      settings,
    )
    expect([...moved.probabilities]).toEqual(order.map((row) => found.probabilities[row]))
    expect([...moved.outlierScores]).toEqual(order.map((row) => found.outlierScores[row]))
    expect([...moved.condensed.stability].sort()).toEqual([...found.condensed.stability].sort())
    expect(moved.labels).toEqual(renumbered(order.map((row) => found.labels[row])))
  })
})

test.each([[[0, 1, 2]], [[1, 0, 2]], [[1, 2, 0]]])('sums of masses are rounded alike in the order %o', (order) => {
  const masses = [1, 2 ** -53, 2 ** -53]
  const tree = {
    parent: Uint32Array.of(8, 8, 9, 9, 10, 10, 6, 7, 7, 7),
    child: Uint32Array.of(0, 1, 2, 3, 4, 5, 7, 8, 9, 10),
    lambda: Float64Array.of(4, 4, 4, 4, 4, 4, 1, 2, 2, 2),
    size: Uint32Array.of(1, 1, 1, 1, 1, 1, 6, 2, 2, 2),
    stability: Float64Array.of(0, 1, ...order.map((child) => masses[child])),
  }
  expect(selectClusters(tree, { selection: 'eom', epsilon: 0 }).clusters).toBe(3)
})

/** The same groups, numbered in the order in which they appear. */
function renumbered(labels: readonly number[]): number[] {
  const names = [...new Set(labels)].filter((label) => label >= 0)
  return labels.map((label) => names.indexOf(label))
}
