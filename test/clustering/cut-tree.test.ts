/** Cuts of a hierarchy against a cut by definition, on sets of rows. */
import { cutTree } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { integerFrom, seededRandom } from '../support/datasets'
import { mergesOf, ward } from '../support/merges'

test('a known tree', () => {
  expect([...cutTree(ward, { clusters: 1 })]).toEqual([0, 0, 0, 0, 0, 0])
  expect([...cutTree(ward, { clusters: 2 })]).toEqual([0, 1, 0, 0, 0, 1])
  expect([...cutTree(ward, { clusters: 3 })]).toEqual([0, 1, 0, 2, 2, 1])
  expect([...cutTree(ward, { clusters: 6 })]).toEqual([0, 1, 2, 3, 4, 5])
  // A height is inclusive.
  expect([...cutTree(ward, { height: 2.55760419 })]).toEqual([0, 1, 0, 2, 2, 1])
  expect([...cutTree(ward, { height: 2.5576 })]).toEqual([0, 1, 2, 3, 3, 1])
  expect([...cutTree(ward, { height: 0 })]).toEqual([0, 1, 2, 3, 4, 5])
  expect([...cutTree(ward, { height: Number.POSITIVE_INFINITY })]).toEqual([0, 0, 0, 0, 0, 0])
  expect([...cutTree(mergesOf([]), { clusters: 1 })]).toEqual([0])
})

/** Merges of random clusters, at heights that may fall. */
function randomMerges(seed: number): number[][] {
  const random = seededRandom(seed)
  const count = integerFrom(random, 1, 40)
  const open = [...Array(count + 1).keys()]
  const sizes: number[] = []
  return Array.from({ length: count }, (_, merge) => {
    const [a, b] = [0, 0].map(() => open.splice(integerFrom(random, 0, open.length - 1), 1)[0])
    open.push(count + 1 + merge)
    const size = [a, b].reduce((sum, id) => sum + (sizes[id] ?? 1), 0)
    sizes[count + 1 + merge] = size
    return [Math.min(a, b), Math.max(a, b), merge / 4 + integerFrom(random, 0, 3), size]
  })
}

/** Clusters as sets: each merge joins those of its two ids, where `keeps` it and all below it stay. */
function cutBySets(merges: readonly number[][], keeps: (merge: number) => boolean): number[] {
  const sets = [...Array(merges.length + 1).keys()].map((row) => ({ rows: [row], whole: true }))
  const clusters = new Set(sets)
  for (const [merge, [a, b]] of merges.entries()) {
    const [one, other] = [sets[a], sets[b]]
    const whole = keeps(merge) && one.whole && other.whole
    const joined = { rows: [...one.rows, ...other.rows], whole }
    sets.push(joined)
    if (!whole) continue
    clusters.delete(one)
    clusters.delete(other)
    clusters.add(joined)
  }
  const sorted = [...clusters].sort((x, y) => Math.min(...x.rows) - Math.min(...y.rows))
  return [...Array(merges.length + 1).keys()].map((row) => sorted.findIndex(({ rows }) => rows.includes(row)))
}

describe.each([...Array(60).keys()])('random merges, seed %i', (seed) => {
  const merges = randomMerges(seed + 1)
  test('by number and by height', () => {
    for (const clusters of [1, 2, merges.length + 1, 1 + (seed % (merges.length + 1))]) {
      const expected = cutBySets(merges, (merge) => merge < merges.length + 1 - clusters)
      expect([...cutTree(mergesOf(merges), { clusters })]).toEqual(expected)
      expect(new Set(expected).size).toBe(clusters)
    }
    for (const height of [0, 1, merges[seed % merges.length][2]]) {
      const expected = cutBySets(merges, (merge) => merges[merge][2] <= height)
      expect([...cutTree(mergesOf(merges), { height })]).toEqual(expected)
    }
  })
})

test.each([
  [{}, /either clusters or height/],
  [{ clusters: 2, height: 1 }, /either clusters or height/],
  [{ clusters: 7 }, /clusters must be at most the number of rows, 6, got 7/],
  [{ clusters: 0 }, /clusters must be an integer/],
  [{ height: -1 }, /height must be a number of at least 0, got -1/],
  [{ depth: 2 }, /cutTree has no option 'depth'/],
])('refuses %o', (options, message) => {
  expect(() => cutTree(ward, options as never)).toThrow(message)
})

test.each([
  [mergesOf([[0, 0, 1, 2]]), /merges has 0, 0, 1, 2 in row 0, no merge of two clusters that are left/],
  [mergesOf([[0, 3, 1, 2]]), /row 0/],
  [mergesOf([[0, 0.5, 1, 2]]), /row 0/],
  [
    mergesOf([
      [0, 1, 1, 2],
      [1, 2, 2, 3],
    ]),
    /row 1/,
  ],
  [mergesOf([[0, 1, 1, 3]]), /row 0/],
  [mergesOf([[0, 1, Number.NaN, 2]]), /row 0/],
  [{ data: new Float64Array(3), rows: 1, columns: 3 }, /merges must be a matrix of 4 columns/],
  [null, /merges must be a matrix of 4 columns/],
])('refuses merges %#', (merges, message) => {
  expect(() => cutTree(merges as never, { clusters: 1 })).toThrow(message)
})
