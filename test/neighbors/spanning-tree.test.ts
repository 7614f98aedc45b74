/** The minimum spanning tree of mutual reachability against Prim's algorithm on all distances. */
import { expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { spanningTree } from '../../src/neighbors/spanning-tree.js'
import { fillMatrix, integerFrom, rowsOf, seededRandom } from '../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../support/engines'

const engines = await testEngines()

/** Weights of the tree in ascending order, and core distances (R. C. Prim 1957), in float64. */
function prim(rows: readonly number[][], k: number) {
  const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, i) => x - b[i]))
  const cores = rows.map((a) => rows.map((b) => distance(a, b)).sort((x, y) => x - y)[Math.min(k, rows.length) - 1])
  const reach = rows.map(() => Number.POSITIVE_INFINITY)
  const waiting = new Set(rows.keys())
  const weights: number[] = []
  for (let at = 0; waiting.delete(at) && waiting.size > 0; ) {
    for (const to of waiting)
      reach[to] = Math.min(reach[to], Math.max(distance(rows[at], rows[to]), cores[at], cores[to]))
    at = [...waiting].reduce((least, to) => (reach[to] < reach[least] ? to : least))
    weights.push(reach[at])
  }
  return { weights: weights.sort((a, b) => a - b), cores }
}

/** Whether the edges connect all rows, without a circle. */
function isTree(from: Uint32Array, to: Uint32Array): boolean {
  const roots = Uint32Array.from({ length: from.length + 1 }, (_, row) => row)
  const rootOf = (row: number): number => (roots[row] === row ? row : rootOf(roots[row]))
  return from.every((row, edge) => {
    const [a, b] = [rootOf(row), rootOf(to[edge])]
    roots[a] = b
    return a !== b
  })
}

test.each([...Array(process.env.LLOYD_VERIFY ? 45 : 27).keys()])('random points, seed %i', async (seed) => {
  const random = seededRandom(seed + 1)
  const rows = [1, 2, 3, 9, 64, 65, 70, 300, 700][seed % 9]
  const lattice = seed % 3 > 0
  const points = fillMatrix(rows, [2, 7, 5][Math.floor(seed / 9) % 3], () =>
    lattice ? integerFrom(random, 0, 12) : 10 * random(),
  )
  const minSamples = [1, 2, 5, 40, 100][seed % 5]
  const { weights, cores } = prim(rowsOf(points), minSamples)
  for (const { engine, name } of enginesFor(`tree ${seed}`, engines)) {
    const tree = await spanningTree(executorOf(engine), points, { metric: 'euclidean', minSamples })
    expect(isTree(tree.from, tree.to), name).toBe(true)
    expect(tree.weights.length, name).toBe(rows - 1)
    for (const [edge, weight] of weights.entries()) expect(tree.weights[edge], name).toBeCloseTo(weight, 5)
    for (const [row, core] of cores.entries()) expect(tree.coreDistances[row], name).toBeCloseTo(core, 5)
  }
})

test.each(engines)('equal points and chunks on $name', async ({ engine }) => {
  const executor = executorOf(engine)
  const equal = await spanningTree(
    executor,
    fillMatrix(700, 2, () => 7),
    { metric: 'euclidean', minSamples: 70 },
  )
  expect(isTree(equal.from, equal.to)).toBe(true)
  expect(Math.max(...equal.weights, ...equal.coreDistances)).toBe(0)
  const random = seededRandom(4)
  const points = fillMatrix(2000, 2, () => random() ** 2)
  const build = () => spanningTree(executor, points, { metric: 'manhattan', minSamples: 5 })
  const whole = await build()
  expect((await withSmallBuffers(engine, 17_000, build)).weights).toEqual(whole.weights)
})

test('groups of many columns, in which all points are compared, in chunks and lists of several passes', async () => {
  const random = seededRandom(6)
  const points = fillMatrix(600, 8, (row) => (row % 3) * 90 + integerFrom(random, 0, 30))
  for (const minSamples of [1, 40]) {
    const { weights } = prim(rowsOf(points), minSamples)
    // Long lists take long to compile.
    for (const { engine, name } of minSamples > 1 ? engines.slice(0, 1) : enginesFor('groups', engines)) {
      const build = () => spanningTree(executorOf(engine), points, { metric: 'euclidean', minSamples })
      const whole = await build()
      expect(isTree(whole.from, whole.to), name).toBe(true)
      for (const [edge, weight] of weights.entries()) expect(whole.weights[edge], name).toBeCloseTo(weight, 4)
      expect((await withSmallBuffers(engine, 12_000, build)).weights, name).toEqual(whole.weights)
    }
  }
})

test('sums over many columns, which each place rounds by itself, leave no component without an edge', async () => {
  const random = seededRandom(9)
  const points = fillMatrix(60, 4000, () => random() + 1)
  const { weights } = prim(rowsOf(points), 1)
  for (const { engine, name } of process.env.LLOYD_VERIFY ? engines : engines.slice(0, 1)) {
    const tree = await spanningTree(executorOf(engine), points, { metric: 'euclidean', minSamples: 1 })
    expect(isTree(tree.from, tree.to), name).toBe(true)
    for (const [edge, weight] of weights.entries()) expect(tree.weights[edge], name).toBeCloseTo(weight, 4)
  }
})
