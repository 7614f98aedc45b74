import { agglomerative, cutTree, dbscan, type Engine, hdbscan, kmeans } from 'lloyd'
import type { Shape } from './shapes.js'

/** Clusters a shape; −1 is noise. */
export type Method = (engine: Engine, shape: Shape) => Promise<ArrayLike<number>>

const cut =
  (linkage: 'single' | 'ward'): Method =>
  async (engine, { points, groups }) =>
    cutTree((await agglomerative(engine, points, { linkage })).merges, { clusters: groups })

/** The methods of the plate, by the name of their column. */
export const methods: Record<string, Method> = {
  'k-means': async (engine, { points, groups }) => (await kmeans(engine, points, { k: groups, restarts: 5 })).labels,
  DBSCAN: async (engine, { points, epsilon }) => (await dbscan(engine, points, { epsilon, minPoints: 5 })).labels,
  HDBSCAN: async (engine, { points, minClusterSize }) =>
    (await hdbscan(engine, points, { minClusterSize, minSamples: 5 })).labels,
  'single linkage': cut('single'),
  Ward: cut('ward'),
}

/** The adjusted Rand index of two labelings (L. Hubert and P. Arabie 1985): 1 for equal groups, about 0 for chance. */
export function adjustedRandIndex(labels: ArrayLike<number>, truth: ArrayLike<number>): number {
  const pairsOf = (keys: readonly (string | number)[]) => {
    const counts = new Map<string | number, number>()
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0)
  }
  const rows = Array.from(labels)
  const together = pairsOf(rows.map((label, row) => `${label} ${truth[row]}`))
  const [a, b] = [pairsOf(rows), pairsOf(Array.from(truth))]
  const expected = (2 * a * b) / (rows.length * (rows.length - 1))
  return a === b && together === a ? 1 : (together - expected) / ((a + b) / 2 - expected)
}
