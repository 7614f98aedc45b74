/** The edges that join components, against J. B. Kruskal's algorithm on all edges between them. */
import { expect, test } from 'vitest'
import { joinComponents } from '../../src/neighbors/join-components.js'
import type { PointForest } from '../../src/neighbors/point-forest.js'
import { integerFrom, seededRandom } from '../support/datasets'

interface Case {
  rows: readonly number[][]
  components: Uint32Array
  cores: Float32Array
  manhattan: boolean
}

function weightOf({ rows, cores, manhattan }: Case, a: number, b: number): number {
  const terms = rows[a].map((x, column) => (manhattan ? Math.abs(x - rows[b][column]) : (x - rows[b][column]) ** 2))
  return Math.max(
    cores[a],
    cores[b],
    terms.reduce((sum, term) => sum + term, 0),
  )
}

/** Weights of the edges that join components, ascending; null where the edges close a circle. */
function kruskal(components: Uint32Array, edges: readonly [number, number, number][], isTree: boolean) {
  const roots = new Map<number, number>()
  const rootOf = (at: number): number => (roots.has(at) ? rootOf(roots.get(at) as number) : at)
  const weights: number[] = []
  for (const [from, to, weight] of [...edges].sort((x, y) => x[2] - y[2])) {
    const [a, b] = [rootOf(components[from]), rootOf(components[to])]
    if (a === b && isTree) return null
    if (a === b) continue
    roots.set(a, b)
    weights.push(weight)
  }
  return weights
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])('groups apart and one within the other, %i', (seed) => {
  const random = seededRandom(seed + 1)
  const columns = 3
  const count = 260
  const groups = [2, 9, 40][seed % 3]
  const centers = Array.from({ length: groups }, () => integerFrom(random, 0, seed < 4 ? 60 : 2))
  // Whole numbers, so that no sum is rounded.
  const one: Case = {
    rows: Array.from({ length: count }, (_, row) =>
      Array.from({ length: columns }, () => 1000 * (seed % 2) + centers[row % groups] + integerFrom(random, 0, 9)),
    ),
    components: Uint32Array.from({ length: count }, (_, row) => row % groups),
    cores: Float32Array.from({ length: count }, () => integerFrom(random, 0, 30)),
    manhattan: seed % 4 > 1,
  }
  const chunks = [one.rows.slice(0, 104), one.rows.slice(104)].map((rows, number) => ({
    first: 104 * number,
    rows: rows.length,
    data: Float32Array.from(rows.flat()),
  }))
  const forest = { columns, manhattan: one.manhattan, chunks } as unknown as PointForest
  const found = joinComponents(forest, one.components, one.cores) ?? []
  const all: [number, number, number][] = []
  for (let a = 0; a < count; a++) for (let b = 0; b < a; b++) all.push([a, b, weightOf(one, a, b)])
  const edges = found.map(({ from, to, weight }): [number, number, number] => [from, to, weight])
  for (const [from, to, weight] of edges) expect(weight).toBe(weightOf(one, from, to))
  expect(kruskal(one.components, edges, true)).toEqual(kruskal(one.components, all, false))
})
