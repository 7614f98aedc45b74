/** Indices of labels against true labels: scikit-learn's (test/golden/make-external.py), and their definitions. */
import { readFileSync } from 'node:fs'
import {
  adjustedMutualInformation,
  adjustedRandIndex,
  completeness,
  contingencyTable,
  fMeasure,
  homogeneity,
  normalizedMutualInformation,
  purity,
  vMeasure,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import { countPairs } from '../../src/evaluation/rand.js'
import { oracleAdjustedInformation, oracleFMeasure, oraclePairs } from '../oracle/external'
import { seededRandom } from '../oracle/random'

const indices = {
  adjustedRandIndex,
  normalizedMutualInformation,
  adjustedMutualInformation,
  homogeneity,
  completeness,
  vMeasure,
  purity,
  'one-to-one': fMeasure,
  'best-match': (labels: string[], truth: string[]) => fMeasure(labels, truth, { kind: 'best-match' }),
  pairs: (labels: string[], truth: string[]) => fMeasure(labels, truth, { kind: 'pairs' }),
}
const names = Object.keys(indices) as (keyof typeof indices)[]
type Golden = Record<keyof typeof indices, number> & { labels: string; truth: string }
const golden: Golden[] = JSON.parse(readFileSync(new URL('../golden/external.json', import.meta.url), 'utf8'))
const random = seededRandom(5)
const drawn = (count: number, below: number) => Array.from({ length: count }, () => Math.floor(random() * below))

test.each(names)('%s is that of scikit-learn, of strings and of integers in any order', (name) => {
  for (const { labels, truth, [name]: expected } of golden) {
    const value = indices[name]([...labels], [...truth])
    expect(Math.abs(value - expected), `${labels}, ${truth}: ${value}, ${expected}`).toBeLessThan(1e-10)
    if (expected === 1) expect(value, labels).toBe(1)
    const [a, b] = [[...labels], [...truth]].map((text) => Int8Array.from(text, (each) => 9 - each.charCodeAt(0)))
    expect(Math.abs(indices[name](a as never, b as never) - value), labels).toBeLessThan(1e-14)
  }
})

test.each(names)('%s of the same partition is exactly 1', (name) => {
  for (const count of [1, 3, 10, 49, 1000]) {
    const labels = drawn(count, Math.ceil(count / 3))
    expect(indices[name](labels as never, labels.map((label) => `class ${label}`) as never)).toBe(1)
  }
})

test('small labels have the indices of their definitions', () => {
  for (let round = 0; round < 12; round++) {
    const [labels, truth] = [drawn(6, 2 + (round % 4)), drawn(6, 2 + (round % 3))]
    const pairs = oraclePairs(labels, truth)
    const expected = (pairs.cluster * pairs.class) / pairs.all
    const most = (pairs.cluster + pairs.class) / 2
    if (most > expected) {
      expect(adjustedRandIndex(labels, truth)).toBeCloseTo((pairs.both - expected) / (most - expected), 12)
      expect(adjustedMutualInformation(labels, truth)).toBeCloseTo(oracleAdjustedInformation(labels, truth), 12)
    }
    expect(fMeasure(labels, truth)).toBeCloseTo(oracleFMeasure(labels, truth), 12)
    expect(fMeasure(labels, truth, { kind: 'pairs' })).toBeCloseTo((2 * pairs.both) / (pairs.cluster + pairs.class), 12)
    const mean = (of: number[], given: number[]) =>
      of.reduce((sum, each, at) => {
        const same = given.flatMap((other, row) => (other === given[at] ? [of[row]] : []))
        return sum + same.filter((other) => other === each).length / same.length / of.length
      }, 0)
    const [precision, recall] = [mean(truth, labels), mean(labels, truth)]
    const bCubed = (2 * precision * recall) / (precision + recall)
    expect(fMeasure(labels, truth, { kind: 'b-cubed' })).toBeCloseTo(bCubed, 12)
  }
})

test('more clusters than can be tried are matched as well: one point each, and many of few points', () => {
  const truth = drawn(2000, 600)
  const labels = truth.map((label) => (random() < 0.5 ? label : Math.floor(random() * 900)))
  const ones = truth.map((_, at) => at)
  expect(fMeasure(ones, ones)).toBe(1)
  const share = fMeasure(labels, truth)
  expect(fMeasure(truth, truth)).toBe(1)
  expect(share).toBeGreaterThan(0.5)
  expect(share).toBeLessThanOrEqual(fMeasure(labels, truth, { kind: 'best-match' }))
})

test('a contingency table has rows of clusters and columns of classes in the order of their labels', () => {
  const labels = [2, -1, 'b', 2, 10, 'a']
  expect(contingencyTable(labels, ['y', 'y', 'x', 'x', 'y', 'x'])).toEqual({
    data: Uint32Array.of(0, 1, 1, 1, 0, 1, 1, 0, 1, 0),
    rows: 5,
    columns: 2,
    clusters: [-1, 2, 10, 'a', 'b'],
    classes: ['x', 'y'],
  })
})

describe('noise', () => {
  const labels = [-1, 0, 0, -1, 1, 1, -1]
  const truth = [5, 5, -1, 6, 6, 6, 7]

  test('is left out, or in clusters of one', () => {
    const kept = contingencyTable(labels, truth, { noise: 'exclude' })
    expect(kept).toEqual(contingencyTable([0, 0, 1, 1], [5, -1, 6, 6]))
    const alone = contingencyTable(labels, truth, { noise: 'singletons' })
    expect(alone.clusters).toEqual([-1, 0, 1, -1, -1])
    expect({ ...alone, clusters: null }).toEqual({
      ...contingencyTable([-9, 0, 0, 8, 1, 1, 9], truth),
      clusters: null,
    })
    for (const index of [adjustedRandIndex, adjustedMutualInformation, purity, homogeneity, fMeasure]) {
      expect(index(labels, truth, { noise: 'exclude' })).toBe(index([0, 0, 1, 1], [5, -1, 6, 6]))
      expect(index(labels, truth, { noise: 'singletons' })).toBe(index([-9, 0, 0, 8, 1, 1, 9], truth))
      expect(index(labels, truth, { noise: 'cluster' })).toBe(index(labels, truth))
    }
  })

  test('that is all there is cannot be left out', () => {
    expect(() => purity([-1, -1], [0, 1], { noise: 'exclude' })).toThrow(/all labels are -1/)
    expect(purity([-1, -1], [0, 1], { noise: 'singletons' })).toBe(1)
  })
})

test('pairs are counted exactly beyond 2^53', () => {
  const counted = (sizes: number[]) => ({ sizes: Uint32Array.from(sizes) }) as never
  const cells = { counts: Uint32Array.of(2 ** 31 - 1, 2 ** 26, 3, 2 ** 26 + 1) } as never
  const pairs = (...sizes: bigint[]) => sizes.reduce((sum, size) => sum + (size * (size - 1n)) / 2n, 0n)
  const few = Array.from({ length: 9 }, () => 2 ** 26 - 1)
  expect(countPairs({ points: 2 ** 32 - 1, cells, clusters: counted(few), classes: counted([1, 2]) })).toEqual({
    together: pairs(2n ** 31n - 1n, 2n ** 26n, 3n, 2n ** 26n + 1n),
    clusters: 9n * pairs(2n ** 26n - 1n),
    classes: 1n,
    all: pairs(2n ** 32n - 1n),
  })
})

test('a million labels are compared in a second', () => {
  const count = 1_000_000
  const labels = new Int32Array(count)
  const truth = new Uint8Array(count)
  for (let at = 0; at < count; at++) {
    labels[at] = Math.floor(random() * 100)
    truth[at] = random() < 0.3 ? labels[at] : Math.floor(random() * 100)
  }
  const began = process.cpuUsage()
  const index = adjustedMutualInformation(labels, truth)
  const { user, system } = process.cpuUsage(began)
  expect(user + system, 'microseconds').toBeLessThan(3e6)
  const [own, other] = [0.307, 0.007]
  const conditional = -own * Math.log(own) - 99 * other * Math.log(other)
  expect(Math.abs(index - (1 - conditional / Math.log(100)))).toBeLessThan(2e-3)
})

test('labels that are no labels are refused', () => {
  expect(() => purity([], [])).toThrow(/labels are empty/)
  expect(() => purity([1, 2], [1])).toThrow(/got 1 true labels for 2 labels/)
  expect(() => vMeasure([0, Number.NaN], [0, 1])).toThrow(/got NaN in row 1/)
  expect(() => vMeasure([0, 1], [0, 0.5])).toThrow(/true labels must be integers or strings, got 0.5 in row 1/)
  expect(() => homogeneity([0, null as never], [0, 1])).toThrow(/got null in row 1/)
  expect(() => completeness('ab' as never, [0, 1])).toThrow(/labels must be an array/)
  expect(() => adjustedRandIndex([0], [0], { noise: 'none' as never })).toThrow(
    /noise must be 'cluster', 'exclude' or 'singletons'/,
  )
  expect(() => fMeasure([0], [0], { kind: 'macro' as never })).toThrow(/kind must be one of/)
  expect(() => contingencyTable([0], [0], { kind: 'pairs' } as never)).toThrow(/contingencyTable has no option 'kind'/)
})
