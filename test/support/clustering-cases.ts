import { expect } from 'vitest'
import { fillMatrix, rowsOf, seededRandom } from './datasets'
import { expectKnown, knownCases } from './known-clusterings'
import type { ClusteringAnswer, ClusteringCase } from './run-clusterings'

const random = seededRandom(12)
const integersBelow = (count: number) => Math.floor(random() * count)
const wide = rowsOf(fillMatrix(300, 40, () => integersBelow(50)))
const odd = rowsOf(fillMatrix(200, 21, () => integersBelow(50)))
const flat = rowsOf(fillMatrix(1200, 3, (row) => (row % 6) * 40 + integersBelow(9)))
const weights = flat.map((_, row) => row % 4)

/** Cases of every kind of seeding, search, update and policy, then those with known answers. */
export const clusteringCases: ClusteringCase[] = [
  ...(['k-means++', 'k-means||', 'maximin', 'random'] as const).map((init) => ({
    points: flat,
    options: { k: 6, init, weights, seed: 3 },
    density: init === 'random',
  })),
  { points: wide, options: { k: 17, init: wide.slice(0, 17), maxIterations: 3 } },
  { points: wide, options: { k: 140, init: wide.slice(0, 140), maxIterations: 2 } },
  { points: odd, options: { k: 37, init: odd.slice(0, 37), maxIterations: 3 } },
  { points: flat, options: { k: 9, init: [...flat.slice(0, 8), [9999, 0, 0]], emptyClusters: 'split' as const } },
  { points: flat, options: { k: 9, init: flat.slice(0, 9) }, pruned: true },
  { points: wide, options: { k: 17, init: wide.slice(0, 17), maxIterations: 3 }, pruned: true },
  { points: wide, options: { k: 17, init: wide.slice(0, 17), maxIterations: 3 }, pruned: true, bounded: true },
  { points: flat, options: { k: 5, batchSize: 200, init: flat.slice(0, 5), maxIterations: 4 } },
  { points: flat, options: { k: 7, seed: 5, weights, precision: 'f16' as const } },
  { points: wide, options: { k: 17, init: wide.slice(0, 17), maxIterations: 3, precision: 'f16' as const } },
  ...knownCases,
].map(({ points, options, ...rest }) => ({
  points,
  options,
  density: 'density' in rest && rest.density,
  pruned: 'pruned' in rest,
  bounded: 'bounded' in rest,
}))

/** Asserts that answers from another runtime are those of the CPU executor, and the known ones. */
export function expectClusterings(answers: readonly ClusteringAnswer[], expected: readonly ClusteringAnswer[]): void {
  expect(answers.length).toBe(expected.length)
  for (const [i, answer] of answers.entries()) {
    const { labels, sizes, iterations, converged, inertia, again, centroids, distances, rounds } = expected[i]
    const what = `case ${i}`
    expect(pick(answer), what).toEqual({ labels, sizes, iterations, converged })
    expect(answer.again, what).toEqual(again)
    expect(answer.density, what).toEqual(expected[i].density)
    expectNear(answer.indices ?? [], expected[i].indices ?? [], 1e-5, `${what}: indices`)
    expect(answer.inertia, what).toBeCloseTo(inertia, inertia > 1 ? 1 : 6)
    expectNear(answer.centroids.data, centroids.data, 1e-3, `${what}: centroids`)
    expectNear(answer.distances, distances, 1e-2, `${what}: distances`)
    expect(answer.rounds.labels, `${what}: recorded labels`).toEqual(rounds.labels)
    expectNear(answer.rounds.centroids, rounds.centroids, 1e-2, `${what}: recorded centroids`)
  }
  const first = clusteringCases.length - knownCases.length
  for (const [i, known] of knownCases.entries()) expectKnown(answers[first + i], known)
}

const pick = ({ labels, sizes, iterations, converged }: ClusteringAnswer) => ({ labels, sizes, iterations, converged })

function expectNear(actual: readonly number[], expected: readonly number[], within: number, what: string): void {
  expect(actual.length, what).toBe(expected.length)
  for (const [i, value] of expected.entries()) {
    if (!(Math.abs(actual[i] - value) <= within))
      expect.fail(`${what}: at ${i} there is ${actual[i]}, expected ${value}`)
  }
}
