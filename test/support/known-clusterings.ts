import type { KMeansOptions } from 'lloyd'
import { expect } from 'vitest'
import { readDataset, rowsOf } from './datasets'

/** A result of `kmeans`, possibly decoded from JSON. */
interface PlainClustering {
  centroids: { data: ArrayLike<number> }
  labels: ArrayLike<number>
  sizes: ArrayLike<number>
  inertia: number
  iterations: number
  converged: boolean
}

/** float32 rows of iris, far from the origin. */
const farIris = rowsOf(readDataset('iris').points).map((row) => row.map((value) => Math.fround(value + 4096)))

/** A case whose answer was found by hand or by scikit-learn. */
export interface KnownCase {
  name: string
  points: number[][]
  options: Omit<KMeansOptions, 'weights' | 'init'> & { weights?: number[]; init?: number[][] }
  labels?: number[]
  sizes?: number[]
  centroids?: number[][]
  /** The absolute error allowed for `centroids`; 1e-6 where absent. */
  within?: number
  inertia: number
  inertiaWithin?: number
  iterations?: number
  predictions?: [number[], number][]
}

const quartet = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [1, 1],
]
export const quartetCorners = [
  [0, 0],
  [1, 1],
]
export const sextet = [
  [0, 0],
  [10, 10],
  [12, 9],
  [-1, 1],
  [2, 0],
  [8, 10],
]

export const knownCases: KnownCase[] = [
  {
    name: 'weights 3, 1, 1, 3',
    points: quartet,
    options: { k: 2, init: quartetCorners, weights: [3, 1, 1, 3] },
    labels: [0, 0, 1, 1],
    centroids: [
      [0.125, 0],
      [0.875, 1],
    ],
    within: 0,
    inertia: 0.375,
    inertiaWithin: 0,
    iterations: 2,
  },
  {
    name: 'the same without weights',
    points: quartet,
    options: { k: 2, init: quartetCorners },
    labels: [0, 0, 1, 1],
    centroids: [
      [0.25, 0],
      [0.75, 1],
    ],
    within: 0,
    inertia: 0.25,
    inertiaWithin: 0,
    iterations: 2,
  },
  {
    name: 'two clusters of three',
    points: sextet,
    options: { k: 2, init: sextet.slice(0, 2) },
    labels: [0, 1, 1, 0, 0, 1],
    centroids: [
      [1 / 3, 1 / 3],
      [10, 29 / 3],
    ],
    inertia: 14,
    inertiaWithin: 1e-5,
  },
  {
    name: 'three dimensions, and predictions',
    points: [
      [1, 1, 1],
      [1, 2, 1],
      [-1, -1, -1],
      [-1, -1, -1.5],
    ],
    options: {
      k: 2,
      init: [
        [1, 2, 1],
        [-1, -1, -1],
      ],
    },
    labels: [0, 0, 1, 1],
    centroids: [
      [1, 1.5, 1],
      [-1, -1, -1.25],
    ],
    within: 0,
    inertia: 0.625,
    inertiaWithin: 0,
    predictions: [
      [[10, 10, 1], 0],
      [[-2, -2, -2], 1],
    ],
  },
  { name: '4 of 4 points', points: [[0], [1], [3], [7]], options: { k: 4 }, inertia: 0, inertiaWithin: 0 },
  {
    name: 'one cluster',
    points: [[0], [1], [3], [7]],
    options: { k: 1 },
    labels: [0, 0, 0, 0],
    centroids: [[2.75]],
    within: 0,
    inertia: 28.75,
    inertiaWithin: 0,
  },
  {
    name: 'far from the origin',
    points: [[65536], [65537], [65546], [65547]],
    options: { k: 2, init: [[65536], [65546]] },
    labels: [0, 0, 1, 1],
    centroids: [[65536.5], [65546.5]],
    within: 0,
    inertia: 1,
    inertiaWithin: 0,
  },
  {
    name: 'an inertia of 4.0013e-8 is not 0',
    points: [[-1.0001], [-0.9999], [0.9999], [1.0001]],
    options: { k: 2, init: [[-1], [1]] },
    centroids: [[-1], [1]],
    within: 0,
    inertia: 4.0013e-8,
    inertiaWithin: 1e-12,
  },
  {
    name: 'iris + 4096',
    points: farIris,
    options: { k: 3, init: [farIris[0], farIris[50], farIris[100]] },
    sizes: [50, 62, 38],
    inertia: 78.85245,
    inertiaWithin: 1e-4,
  },
]

/** Asserts the known values of a case. */
export function expectKnown(result: PlainClustering, known: KnownCase): void {
  if (known.labels) expect(Array.from(result.labels)).toEqual(known.labels)
  if (known.sizes) expect(Array.from(result.sizes)).toEqual(known.sizes)
  if (known.centroids) {
    const { data } = result.centroids
    const expected = known.centroids.flat()
    expect(data.length).toBe(expected.length)
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(data[i] - value), `centroids at ${i}: ${data[i]}`).toBeLessThanOrEqual(known.within ?? 1e-6)
    }
  }
  const off = Math.abs(result.inertia - known.inertia)
  expect(off, `inertia ${result.inertia}`).toBeLessThanOrEqual(known.inertiaWithin ?? 1e-6)
  expect(result.converged).toBe(true)
  if (known.iterations) expect(result.iterations).toBe(known.iterations)
}
