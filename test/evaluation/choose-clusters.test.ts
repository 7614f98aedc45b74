/** The number of clusters by several criteria, against those of the public methods. */
import { chooseClusters, elbow, gap, gaussianMixture, kmeans, silhouette } from 'lloyd'
import { expect, test } from 'vitest'
import { choiceOf, summaryOf } from '../../src/evaluation/votes'
import { blobs, fillMatrix, matrixOf, seededRandom } from '../support/datasets'
import { testEngines } from '../support/engines'

const [{ engine: cpu }] = await testEngines()
const centers = matrixOf([
  [0, 0],
  [14, 2],
  [3, 15],
])

test('the curves and choices are those of the methods', async () => {
  const points = blobs(seededRandom(2), 90, centers, 1)
  const options = { from: 1, to: 5, seed: 3, restarts: 2 }
  const { k, curves, choices, summary } = await chooseClusters(cpu, points, { ...options, references: 5 })
  expect([k, choices]).toEqual([3, { elbow: 3, silhouette: 3, gap: 3, bic: 3 }])
  expect(summary).toBe('3 clusters: the gap, the silhouette, the BIC and the elbow choose 3.')
  expect(curves.k).toEqual([1, 2, 3, 4, 5])
  for (const [at, inertia] of (await elbow(cpu, points, options)).inertia.entries()) {
    if (at < 3) expect(curves.inertia[at]).toBeCloseTo(inertia, 2)
    else expect(curves.inertia[at]).toBeLessThanOrEqual(inertia)
  }
  const alone = await gap(cpu, points, { ...options, references: 5 })
  expect([curves.gap, curves.standardError]).toEqual([alone.gap, alone.standardError])
  const { labels, centroids } = await kmeans(cpu, points, { k: 3, seed: 3, restarts: 2 })
  expect(curves.silhouette![0]).toBeNull()
  expect(curves.silhouette![2]).toBeCloseTo((await silhouette(cpu, points, labels)).mean, 6)
  const mixture = await gaussianMixture(cpu, points, { components: 3, init: centroids })
  expect(curves.bic![2]).toBeCloseTo(mixture.bic, 4)
})

test('some criteria, few points and equal ones', async () => {
  const points = blobs(seededRandom(4), 60, centers, 1)
  const few = await chooseClusters(cpu, points, { from: 2, to: 4, criteria: ['silhouette'] })
  expect(few).toMatchObject({ k: 3, choices: { silhouette: 3 } })
  expect(Object.keys(few.curves)).toEqual(['k', 'inertia', 'silhouette'])
  const equal = fillMatrix(9, 2, () => 0.1)
  const none = await chooseClusters(cpu, equal, { from: 1, to: 3, criteria: ['elbow', 'silhouette'] })
  expect(none).toMatchObject({ k: null, choices: { elbow: null, silhouette: null } })
  expect(none.summary).toMatch(/^No number of clusters stands out: the silhouette and the elbow choose none/)
  expect(await chooseClusters(cpu, equal, { from: 1, to: 3, references: 3 })).toMatchObject({ choices: { gap: 1 } })
})

test.each([
  [{ elbow: 4, silhouette: 2, gap: 2, bic: 4 }, 2],
  [{ elbow: 4, silhouette: 2, gap: 1, bic: 4 }, 4],
  [{ elbow: null, silhouette: 3, bic: 5 }, 3],
  [{ elbow: null }, null],
])('of %o most decide', (choices, k) => {
  expect(choiceOf(choices)).toBe(k)
  expect(summaryOf(k, choices)).toMatch(k === null ? /none\.$/ : new RegExp(`^${k} clusters: `))
})

test('refuses criteria that do not exist', async () => {
  for (const criteria of [[], ['dunn']]) {
    await expect(chooseClusters(cpu, [[1], [2]], { from: 1, to: 2, criteria } as never)).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(/criteria must be some of 'elbow', 'silhouette', 'gap', 'bic'/),
    })
  }
})
