/** `kmeans`, `assign`, `distances`, `elbow` and `standardize` on every engine. */
import { assign, distances, elbow, kmeans, LloydError, type Matrix, standardize } from 'lloyd'
import { describe, expect, test, vi } from 'vitest'
import { executorOf } from '../../../src/engine/engine.js'
import {
  assignOracle,
  inertiaOf,
  labelMistake,
  lloydOracle,
  type OracleMatrix,
  possibleLabels,
  sizesOf,
  spreadOf,
} from '../../oracle/kmeans'
import {
  blobs,
  fillMatrix,
  integerFrom,
  matrixOf,
  readDataset,
  rowsOf,
  seededRandom,
  shuffledIndices,
  takeRows,
} from '../../support/datasets'
import { testEngines } from '../../support/engines'
import { quartetCorners as corners, expectKnown, knownCases, sextet } from '../../support/known-clusterings'

type KMeansOptions = Parameters<typeof kmeans>[2]
type Fit = Awaited<ReturnType<typeof kmeans>>

const engines = await testEngines()
// GPUBufferUsage and GPUMapMode by value: Node has no such globals.
const MAP_READ = 0x1
const COPY_SRC = 0x4
const COPY_DST = 0x8
const STORAGE = 0x80

function uploadMatrix(device: GPUDevice, { data, rows, columns }: Matrix, offset = 0) {
  const usage = STORAGE | COPY_SRC | COPY_DST
  const buffer = device.createBuffer({ label: 'test.points', size: offset + data.byteLength, usage })
  device.queue.writeBuffer(buffer, offset, data as Float32Array<ArrayBuffer>)
  return { buffer, offset, rows, columns }
}

async function readLabels(device: GPUDevice, buffer: GPUBuffer, count: number): Promise<Uint32Array> {
  const copy = device.createBuffer({ size: 4 * count, usage: MAP_READ | COPY_DST })
  const encoder = device.createCommandEncoder()
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, 4 * count)
  device.queue.submit([encoder.finish()])
  await copy.mapAsync(MAP_READ)
  const labels = new Uint32Array(copy.getMappedRange().slice(0))
  copy.destroy()
  return labels
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.length, `${what}: length`).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
      expect.fail(`${what}: at ${i} there is ${actual[i]}, expected ${expected[i]} within ${tolerance}`)
    }
  }
}

/** Asserts the properties of every result. */
function expectSound(fit: Fit, points: OracleMatrix, k: number, weights?: ArrayLike<number>): void {
  expect([fit.centroids.rows, fit.centroids.columns]).toEqual([k, points.columns])
  expect(fit.centroids.data).toBeInstanceOf(Float32Array)
  expect(fit.centroids.data.length).toBe(k * points.columns)
  expect(
    fit.centroids.data.every((value) => Number.isFinite(value)),
    'finite centroids',
  ).toBe(true)
  expect(fit.labels).toBeInstanceOf(Uint32Array)
  expect(fit.sizes).toBeInstanceOf(Uint32Array)
  expect(fit.sizes).toEqual(sizesOf(fit.labels, k))
  expect(labelMistake(possibleLabels(points, fit.centroids), fit.labels)).toBe(null)
  const inertia = inertiaOf(points, fit.centroids, fit.labels, weights)
  expectClose([fit.inertia], [inertia], 1e-5 * inertia, 'inertia')
}

const iris = readDataset('iris').points
const wine = readDataset('wine').points
const digits = readDataset('digits').points

/** 20 clouds, ten standard deviations and more apart: whoever finds one seed in each finds the best fit. */
const gridCenters = fillMatrix(20, 2, (row, column) => 10 * (column === 0 ? row % 5 : Math.floor(row / 5)))
const grid = blobs(seededRandom(20), 2000, gridCenters, 0.5)

/** 600 points around 6 centers that overlap, in columns of unlike spread: Lloyd needs a dozen iterations. */
const overlapping = (() => {
  const random = seededRandom(6)
  const centers = fillMatrix(6, 3, () => 3 * random())
  const { data, rows } = blobs(random, 600, centers, 0.6)
  return fillMatrix(rows, 3, (row, column) => data[3 * row + column] * [1, 4, 0.25][column])
})()

describe.each(engines)('$name', ({ engine }) => {
  const cluster = (points: Parameters<typeof kmeans>[1], options: KMeansOptions) => kmeans(engine, points, options)
  const label = async (points: Parameters<typeof assign>[1], centroids: Parameters<typeof assign>[2]) => {
    const labels = await assign(engine, points, centroids)
    expect(labels).toBeInstanceOf(Uint32Array)
    return labels as Uint32Array
  }

  describe('known answers', () => {
    test.each(knownCases)('$name', async (known) => {
      const result = await cluster(known.points, known.options)
      expectSound(result, matrixOf(known.points), known.options.k, known.options.weights)
      expectKnown(result, known)
      for (const [point, answer] of known.predictions ?? []) {
        expect(Array.from(await label([point], result.centroids))).toEqual([answer])
      }
    })

    test('fewer distinct points than clusters', async () => {
      const points = [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 0],
      ]
      for (const init of ['auto', 'k-means++', 'k-means||', 'random', 'maximin', points] as const) {
        for (const emptyClusters of ['farthest', 'split', 'keep'] as const) {
          const result = await cluster(points, { k: 4, init, emptyClusters, restarts: 1 })
          expectSound(result, matrixOf(points), 4)
          // A random draw may take one point twice, and then a kept cluster stays where it is.
          if (init === 'random' && emptyClusters === 'keep') continue
          expect(new Set(result.labels).size, `${init}, ${emptyClusters}`).toBe(3)
          // A split moves centroids by a little, and they need not come back to the last bit.
          expect(result.inertia, `${init}, ${emptyClusters}`).toBeLessThanOrEqual(emptyClusters === 'split' ? 1e-9 : 0)
        }
      }
    })

    test.runIf(process.env.LLOYD_VERIFY)('16 777 226 equal points', async () => {
      const rows = 16_777_226
      const points = { data: new Uint8Array(rows).fill(3), rows, columns: 1 }
      const result = await cluster(points, { k: 1, init: [[3]] })
      expect(Array.from(result.sizes)).toEqual([rows])
      expect(Array.from(result.centroids.data)).toEqual([3])
      expect(result.inertia).toBe(0)
    })
  })

  describe('iterations and tolerance', () => {
    test('maxIterations counts updates; labels, sizes and inertia belong to the returned centroids', async () => {
      const init = takeRows(overlapping, [0, 1, 2, 3, 4, 5])
      for (const maxIterations of [1, 2, 3, 7]) {
        const expected = lloydOracle(overlapping, { centroids: init, maxIterations, tolerance: 0 })
        const result = await cluster(overlapping, { k: 6, init, maxIterations, tolerance: 0 })
        expectSound(result, overlapping, 6)
        expect(result.iterations).toBe(maxIterations)
        expect(result.converged).toBe(false)
        expectClose(result.centroids.data, expected.centroids.data, 1e-5, 'centroids')
        expect(result.labels).toEqual(expected.labels)
        expect(await label(overlapping, result.centroids)).toEqual(result.labels)
      }
    })

    test('without a tolerance it runs until no label changes, and counts the confirming iteration', async () => {
      const init = takeRows(overlapping, [0, 1, 2, 3, 4, 5])
      const expected = lloydOracle(overlapping, { centroids: init, tolerance: 0 })
      expect(expected.iterations).toBeGreaterThan(8)
      const result = await cluster(overlapping, { k: 6, init, tolerance: 0 })
      expect(result.converged).toBe(true)
      expect(result.iterations).toBe(expected.iterations)
      expect(result.labels).toEqual(expected.labels)
      expectClose(result.centroids.data, expected.centroids.data, 1e-5, 'centroids')
      // It converges in the last iteration that it is allowed, and not in one less.
      const enough = await cluster(overlapping, { k: 6, init, tolerance: 0, maxIterations: expected.iterations })
      expect([enough.iterations, enough.converged]).toEqual([expected.iterations, true])
      const short = await cluster(overlapping, { k: 6, init, tolerance: 0, maxIterations: expected.iterations - 1 })
      expect([short.iterations, short.converged]).toEqual([expected.iterations - 1, false])
    })

    test('the tolerance is a share of √(mean column variance)', async () => {
      const init = takeRows(overlapping, [0, 1, 2, 3, 4, 5])
      const { shifts } = lloydOracle(overlapping, { centroids: init, tolerance: 0 })
      const spread = spreadOf(overlapping)
      let tried = 0
      for (let t = 1; t < shifts.length - 1; t++) {
        // Between two shifts far enough apart for float32, and below all before them.
        if (shifts[t] > 0.9 * Math.min(...shifts.slice(0, t))) continue
        const tolerance = Math.sqrt(shifts[t] * Math.min(...shifts.slice(0, t))) / spread
        const result = await cluster(overlapping, { k: 6, init, tolerance })
        expect([result.iterations, result.converged], `tolerance ${tolerance}`).toEqual([t + 1, true])
        tried++
      }
      expect(tried).toBeGreaterThan(2)
      const atOnce = await cluster(overlapping, { k: 6, init, tolerance: 1e6 })
      expect([atOnce.iterations, atOnce.converged]).toEqual([1, true])
    })

    test('scale does not matter: a power of two changes nothing but the scale', async () => {
      const scaled = { ...overlapping, data: overlapping.data.map((value) => 1024 * value) }
      const chosen = [0, 1, 2, 3, 4, 5]
      const small = await cluster(overlapping, { k: 6, init: takeRows(overlapping, chosen) })
      const large = await cluster(scaled, { k: 6, init: takeRows(scaled, chosen) })
      expect(large.iterations).toBe(small.iterations)
      expect(large.labels).toEqual(small.labels)
      expect(large.centroids.data).toEqual(small.centroids.data.map((value) => 1024 * value))
    })

    test('constant columns, and nothing but constant columns', async () => {
      const random = seededRandom(1)
      const points = fillMatrix(100, 3, (_, column) => (column === 1 ? 0.1 : random()))
      const result = await cluster(points, { k: 4 })
      expectSound(result, points, 4)
      expect(result.converged).toBe(true)
      for (let j = 0; j < 4; j++) expect(result.centroids.data[3 * j + 1]).toBeCloseTo(0.1, 6)
      const same = await cluster(
        fillMatrix(50, 2, () => 0.1),
        { k: 3 },
      )
      expect(same.inertia).toBeLessThan(1e-12)
      expect(same.converged).toBe(true)
      expect(same.centroids.data.every((value) => Math.abs(value - 0.1) < 1e-6)).toBe(true)
    })
  })

  describe('empty clusters', () => {
    const line = (...values: number[]) => values.map((value) => [value])
    test('keep: the centroid stays, with no points', async () => {
      const result = await cluster(line(0, 1, 10, 11), { k: 3, init: line(0, 10, 1000), emptyClusters: 'keep' })
      expect(Array.from(result.centroids.data)).toEqual([0.5, 10.5, 1000])
      expect(Array.from(result.sizes)).toEqual([2, 2, 0])
      expect(result.inertia).toBe(1)
      expect(result.iterations).toBe(2)
    })

    test('farthest: the point farthest from its centroid before the update, out of its donor', async () => {
      const result = await cluster(line(0, 1, 10, 12), { k: 3, init: line(0, 10, 1000) })
      expect(Array.from(result.centroids.data)).toEqual([0.5, 10, 12])
      expect(Array.from(result.labels)).toEqual([0, 0, 1, 2])
      expect(result.inertia).toBe(0.5)
      expect([result.iterations, result.converged]).toEqual([2, true])
    })

    test('farthest: several in ascending order, whatever the weights', async () => {
      for (const weights of [undefined, [1, 100, 1, 1]]) {
        const init = line(0, 1000, 10, 2000)
        const result = await cluster(line(0, 2, 10, 13), { k: 4, init, weights, emptyClusters: 'farthest' })
        expect(Array.from(result.centroids.data)).toEqual([0, 13, 10, 2])
        expect(Array.from(result.labels)).toEqual([0, 3, 2, 1])
        expect(result.inertia).toBe(0)
      }
    })

    test('farthest: at distance 0 the cluster stays empty', async () => {
      const equal = await cluster(line(1, 1, 1), { k: 3, init: line(1, 1, 1) })
      expect(Array.from(equal.sizes)).toEqual([3, 0, 0])
      expect(Array.from(equal.centroids.data)).toEqual([1, 1, 1])
      expect(equal.converged).toBe(true)
      const pairs = await cluster(line(0, 0, 5, 5), { k: 3, init: line(0, 5, 9) })
      expect(Array.from(pairs.sizes)).toEqual([2, 2, 0])
      expect(Array.from(pairs.centroids.data)).toEqual([0, 5, 9])
    })

    test('farthest: as the oracle, from one cluster that holds everything', async () => {
      const init = fillMatrix(20, 2, (row) => (row === 0 ? 20 : 200 + 10 * row))
      const expected = lloydOracle(grid, { centroids: init, maxIterations: 1 })
      const result = await cluster(grid, { k: 20, init, maxIterations: 1 })
      expectClose(result.centroids.data, expected.centroids.data, 1e-4, 'centroids')
      expect(result.labels).toEqual(expected.labels)
    })

    test('split: no cluster stays empty where points differ', async () => {
      const init = fillMatrix(5, 2, (row) => (row < 2 ? 20 * row : 1e4 + row))
      const kept = await cluster(grid, { k: 5, init, emptyClusters: 'keep' })
      const result = await cluster(grid, { k: 5, init, emptyClusters: 'split' })
      expectSound(result, grid, 5)
      expect(Math.min(...result.sizes)).toBeGreaterThan(0)
      expect(result.inertia).toBeLessThan(kept.inertia)
    })
  })

  test('split: ends where there are no points left to part', async () => {
    const result = await cluster([[1], [1], [2], [2], [5]], {
      k: 5,
      init: [[1], [1], [1], [1], [1]],
      emptyClusters: 'split',
      tolerance: 0,
    })
    expect(result).toMatchObject({ inertia: 0, converged: true })
    expect([...new Set(Array.from(result.labels, (label) => result.centroids.data[label]))]).toEqual([1, 2, 5])
  })

  describe('weights', () => {
    test('their unit does not matter, however large or small', async () => {
      const points = Array.from({ length: 100 }, (_, i) => [(i % 2) * 10 + i / 100])
      const expected = await cluster(points, { k: 2, seed: 1 })
      for (const unit of [2 ** -1060, 2 ** -120, 2 ** 10, 2 ** 126, 2 ** 1000]) {
        const result = await cluster(points, { k: 2, seed: 1, weights: new Float64Array(100).fill(unit) })
        expect(result.labels, `unit ${unit}`).toEqual(expected.labels)
        expectClose(result.centroids.data, expected.centroids.data, 1e-5, `unit ${unit}`)
        expect(result.inertia / unit / expected.inertia, `unit ${unit}`).toBeCloseTo(1, 5)
      }
      const ratios = await cluster([[0], [10], [12]], { k: 2, init: [[0], [10]], weights: [1e9, 1, 1] })
      expect(Array.from(ratios.centroids.data)).toEqual([0, 11])
    })

    test('agree with the oracle', async () => {
      const random = seededRandom(3)
      const weights = Float32Array.from({ length: 600 }, () => (random() < 0.2 ? 0 : 5 * random()))
      const init = takeRows(overlapping, [0, 1, 2, 3, 4, 5])
      const expected = lloydOracle(overlapping, { centroids: init, weights, maxIterations: 5, tolerance: 0 })
      for (const given of [weights, Array.from(weights), Float64Array.from(weights)]) {
        const result = await cluster(overlapping, {
          k: 6,
          init,
          weights: given as never,
          maxIterations: 5,
          tolerance: 0,
        })
        expectSound(result, overlapping, 6, weights)
        expectClose(result.centroids.data, expected.centroids.data, 1e-5, 'centroids')
        expect(result.labels).toEqual(expected.labels)
        expectClose([result.inertia], [expected.inertia], 1e-5 * expected.inertia, 'inertia')
      }
    })

    test('a point of weight 0 has a label, counts in sizes and moves nothing', async () => {
      const points = [[0], [1], [4], [10], [11]]
      const result = await cluster(points, { k: 2, init: [[0], [10]], weights: [1, 1, 0, 1, 1] })
      expect(Array.from(result.centroids.data)).toEqual([0.5, 10.5])
      expect(Array.from(result.labels)).toEqual([0, 0, 0, 1, 1])
      expect(Array.from(result.sizes)).toEqual([3, 2])
      expect(result.inertia).toBe(1)
    })

    test('no seeding by chance begins with a point of weight 0', async () => {
      const random = seededRandom(4)
      const cloud = blobs(random, 200, matrixOf([[0], [50]]), 0.1)
      const outliers = fillMatrix(50, 1, (row) => 1000 + 40 * row)
      const points = { data: new Float32Array([...cloud.data, ...outliers.data]), rows: 250, columns: 1 }
      const weights = Float32Array.from({ length: 250 }, (_, i) => (i < 200 ? 1 : 0))
      for (const init of ['k-means++', 'k-means||', 'random'] as const) {
        for (let seed = 0; seed < 4; seed++) {
          // Two rows at random may be of one cloud, which Lloyd mends.
          const { centroids } = await cluster(points, { k: 2, init, weights, seed })
          expectClose(
            Array.from(centroids.data).sort((a, b) => a - b),
            [0, 50],
            1,
            `${init}, seed ${seed}`,
          )
        }
      }
    })

    test('all equal are as none', async () => {
      const init = takeRows(iris, [0, 50, 100])
      const plain = await cluster(iris, { k: 3, init })
      const weighted = await cluster(iris, { k: 3, init, weights: new Float32Array(150).fill(4) })
      expect(weighted.labels).toEqual(plain.labels)
      expectClose(weighted.centroids.data, plain.centroids.data, 1e-6, 'centroids')
      expectClose([weighted.inertia], [4 * plain.inertia], 1e-3, 'inertia')
    })
  })

  describe('seeding', () => {
    const inits = ['auto', 'k-means++', 'k-means||', 'random', 'maximin'] as const
    test.each(inits)('%s repeats from its seed', async (init) => {
      const results: Fit[] = []
      for (const seed of [0, 1, 7]) {
        const first = await cluster(overlapping, { k: 9, init, seed, maxIterations: 2 })
        expectSound(first, overlapping, 9)
        expect(await cluster(overlapping, { k: 9, init, seed, maxIterations: 2 })).toEqual(first)
        results.push(first)
      }
      // Maximin may begin with a fixed point.
      if (init !== 'maximin') expect(new Set(results.map(({ inertia }) => inertia)).size).toBeGreaterThan(1)
      const unseeded = await cluster(overlapping, { k: 9, init, maxIterations: 2 })
      expect(unseeded, 'the seed is 0 by default').toEqual(results[0])
    })

    test('auto is the default, and is k-means++ for few clusters in memory', async () => {
      const auto = await cluster(overlapping, { k: 9, init: 'auto' })
      expect(await cluster(overlapping, { k: 9 })).toEqual(auto)
      expect(await cluster(overlapping, { k: 9, init: 'k-means++' })).toEqual(auto)
    })

    test.each(['k-means++', 'k-means||', 'maximin'] as const)('%s finds every one of 20 clouds', async (init) => {
      const best = lloydOracle(grid, { centroids: gridCenters }).inertia
      const result = await cluster(grid, { k: 20, init, restarts: init === 'maximin' ? 1 : 5 })
      expectSound(result, grid, 20)
      expect(Array.from(result.sizes)).toEqual(new Array(20).fill(100))
      expectClose([result.inertia], [best], 1e-3 * best, 'inertia')
    })

    test('given rows are rows of the points, in any form, and are left as they were', async () => {
      const init = takeRows(iris, [0, 50, 100])
      const before = init.data.slice()
      const points = { ...iris, data: iris.data.slice() }
      const result = await cluster(points, { k: 3, init })
      expect(init.data).toEqual(before)
      expect(points.data).toEqual(iris.data)
      expect(await cluster(iris, { k: 3, init: rowsOf(init) })).toEqual(result)
      expect(await cluster(iris, { k: 3, init: { ...init, data: Float64Array.from(init.data) } })).toEqual(result)
      expect(await cluster(iris, { k: 3, init, seed: 99 }), 'nothing is left to chance').toEqual(result)
    })

    test('as many clusters as points', async () => {
      const random = seededRandom(8)
      const points = fillMatrix(65, 2, () => random())
      for (const init of ['k-means++', 'k-means||', 'maximin'] as const) {
        const result = await cluster(points, { k: 65, init })
        expect(Array.from(result.sizes), init).toEqual(new Array(65).fill(1))
        expect(result.inertia).toBe(0)
      }
    })

    test('restarts are never worse than the single run', async () => {
      const inertias = new Set<number>()
      for (let seed = 0; seed < 5; seed++) {
        const single = await cluster(grid, { k: 20, init: 'random', seed })
        const best = await cluster(grid, { k: 20, init: 'random', seed, restarts: 4 })
        expectSound(best, grid, 20)
        expect(best.inertia).toBeLessThanOrEqual(single.inertia)
        inertias.add(single.inertia).add(best.inertia)
      }
      expect(inertias.size).toBeGreaterThan(5)
    })
  })

  describe('points', () => {
    const random = seededRandom(11)
    const bytes = Uint8Array.from({ length: 700 * 3 }, () => integerFrom(random, 0, 255))
    const points = { data: Float32Array.from(bytes), rows: 700, columns: 3 }
    const init = takeRows(points, [0, 100, 200, 300, 400])

    test('float64 is rounded to float32', async () => {
      const fine = Float64Array.from(iris.data, (value, i) => value * (1 + 1e-9 * (i % 3)))
      const rounded = { ...iris, data: Float32Array.from(fine) }
      const seeds = takeRows(rounded, [0, 50, 100])
      const expected = await cluster(rounded, { k: 3, init: seeds })
      expect(await cluster({ ...iris, data: fine }, { k: 3, init: seeds })).toEqual(expected)
    })

    test.skipIf(!engine.device)('a GpuMatrix is read where it is, and left there', async () => {
      const device = engine.device!
      const expected = await cluster(points, { k: 5, init })
      for (const offset of [0, 256]) {
        const matrix = uploadMatrix(device, points, offset)
        expect(await cluster(matrix, { k: 5, init })).toEqual(expected)
        expect(await label(matrix, init)).toEqual(await label(points, init))
        const raw = await readLabels(device, matrix.buffer, points.data.length)
        if (offset === 0) expect(new Float32Array(raw.buffer)).toEqual(points.data)
        matrix.buffer.destroy()
      }
      const seeds = uploadMatrix(device, init)
      expect(await cluster(points, { k: 5, init: seeds })).toEqual(expected)
      seeds.buffer.destroy()
    })

    test.skipIf(engine.device)('a GpuMatrix needs a GPU', async () => {
      const matrix = { buffer: {} as GPUBuffer, rows: 4, columns: 1 }
      await expect(cluster(matrix, { k: 2 })).rejects.toMatchObject({ code: 'InputError' })
      await expect(label(matrix, init)).rejects.toMatchObject({ code: 'InputError' })
      await expect(assign(engine, points, init, { output: 'gpu' })).rejects.toMatchObject({ code: 'InputError' })
    })
  })

  describe('assign and distances', () => {
    test('of equal distances the first centroid counts', async () => {
      expect(
        Array.from(
          await label([[0], [1], [3]], {
            data: new Float32Array([2, 0, 2, 0]),
            rows: 4,
            columns: 1,
          }),
        ),
      ).toEqual([1, 0, 0])
    })

    test('distances are Euclidean, rows × k', async () => {
      const chosen = takeRows(iris, [0, 50, 100, 149, 7])
      const result = await distances(engine, iris, chosen)
      expect([result.rows, result.columns]).toEqual([150, 5])
      expect(result.data).toBeInstanceOf(Float32Array)
      for (let i = 0; i < 150; i++) {
        for (let j = 0; j < 5; j++) {
          const point = takeRows(iris, [i])
          const exact = Math.sqrt(inertiaOf(point, takeRows(chosen, [j]), [0]))
          expectClose([result.data[5 * i + j]], [exact], 2e-6 * exact, `point ${i}, centroid ${j}`)
        }
      }
      expect(await distances(engine, [[0, 0]], [[3, 4]] as never)).toEqual({
        data: new Float32Array([5]),
        rows: 1,
        columns: 1,
      })
    })

    test('65 536 centroids', async () => {
      const random = seededRandom(12)
      const centroids = fillMatrix(65536, 2, (row, column) => (column === 0 ? row & 255 : row >> 8))
      const points = fillMatrix(300, 2, () => 256 * random() - 0.5)
      const labels = await label(points, centroids)
      expect(labelMistake(possibleLabels(points, centroids), labels)).toBe(null)
    })

    test('4 096 dimensions', async () => {
      const random = seededRandom(13)
      const centers = fillMatrix(5, 4096, () => random())
      const points = blobs(random, 40, centers, 0.5)
      const labels = await label(points, centers)
      expect(Array.from(labels)).toEqual(Array.from({ length: 40 }, (_, i) => i % 5))
      const result = await cluster(points, { k: 5, init: centers })
      expectSound(result, points, 5)
      expect(result.labels).toEqual(labels)
    })

    test('a single point', async () => {
      const result = await cluster([[3, 4]], { k: 1 })
      expect(Array.from(result.centroids.data)).toEqual([3, 4])
      expect([result.inertia, ...result.labels, ...result.sizes]).toEqual([0, 0, 1])
    })
  })

  describe('bad input', () => {
    const points = sextet
    const bad: [string, () => Promise<unknown>, RegExp?][] = [
      ['k of 0', () => cluster(points, { k: 0 }), /\b0\b/],
      ['a negative k', () => cluster(points, { k: -1 }), /-1/],
      ['a fractional k', () => cluster(points, { k: 1.5 }), /1\.5/],
      ['NaN for k', () => cluster(points, { k: Number.NaN }), /NaN/],
      ['a string for k', () => cluster(points, { k: '3' as never })],
      ['no k', () => cluster(points, {} as never), /k\b/],
      ['no options', () => cluster(points, undefined as never)],
      ['k above the rows', () => cluster(points, { k: 7 }), /7.*6|6.*7/],
      ['no points', () => cluster([], { k: 1 })],
      ['points that are nothing', () => cluster(null as never, { k: 1 })],
      ['points that are a number', () => cluster(3 as never, { k: 1 })],
      ['a matrix of no rows', () => cluster({ data: new Float32Array(0), rows: 0, columns: 2 }, { k: 1 })],
      ['a matrix of no columns', () => cluster({ data: new Float32Array(0), rows: 2, columns: 0 }, { k: 1 })],
      ['data too short', () => cluster({ data: new Float32Array(5), rows: 3, columns: 2 }, { k: 1 }), /5.*6|6.*5/],
      ['a ragged row', () => cluster([[1, 2], [3]], { k: 1 }), /1\b/],
      ['an unknown option', () => cluster(points, { k: 1, clusters: 2 } as never), /clusters/],
      ['an unknown init', () => cluster(points, { k: 1, init: 'kmeans' as never }), /kmeans/],
      ['too few rows of init', () => cluster(points, { k: 3, init: corners }), /2.*3|3.*2/],
      ['too many rows of init', () => cluster(points, { k: 1, init: corners })],
      ['init of other columns', () => cluster(points, { k: 2, init: [[1], [2]] })],
      ['NaN in init', () => cluster(points, { k: 1, init: [[1, Number.NaN]] })],
      ['negative maxIterations', () => cluster(points, { k: 1, maxIterations: -1 }), /-1/],
      ['fractional maxIterations', () => cluster(points, { k: 1, maxIterations: 2.5 }), /2\.5/],
      ['a negative tolerance', () => cluster(points, { k: 1, tolerance: -0.1 }), /-0\.1/],
      ['NaN for the tolerance', () => cluster(points, { k: 1, tolerance: Number.NaN }), /NaN/],
      ['no restarts', () => cluster(points, { k: 1, restarts: 0 }), /\b0\b/],
      ['a fractional seed', () => cluster(points, { k: 1, seed: 0.5 }), /0\.5/],
      ['an unknown policy', () => cluster(points, { k: 1, emptyClusters: 'drop' as never }), /drop/],
      ['batches of nothing', () => cluster(points, { k: 1, batchSize: 0 }), /\b0\b/],
      ['too few weights', () => cluster(points, { k: 1, weights: [1, 1] }), /2.*6|6.*2/],
      ['a negative weight', () => cluster(points, { k: 1, weights: [1, 1, -2, 1, 1, 1] }), /-2/],
      ['NaN for a weight', () => cluster(points, { k: 1, weights: [1, 1, 1, Number.NaN, 1, 1] }), /3/],
      ['an infinite weight', () => cluster(points, { k: 1, weights: [1, 1, 1, 1, 1, Number.POSITIVE_INFINITY] }), /5/],
      [
        'a weight that the largest would swallow',
        () => cluster(points, { k: 1, weights: [1e20, 1, 1, 1, 1, 1] }),
        /weights\[1\] is 1,.*100000000000000000000/,
      ],
      ['a number for weights', () => cluster(points, { k: 1, weights: 3 as never }), /array.*3/],
      ['a row that is none', () => cluster([[1, 2], null as never], { k: 1 }), /points\[1\]/],
      ['big integers', () => cluster({ data: new BigInt64Array(4) as never, rows: 2, columns: 2 }, { k: 1 }), /BigInt/],
      ['weights of 0 in all', () => cluster(points, { k: 1, weights: [0, 0, 0, 0, 0, 0] }), /weight/],
      ['no engine', () => kmeans({} as never, points, { k: 1 }), /engine/],
      ['assign to no centroids', () => label(points, [])],
      ['assign to other columns', () => label(points, [[1]])],
      ['distances to other columns', () => distances(engine, points, matrixOf([[1, 2, 3]]))],
      ['an elbow from 0', () => elbow(engine, points, { from: 0, to: 3 })],
      ['an elbow backwards', () => elbow(engine, points, { from: 4, to: 3 })],
      ['an elbow beyond the rows', () => elbow(engine, points, { from: 1, to: 7 })],
    ]

    test('is an InputError before any work', async () => {
      const executor = executorOf(engine)
      const spies = [vi.spyOn(executor, 'run'), vi.spyOn(executor, 'submit')]
      try {
        for (const [what, call, message = /./] of bad) {
          const error = await call().then(
            () => expect.fail(`${what} was accepted`),
            (reason: unknown) => reason,
          )
          expect(error, what).toBeInstanceOf(LloydError)
          expect((error as LloydError).code, what).toBe('InputError')
          expect((error as LloydError).message, what).toMatch(message)
        }
        for (const spy of spies) expect(spy).not.toHaveBeenCalled()
      } finally {
        for (const spy of spies) spy.mockRestore()
      }
      expect(executor.allocatedBytes).toBe(0)
    })

    test('so is what float32 cannot hold, and what is missing', async () => {
      const data = new Float64Array(12).fill(1)
      data[7] = 1e39
      const rejection = { code: 'InputError', message: expect.stringMatching(/row 3\b.*column 1\b/) }
      await expect(cluster({ data, rows: 6, columns: 2 }, { k: 1 })).rejects.toMatchObject(rejection)
      const holed = [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, undefined as never],
      ]
      await expect(cluster(holed, { k: 1 })).rejects.toMatchObject(rejection)
      // Numbers that GPUs take as zero, unless there are larger ones beside which they are nothing.
      const tiny = { code: 'InputError', message: expect.stringMatching(/at most .*e-.*scale them up/) }
      for (const least of [1e-200, 1e-40]) {
        const vanishing = { data: new Float64Array([least, 0, -least / 2, least]), rows: 4, columns: 1 }
        await expect(cluster(vanishing, { k: 2 })).rejects.toMatchObject(tiny)
        await expect(cluster([[least], [0]], { k: 2 })).rejects.toMatchObject(tiny)
        await expect(elbow(engine, vanishing, { from: 1, to: 2 })).rejects.toMatchObject(tiny)
        expect((await cluster([[least], [1]], { k: 2 })).inertia).toBe(0)
      }
      expect((await cluster([[0], [0]], { k: 1 })).inertia).toBe(0)
    })

    test('a source whose chunks disagree is refused', async () => {
      const source = async function* () {
        yield matrixOf([[1, 2]])
        yield matrixOf([[1, 2, 3]])
      }
      await expect(cluster(source, { k: 1 })).rejects.toMatchObject({ code: 'InputError' })
    })

    test('an error of the source comes through', async () => {
      const source = async function* () {
        yield matrixOf([[1, 2]])
        throw new RangeError('the disk is gone')
      }
      await expect(cluster(source, { k: 1 })).rejects.toThrow('the disk is gone')
      expect(executorOf(engine).allocatedBytes).toBe(0)
    })
  })

  describe('a call', () => {
    test('does not mind others on the same engine', async () => {
      const alone: Fit[] = []
      for (const [points, k] of [
        [iris, 3],
        [overlapping, 6],
        [grid, 20],
      ] as const) {
        alone.push(await cluster(points, { k }))
      }
      const together = await Promise.all([
        cluster(iris, { k: 3 }),
        cluster(overlapping, { k: 6 }),
        cluster(grid, { k: 20 }),
      ])
      expect(together).toEqual(alone)
    })
  })

  describe('elbow', () => {
    test('iris bends at 2 or 3', async () => {
      const { k, inertia, knee } = await elbow(engine, iris, { from: 1, to: 10, restarts: 5 })
      expect(k).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      expect(inertia.length).toBe(10)
      for (let i = 1; i < 10; i++) expect(inertia[i], `k = ${i + 1}`).toBeLessThanOrEqual(inertia[i - 1])
      expectClose(inertia.slice(0, 3), [681.3706, 152.34795, 78.85144], 1e-2, 'inertia')
      expect([2, 3]).toContain(knee)
    })

    test.each([3, 5])('%i clouds of equal distance bend where they should', async (count) => {
      const centers = fillMatrix(count, count, (row, column) => (row === column ? 20 : 0))
      const points = blobs(seededRandom(15), 300, centers, 0.5)
      const result = await elbow(engine, points, { from: 1, to: count + 4, restarts: 3 })
      expect(result.knee).toBe(count)
      expect(structuredClone(result)).toEqual(result)
    })

    test('takes any range', async () => {
      const points = [[0], [1], [10], [11]]
      const range = await elbow(engine, points, { from: 2, to: 4 })
      expect(range.k).toEqual([2, 3, 4])
      expectClose(range.inertia, [1, 0.5, 0], 1e-6, 'inertia')
      const single = await elbow(engine, points, { from: 1, to: 1 })
      expect(single).toMatchObject({ k: [1], knee: null })
    })
  })

  describe('quality', () => {
    test('iris: the best of 10 restarts', async () => {
      const result = await cluster(iris, { k: 3, restarts: 10 })
      expectSound(result, iris, 3)
      expectClose([result.inertia], [78.8514414], 1e-3, 'inertia')
      expect(Array.from(result.sizes).sort((a, b) => a - b)).toEqual([38, 50, 62])
    })

    test.each([
      { name: 'iris', points: iris, chosen: [0, 50, 100] },
      { name: 'wine', points: wine, chosen: [0, 60, 140] },
      { name: 'standardized wine', points: standardize(wine).points, chosen: [0, 60, 140] },
      { name: 'digits', points: digits, chosen: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    ])('$name: as float64 from the same rows', async ({ points, chosen }) => {
      const init = takeRows(points, chosen)
      const expected = lloydOracle(points, { centroids: init })
      const result = await cluster(points, { k: chosen.length, init })
      expectSound(result, points, chosen.length)
      expectClose([result.inertia], [expected.inertia], 1e-5 * expected.inertia, 'inertia')
      expect(result.iterations).toBe(expected.iterations)
      expect(result.labels).toEqual(expected.labels)
    })

    test('mini-batches come within a tenth of the full batch', async () => {
      const init = takeRows(
        grid,
        Array.from({ length: 20 }, (_, i) => 37 * i),
      )
      const full = await cluster(grid, { k: 20, init })
      const batched = await cluster(grid, { k: 20, init, batchSize: 256 })
      expectSound(batched, grid, 20)
      expect(batched.inertia).toBeLessThan(1.1 * full.inertia)
      expect(await label(grid, batched.centroids)).toEqual(batched.labels)
      expect(await cluster(grid, { k: 20, init, batchSize: 256 }), 'from the same seed').toEqual(batched)
      const seeded = await cluster(overlapping, { k: 6, batchSize: 100, seed: 3 })
      expect(seeded.inertia).toBeLessThan(1.1 * (await cluster(overlapping, { k: 6, seed: 3 })).inertia)
    })

    test('more points than a workgroup, more clusters than a tile', async () => {
      const random = seededRandom(16)
      const points = fillMatrix(5000, 3, () => random())
      const init = takeRows(points, shuffledIndices(random, 5000).subarray(0, 700))
      const expected = lloydOracle(points, { centroids: init, maxIterations: 2, tolerance: 0 })
      const result = await cluster(points, { k: 700, init, maxIterations: 2, tolerance: 0 })
      expectSound(result, points, 700)
      expectClose([result.inertia], [expected.inertia], 1e-4 * expected.inertia, 'inertia')
    })
  })
})

describe('standardize', () => {
  test('gives every column mean 0 and variance 1, and says how', () => {
    for (const points of [iris, wine]) {
      const { points: scaled, mean, scale } = standardize(points)
      expect([scaled.rows, scaled.columns]).toEqual([points.rows, points.columns])
      expect(scaled.data).toBeInstanceOf(Float32Array)
      expect(mean).toBeInstanceOf(Float64Array)
      expect(scale).toBeInstanceOf(Float64Array)
      for (let t = 0; t < points.columns; t++) {
        const column = Array.from({ length: points.rows }, (_, i) => points.data[i * points.columns + t])
        const average = column.reduce((sum, value) => sum + value, 0) / points.rows
        const variance = column.reduce((sum, value) => sum + (value - average) ** 2, 0) / points.rows
        expectClose([mean[t], scale[t]], [average, Math.sqrt(variance)], 1e-9 * Math.abs(average), `column ${t}`)
        const expected = column.map((value) => (value - average) / Math.sqrt(variance))
        const actual = column.map((_, i) => scaled.data[i * points.columns + t])
        expectClose(actual, expected, 1e-6, `standardized column ${t}`)
      }
    }
  })

  test('leaves its input alone, and takes arrays and float64', () => {
    const before = iris.data.slice()
    const expected = standardize(iris)
    expect(iris.data).toEqual(before)
    expect(standardize(rowsOf(iris))).toEqual(expected)
    expect(standardize({ ...iris, data: Float64Array.from(iris.data) })).toEqual(expected)
    for (const size of [1e200, 1e-200]) {
      const { points, mean, scale } = standardize([[size], [2 * size]])
      expect([...points.data, mean[0] / size, scale[0] / size]).toEqual([-1, 1, 1.5, 0.5])
    }
    expect(() => standardize([[1.7e308], [1.7e308]])).toThrow(/overflow in column 0/)
    expect(structuredClone(expected)).toEqual(expected)
  })

  test('a constant column becomes 0', () => {
    const { points, mean, scale } = standardize([
      [1, 0.1],
      [2, 0.1],
      [3, 0.1],
    ])
    expectClose(points.data, [-1.2247449, 0, 0, 0, 1.2247449, 0], 1e-6, 'points')
    expectClose(mean, [2, 0.1], 1e-8, 'mean')
    expectClose(scale, [Math.sqrt(2 / 3), 1], 1e-12, 'scale')
  })

  test('so does one that is constant but for rounding', () => {
    for (const [value, rows] of [
      [0.1, 10],
      [0.7, 1000],
      [1e9 + 0.3, 100_000],
    ]) {
      const { points, scale } = standardize({ data: new Float64Array(rows).fill(value), rows, columns: 1 })
      expect(points.data.every((x) => x === 0)).toBe(true)
      expect(scale[0]).toBe(1)
    }
  })

  test('rows of numbers are taken in float64', () => {
    const { points, mean } = standardize([[1e9 + 1], [1e9 + 2], [1e9 + 3]])
    expect(mean[0]).toBe(1e9 + 2)
    expectClose(points.data, [-1.2247449, 0, 1.2247449], 1e-6, 'points')
  })

  test('a small spread far from the origin survives', () => {
    const { points } = standardize({ data: new Float64Array([1e6, 1e6 + 1, 1e6 + 2]), rows: 3, columns: 1 })
    expectClose(points.data, [-1.2247449, 0, 1.2247449], 1e-6, 'points')
  })

  test('refuses NaN, infinity and no rows', () => {
    const failure = (points: Parameters<typeof standardize>[0]) => {
      try {
        standardize(points)
      } catch (error) {
        return error
      }
      return null
    }
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const error = failure([
        [1, 2],
        [1, 2],
        [value, 1],
      ])
      expect(error).toMatchObject({ code: 'InputError', message: expect.stringMatching(/row 2\b.*column 0\b/) })
    }
    expect(failure([])).toMatchObject({ code: 'InputError' })
  })
})

describe('the oracle', () => {
  test('knows iris', () => {
    const fit = lloydOracle(iris, { centroids: takeRows(iris, [0, 50, 100]), tolerance: 0 })
    expectClose([fit.inertia], [78.8514414], 1e-4, 'inertia')
    expect(Array.from(fit.sizes)).toEqual([50, 62, 38])
  })

  test('assigns what it sees', () => {
    const { labels, squared, margins } = assignOracle(matrixOf([[1], [4]]), matrixOf([[0], [3], [6]]))
    expect([...labels, ...squared, ...margins]).toEqual([0, 1, 1, 1, 3, 3])
  })
})
