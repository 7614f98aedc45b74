/** The optimal order of leaves, against all orders and against dynamic programming by definition. */
import { agglomerative, createEngine, dendrogramSvg, type Matrix } from 'lloyd'
import { expect, test } from 'vitest'
import { optimalOrder } from '../../src/clustering/hierarchy/optimal-order'
import { executorOf } from '../../src/engine/engine'
import { measurePoints } from '../../src/neighbors/measured-points'
import { cosine, euclidean, manhattan } from '../oracle/dbscan'
import { allOrders, leastLength, pathLength } from '../oracle/leaf-order'
import { fillMatrix, integerFrom, matrixOf, readDataset, rowsOf, seededRandom } from '../support/datasets'

const engine = await createEngine({ backend: 'cpu' })
const METRICS = { euclidean, manhattan, cosine } as const

const listOf = ({ data, rows }: Matrix<Float64Array>) =>
  Array.from({ length: rows }, (_, merge) => [...data.subarray(4 * merge, 4 * merge + 4)])

/** Merges of random pairs. */
function randomMerges(random: () => number, rows: number): Matrix<Float64Array> {
  const open = [...Array(rows).keys()].map((id) => ({ id, size: 1 }))
  const merges = Array.from({ length: rows - 1 }, (_, merge) => {
    const [a, b] = [0, 0].map(() => open.splice(integerFrom(random, 0, open.length - 1), 1)[0])
    open.push({ id: rows + merge, size: a.size + b.size })
    return [Math.min(a.id, b.id), Math.max(a.id, b.id), merge, a.size + b.size]
  })
  return { data: Float64Array.from(merges.flat()), rows: rows - 1, columns: 4 }
}

test.each([...Array(45).keys()])('of all orders of up to 8 rows, seed %i', async (seed) => {
  const random = seededRandom(seed + 1)
  const metric = (['euclidean', 'manhattan', 'cosine'] as const)[seed % 3]
  const points = fillMatrix(1 + (seed % 8), 2, () => 10 * random() - 3)
  const { merges, leaves } = await agglomerative(engine, points, { linkage: 'single', metric, leafOrder: 'optimal' })
  const rows = rowsOf(points)
  const distance = (a: number, b: number) => METRICS[metric](rows[a], rows[b])
  const orders = allOrders(listOf(merges))
  expect(orders).toContainEqual([...leaves])
  const least = Math.min(...orders.map((order) => pathLength(order, distance)))
  expect(leastLength(listOf(merges), distance)).toBeCloseTo(least, 10)
  expect(pathLength([...leaves], distance)).toBeCloseTo(least, 5)
})

test.each([20, 33, 70])('of any tree of %i rows', async (rows) => {
  const random = seededRandom(rows)
  const merges = randomMerges(random, rows)
  const points = fillMatrix(rows, 2, () => integerFrom(random, 0, 20))
  const leaves = await optimalOrder(merges, await measurePoints(executorOf(engine), points, 'euclidean', 0), {})
  const list = rowsOf(points)
  const distance = (a: number, b: number) => euclidean(list[a], list[b])
  // Refuses leaves among which the rows of a cluster are apart.
  dendrogramSvg(merges, { leaves })
  expect(pathLength([...leaves], distance)).toBeCloseTo(leastLength(listOf(merges), distance), 4)
})

test('of iris, where SciPy 1.17 finds 74.70', async () => {
  const { points } = readDataset('iris')
  const { merges, leaves } = await agglomerative(engine, points, { linkage: 'single', leafOrder: 'optimal' })
  const rows = rowsOf(points)
  const length = pathLength([...leaves], (a, b) => euclidean(rows[a], rows[b]))
  expect(length).toBeCloseTo(
    leastLength(listOf(merges), (a, b) => euclidean(rows[a], rows[b])),
    4,
  )
  expect(length).toBeLessThan(65.2)
  const plain = await agglomerative(engine, points, { linkage: 'single' })
  expect(plain.merges).toEqual(merges)
  expect(pathLength([...plain.leaves], (a, b) => euclidean(rows[a], rows[b]))).toBeGreaterThan(length)
})

test('equal rows, and progress that ends', async () => {
  const stages: unknown[] = []
  const { leaves } = await agglomerative(
    engine,
    fillMatrix(40, 3, () => 2),
    {
      ...{ linkage: 'single', leafOrder: 'optimal' },
      onProgress: (progress) => stages.push(progress),
    },
  )
  expect([...leaves].sort((a, b) => a - b)).toEqual([...Array(40).keys()])
  expect(stages.at(-1)).toEqual({ stage: 'order', done: 780, total: 780 })
})

test('is aborted, and refuses more rows than pairs fit, before any work', async () => {
  const random = seededRandom(4)
  const points = fillMatrix(1500, 2, random)
  const aborter = new AbortController()
  const options = { linkage: 'single', leafOrder: 'optimal', signal: aborter.signal } as const
  const onProgress = ({ stage }: { stage: string }) => stage === 'order' && aborter.abort(new Error('enough'))
  await expect(agglomerative(engine, points, { ...options, onProgress })).rejects.toThrow('enough')
  const many = matrixOf(Array.from({ length: 16_385 }, (_, row) => [row]))
  await expect(agglomerative(engine, many, { linkage: 'single', leafOrder: 'optimal' })).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(/2\.1 GB for 16385 rows; it takes at most 16384/),
  })
  await expect(agglomerative(engine, points, { leafOrder: 'best' as 'merges' })).rejects.toThrow(
    "leafOrder must be 'merges' or 'optimal', got 'best'",
  )
})
