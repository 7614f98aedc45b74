/** Properties of k-means on any points, regardless of the result. */
import { assign, kmeans, type Matrix } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { expectSameValues } from '../../oracle/compare'
import { assignOracle, inertiaOf, lloydOracle, sizesOf } from '../../oracle/kmeans'
import {
  blobs,
  fillMatrix,
  integerFrom,
  readDataset,
  seededRandom,
  shuffledIndices,
  sourceOf,
  takeRows,
} from '../../support/datasets'
import { enginesFor, testEngines } from '../../support/engines'

type KMeansOptions = Parameters<typeof kmeans>[2]

const engines = await testEngines()
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.length, `${what}: length`).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
      expect.fail(`${what}: at ${i} there is ${actual[i]}, expected ${expected[i]} within ${tolerance}`)
    }
  }
}

/** Overlapping clouds, so that labels keep changing for many iterations. */
function overlappingClouds(seed: number, rows: number, columns: number, count: number): Matrix {
  const random = seededRandom(seed)
  const centers = fillMatrix(count, columns, () => 3 * random())
  return blobs(random, rows, centers, 0.8)
}

/** Integers from 0 to `most`. */
function integers(seed: number, rows: number, columns: number, most: number): Matrix {
  const random = seededRandom(seed)
  return fillMatrix(rows, columns, () => integerFrom(random, 0, most))
}

const concatenated = (a: Matrix, b: Matrix): Matrix => ({
  data: new Float32Array([...a.data, ...b.data]),
  rows: a.rows + b.rows,
  columns: a.columns,
})

const firstRows = (points: Matrix, count: number) =>
  takeRows(
    points,
    Array.from({ length: count }, (_, i) => i),
  )

/** Shapes on either side of what tiles and workgroups like; every other one on GPUs, without LLOYD_VERIFY. */
const allShapes = [
  { rows: 500, columns: 1, k: 7 },
  { rows: 1025, columns: 2, k: 16 },
  { rows: 777, columns: 3, k: 33 },
  { rows: 300, columns: 17, k: 5 },
  { rows: 257, columns: 65, k: 9 },
  { rows: 130, columns: 130, k: 65 },
]

const digits = readDataset('digits').points

describe.each(engines)('$name', ({ engine }) => {
  const shapes = allShapes.filter((_, i) => process.env.LLOYD_VERIFY || !engine.device || i % 2 === 0)
  const cluster = (points: Parameters<typeof kmeans>[1], options: KMeansOptions) => kmeans(engine, points, options)
  const label = async (points: Matrix, centroids: Parameters<typeof assign>[2]) =>
    (await assign(engine, points, centroids)) as Uint32Array

  test.each(shapes)('the objective never rises: $rows × $columns, k = $k', async ({ rows, columns, k }) => {
    const points = overlappingClouds(rows, rows, columns, k)
    const weights = Float32Array.from({ length: rows }, (_, i) => (i % 5) / 2)
    for (const options of [{}, { weights }, { emptyClusters: 'keep' }] as const) {
      const init = firstRows(points, k)
      const { labels } = assignOracle(points, init)
      let before = inertiaOf(points, init, labels, 'weights' in options ? weights : undefined)
      for (let maxIterations = 1; maxIterations <= 10; maxIterations++) {
        const result = await cluster(points, { k, init, tolerance: 0, maxIterations, ...options })
        expect(result.inertia, `after ${maxIterations} iterations`).toBeLessThanOrEqual(before * (1 + 1e-6))
        expect(result.iterations).toBeLessThanOrEqual(maxIterations)
        expect(result.iterations === maxIterations || result.converged).toBe(true)
        before = result.inertia
        if (result.iterations < maxIterations) break
      }
    }
  })

  test.each(shapes)('assigning again gives the labels: $rows × $columns, k = $k', async ({ rows, columns, k }) => {
    const points = overlappingClouds(rows + 1, rows, columns, k)
    const weights = Float32Array.from({ length: rows }, (_, i) => i % 3)
    const choices: Omit<KMeansOptions, 'k'>[] = [
      {},
      { tolerance: 0 },
      { maxIterations: 1 },
      { init: 'random', seed: 5, emptyClusters: 'keep' },
      { init: 'k-means||', weights },
      { init: 'maximin', maxIterations: 3, emptyClusters: 'split' },
      { batchSize: 100, maxIterations: 20 },
      { restarts: 3, maxIterations: 2 },
    ]
    for (const options of choices) {
      const { labels, centroids, sizes } = await cluster(points, { k, ...options })
      const what = JSON.stringify(options)
      expectSameValues(await label(points, centroids), labels, what)
      expectSameValues(sizes, sizesOf(labels, k), what)
    }
  })

  test('and so it does for a source', async () => {
    const points = overlappingClouds(2, 1000, 5, 12)
    const { labels, centroids } = await cluster(sourceOf(points, [300, 1, 64]), { k: 12, maxIterations: 3 })
    expectSameValues(await label(points, centroids), labels, 'labels')
  })

  test('weight 2 is the point twice', async () => {
    for (const [seed, columns] of [
      [1, 2],
      [2, 9],
      [3, 64],
    ]) {
      const points = integers(seed, 400, columns, 100)
      const twice = concatenated(points, firstRows(points, 150))
      const weights = Float32Array.from({ length: 400 }, (_, i) => (i < 150 ? 2 : 1))
      const init = takeRows(points, [0, 60, 120, 180, 240, 300, 360])
      const options = { k: 7, init, tolerance: 0 }
      const once = await cluster(points, { ...options, weights, maxIterations: 1 })
      const doubled = await cluster(twice, { ...options, maxIterations: 1 })
      expectSameValues(once.centroids.data, doubled.centroids.data, 'integers, one pass')
      const a = await cluster(points, { ...options, weights })
      const b = await cluster(twice, options)
      expectSameValues(a.labels, b.labels.subarray(0, 400), 'labels')
      expectClose(a.centroids.data, b.centroids.data, 1e-4, 'centroids')
      expectClose([a.inertia], [b.inertia], 1e-5 * b.inertia, 'inertia')
      expect(a.iterations).toBe(b.iterations)
      expectSameValues(a.sizes, sizesOf(a.labels, 7), 'sizes count points')
    }
  })

  test('weight 0 is no point at all', async () => {
    const points = integers(4, 400, 6, 100)
    const weights = Float32Array.from({ length: 400 }, (_, i) => (i < 300 ? 1 : 0))
    const init = takeRows(points, [0, 60, 120, 180, 240])
    const options = { k: 5, init, tolerance: 0, maxIterations: 6 }
    const a = await cluster(points, { ...options, weights })
    const b = await cluster(firstRows(points, 300), options)
    expectSameValues(a.labels.subarray(0, 300), b.labels, 'labels')
    expectClose(a.centroids.data, b.centroids.data, 1e-4, 'centroids')
    expectClose([a.inertia], [b.inertia], 1e-5 * b.inertia, 'inertia')
  })

  test('the order of the points does not matter', async () => {
    for (const [seed, columns, k] of [
      [5, 2, 9],
      [6, 3, 20],
      [7, 33, 6],
    ]) {
      const points = integers(seed, 900, columns, 200)
      const order = shuffledIndices(seededRandom(seed), 900)
      const shuffled = takeRows(points, order)
      const init = firstRows(points, k)
      const one = await cluster(points, { k, init, tolerance: 0, maxIterations: 1 })
      const other = await cluster(shuffled, { k, init, tolerance: 0, maxIterations: 1 })
      expectSameValues(other.centroids.data, one.centroids.data, 'integers, one pass')
      const a = await cluster(points, { k, init, tolerance: 0 })
      const b = await cluster(shuffled, { k, init, tolerance: 0 })
      expect(b.iterations).toBe(a.iterations)
      expectSameValues(
        b.labels,
        Array.from(order, (i) => a.labels[i]),
        'labels',
      )
      expectClose(b.centroids.data, a.centroids.data, 1e-3, 'centroids')
    }
  })

  test('the order of the given centroids is that of the clusters', async () => {
    const points = integers(8, 900, 3, 200)
    const init = firstRows(points, 11)
    const order = shuffledIndices(seededRandom(8), 11)
    const a = await cluster(points, { k: 11, init, maxIterations: 1, tolerance: 0 })
    const b = await cluster(points, { k: 11, init: takeRows(init, order), maxIterations: 1, tolerance: 0 })
    expectSameValues(b.centroids.data, takeRows(a.centroids as Matrix, order).data, 'centroids')
    expectSameValues(
      b.sizes,
      Array.from(order, (j) => a.sizes[j]),
      'sizes',
    )
  })

  test('a shift moves the centroids and nothing else', async () => {
    // Clouds that no rounding of a centroid can confuse: float32 has 7 fractional bits at 65 536.
    const random = seededRandom(9)
    const centers = fillMatrix(8, 4, (row, column) => ((row >> (column % 3)) & 1) * 100)
    const points = fillMatrix(
      600,
      4,
      (row, column) => centers.data[4 * (row % 8) + column] + integerFrom(random, 0, 30),
    )
    const shifted = { ...points, data: points.data.map((value) => value + 65536) }
    const a = await cluster(points, { k: 8, init: firstRows(points, 8), tolerance: 0 })
    const b = await cluster(shifted, { k: 8, init: firstRows(shifted, 8), tolerance: 0 })
    expectSameValues(b.labels, a.labels, 'labels')
    const expected = a.centroids.data.map((value) => value + 65536)
    expectClose(b.centroids.data, expected, 1 / 128, 'centroids')
    expectClose([b.inertia], [a.inertia], 1e-5 * a.inertia, 'inertia')
  })

  test('distinct centroids are assigned to themselves', async () => {
    for (const columns of [1, 2, 3, 4, 5, 16, 31, 70, 130]) {
      for (const k of [1, 2, 9, 64, 257]) {
        const random = seededRandom(1000 * columns + k)
        // A shuffled ladder in the first column keeps them apart in one dimension too.
        const ladder = shuffledIndices(random, k)
        const centroids = fillMatrix(k, columns, (row, column) => (column === 0 ? ladder[row] : random()))
        const expected = Uint32Array.from({ length: k }, (_, j) => j)
        expectSameValues(await label(centroids, centroids), expected, `${k} × ${columns}`)
      }
    }
  })

  test.each(shapes)('refitting from the result is stable: $rows × $columns, k = $k', async ({ rows, columns, k }) => {
    const points = overlappingClouds(rows + 2, rows, columns, k)
    const first = await cluster(points, { k, init: firstRows(points, k), tolerance: 0 })
    expect(first.converged).toBe(true)
    const again = await cluster(points, { k, init: first.centroids })
    expect([again.iterations, again.converged]).toEqual([1, true])
    expectSameValues(again.labels, first.labels, 'labels')
    expectClose(again.centroids.data, first.centroids.data, 1e-5, 'centroids')
    expectClose([again.inertia], [first.inertia], 1e-6 * first.inertia, 'inertia')
  })
})

describe('integers', () => {
  const cases = [
    ...allShapes.map(({ rows, columns, k }) => ({ rows, columns, k, most: columns < 20 ? 255 : 40 })),
    // Few values, so that a great many distances are equal.
    { rows: 1500, columns: 2, k: 40, most: 6 },
    { rows: 1500, columns: 8, k: 40, most: 2 },
    { rows: 3000, columns: 3, k: 256, most: 255 },
  ]

  test.each(cases)('$rows × $columns up to $most, k = $k: the same labels everywhere', async (shape) => {
    const { rows, columns, k, most } = shape
    const points = integers(rows + columns, rows, columns, most)
    const centroids = integers(k, k, columns, most)
    const { labels } = assignOracle(points, centroids)
    for (const { name, engine } of engines) {
      expectSameValues((await assign(engine, points, centroids)) as Uint32Array, labels, name)
    }
  })

  test.each(cases)('$rows × $columns up to $most, k = $k: the same centroids after one pass', async (shape) => {
    const { rows, columns, k, most } = shape
    const points = integers(rows + columns, rows, columns, most)
    const init = integers(k, k, columns, most)
    for (const weights of [undefined, Float32Array.from({ length: rows }, (_, i) => i % 4)]) {
      const options = { k, init, weights, maxIterations: 1, tolerance: 0, emptyClusters: 'keep' } as const
      const expected = lloydOracle(points, { ...options, centroids: init })
      let first: Float32Array | null = null
      for (const { name, engine } of enginesFor(`one pass ${rows} × ${columns}`, engines)) {
        const { centroids } = await kmeans(engine, points, options)
        expectClose(centroids.data, expected.centroids.data, 2e-5 * most, name)
        first ??= centroids.data
        expectSameValues(centroids.data, first, `${name} against ${engines[0].name}`)
        const chunked = await kmeans(engine, sourceOf(points, [97, 500, 256]), options)
        expectSameValues(chunked.centroids.data, first, `${name}, a source`)
      }
    }
  })

  test('digits: the same first pass everywhere', async () => {
    const init = firstRows(digits, 10)
    const options = { k: 10, init, maxIterations: 1, tolerance: 0 }
    const expected = assignOracle(digits, init).labels
    let first: Float32Array | null = null
    for (const { name, engine } of engines) {
      expectSameValues((await assign(engine, digits, init)) as Uint32Array, expected, name)
      const { centroids } = await kmeans(engine, digits, options)
      first ??= centroids.data
      expectSameValues(centroids.data, first, name)
    }
  })
})
