/** Pruning changes no bit of a result, whatever the points. */
import { createEngine, type Engine, kmeans, type Matrix } from 'lloyd'
import { afterAll, describe, expect, test } from 'vitest'
import { orderOf } from '../../../src/clustering/kmeans/pruning/point-blocks.js'
import { executorOf } from '../../../src/engine/engine.js'
import { blobs, fillMatrix, integerFrom, seededRandom } from '../../support/datasets'
import { withSmallBuffers } from '../../support/engines'

type Options = Parameters<typeof kmeans>[2]

const engine = await createEngine({ backend: 'cpu' })
const twins = await createEngine({ backend: 'cpu', twins: ['nearest-centroid', 'nearest-listed', 'nearest-bounded'] })
const gpu = await createEngine({ backend: 'webgpu' })
afterAll(() => {
  engine.destroy()
  twins.destroy()
  gpu.destroy()
})

/** The fit with lists for every block, however long, with those that pay, and without any. */
async function fits(engine: Engine, points: Matrix, options: Options) {
  const { tuning } = executorOf(engine)
  const results = []
  for (const tile of [
    { work: 1, percent: 1e6 },
    { work: 1, percent: 25 },
    { work: Infinity, percent: 0 },
  ]) {
    tuning.set('pruning', tile)
    results.push(await kmeans(engine, points, { tolerance: 0, maxIterations: 30, ...options }))
  }
  return results
}

async function expectSame(engine: Engine, points: Matrix, options: Options) {
  const [always, some, never] = await fits(engine, points, options)
  const { distanceEvaluations, ...expected } = never
  expect(distanceEvaluations).toBe(points.rows * options.k * (never.iterations + 1))
  expect(some).toEqual({ ...expected, distanceEvaluations: expect.any(Number) })
  expect(always).toEqual({ ...expected, distanceEvaluations: expect.any(Number) })
  return always.distanceEvaluations / distanceEvaluations
}

const random = seededRandom(5)
const clouds = (rows: number, columns: number, count: number, spread: number) =>
  blobs(
    random,
    rows,
    fillMatrix(count, columns, () => 20 * random()),
    spread,
  )
const lattice = (rows: number, columns: number, most: number) =>
  fillMatrix(rows, columns, () => integerFrom(random, 0, most))
const scaled = ({ data, ...shape }: Matrix, factor: number, offset = 0): Matrix => ({
  ...shape,
  data: data.map((value) => value * factor + offset),
})
const cloud = clouds(3000, 3, 20, 1)

const cases: [name: string, points: Matrix, options: Options][] = [
  ['clouds', cloud, { k: 20 }],
  ['clouds of 12 columns', clouds(2000, 12, 12, 1), { k: 12, init: 'random' }],
  ['more centroids than a list', clouds(1500, 2, 3, 4), { k: 90 }],
  ['scale 1e-6', scaled(cloud, 1e-6), { k: 20 }],
  ['scale 1e6', scaled(cloud, 1e6), { k: 20 }],
  ['scale 1e-38', scaled(cloud, 1e-37), { k: 9 }],
  ['scale 1e36', scaled(cloud, 1e36), { k: 9 }],
  ['far from the origin', scaled(cloud, 1, 1e5), { k: 20 }],
  ['two groups far apart', clouds(1000, 10, 2, 1e-3), { k: 30 }],
  ['ties on a lattice', lattice(2000, 2, 4), { k: 12, init: 'random', seed: 3 }],
  ['ties on a lattice of 9 columns', lattice(1000, 9, 1), { k: 12, init: 'random', seed: 3 }],
  ['many columns', clouds(700, 50, 9, 4), { k: 30, init: 'random' }],
  ['many columns, scale 1e-6', scaled(clouds(300, 21, 5, 6), 1e-6), { k: 11 }],
  ['many columns, scale 1e6', scaled(clouds(300, 21, 5, 6), 1e6), { k: 11 }],
  ['many columns, scale 1e-37', scaled(clouds(300, 21, 5, 6), 1e-37), { k: 11 }],
  ['many columns, far from the origin', scaled(clouds(300, 21, 5, 6), 1, 1e5), { k: 11 }],
  ['equal centroids of many columns', clouds(400, 12, 3, 5), { k: 9, init: fillMatrix(9, 12, (row) => row >> 1) }],
  ['equal points of many columns', fillMatrix(100, 12, () => 7), { k: 5 }],
  ['groups of many columns far apart', clouds(400, 33, 2, 1e-5), { k: 24 }],
  ['one column', lattice(1000, 1, 500), { k: 40, init: 'maximin' }],
  ['collinear points', fillMatrix(900, 3, (row, column) => (row % 300) * (column + 1)), { k: 15 }],
  ['equal points', fillMatrix(400, 3, () => 7), { k: 3 }],
  ['few distinct points', lattice(600, 3, 1), { k: 12 }],
  ['as many centroids as points', lattice(150, 3, 100), { k: 150 }],
  ['one point', fillMatrix(1, 2, () => 7), { k: 1 }],
]

describe('labels, centroids and inertia are those of the full search', () => {
  test.each(cases)('%s', async (_, points, options) => {
    await expectSame(engine, points, options)
  })

  test.each([0, 1, 9, 10, 11, 16, 18])('by twins, of case %i', async (at) => {
    const [, points, options] = cases[at]
    await expectSame(twins, points, options)
  })

  test('where weights are 0, and restarts share the blocks', async () => {
    const weights = Float32Array.from({ length: cloud.rows }, (_, row) => row % 3)
    await expectSame(engine, cloud, { k: 20, weights, restarts: 3, init: 'random' })
  })

  test('where weights are 0 and centroids have no points, with bounds', async () => {
    const points = clouds(500, 14, 6, 3)
    const weights = Float32Array.from({ length: points.rows }, (_, row) => row % 3)
    await expectSame(engine, points, { k: 13, weights, restarts: 3, init: 'random' })
    for (const emptyClusters of ['farthest', 'split', 'keep'] as const) {
      const init = Array.from({ length: 12 }, (_, i) =>
        points.data.slice(14 * i, 14 * i + 14).map((x) => (i % 4 ? x : x + 99)),
      )
      await expectSame(engine, points, { k: 12, init, emptyClusters })
      await expectSame(twins, points, { k: 12, init, emptyClusters })
    }
  })

  test('where points of many columns take several chunks', async () => {
    const points = clouds(3000, 24, 20, 1)
    await withSmallBuffers(engine, 65536, async () => {
      expect(await expectSame(engine, points, { k: 20, init: 'random' })).toBeLessThan(0.5)
    })
  })

  test.each(['farthest', 'split', 'keep'] as const)('where empty clusters are %s', async (emptyClusters) => {
    const init = [...Array.from({ length: 9 }, (_, i) => cloud.data.slice(3 * i, 3 * i + 3)), [99, 99, 99], [-9, 99, 9]]
    await expectSame(engine, cloud, { k: 11, init, emptyClusters })
  })

  test('where points take several chunks', async () => {
    const points = clouds(20000, 3, 30, 0.3)
    await withSmallBuffers(engine, 65536, async () => {
      expect(await expectSame(engine, points, { k: 30 })).toBeLessThan(0.6)
    })
  })

  test('on an adapter', async () => {
    const points = clouds(20000, 3, 30, 0.5)
    expect(await expectSame(gpu, points, { k: 30, init: 'random', maxIterations: 20 })).toBeLessThan(1 / 3)
    await expectSame(gpu, clouds(3000, 10, 12, 1), { k: 12, init: 'random', maxIterations: 10 })
  })
})

test('separate clouds take a small part of the distances', async () => {
  expect(await expectSame(engine, clouds(20000, 2, 40, 0.1), { k: 40 })).toBeLessThan(0.2)
})

test('a sample decides whether bounds pay, to the same result', async () => {
  const { tuning } = executorOf(engine)
  const points = clouds(6000, 20, 36, 1)
  const options = { k: 36, init: 'random', tolerance: 0 } as const
  tuning.set('pruning', { work: Infinity, percent: 0 })
  const expected = await kmeans(engine, points, options)
  tuning.delete('pruning')
  const { distanceEvaluations, ...result } = await kmeans(engine, points, options)
  expect({ ...result, distanceEvaluations: expected.distanceEvaluations }).toEqual(expected)
  expect(distanceEvaluations / expected.distanceEvaluations).toBeLessThan(0.9)
})

test('leaves nothing on the device', async () => {
  await fits(engine, cloud, { k: 20 })
  expect(executorOf(engine).allocatedBytes).toBe(0)
})

test('the order takes every row once, and those of a group together', () => {
  const { data, rows } = fillMatrix(512, 2, (row) => (row % 2) * 100 + random())
  const order = orderOf(data, 2)
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row))
  const groups = [0, 128, 256, 384].map((place) => new Set(order.slice(place, place + 128).map((row) => row % 2)))
  expect(groups.filter(({ size }) => size > 1).length).toBeLessThan(3)
  expect(orderOf(new Float32Array(600), 2)).toEqual(new Uint32Array(300).map((_, row) => row))
})
