/** Points as users have them: far from 0, with holes, with weights of 0; mini-batches that end, and elbows with no knee. */
import {
  assign,
  createAutoencoder,
  createKMeans,
  dense,
  distances,
  elbow,
  kmeans,
  type Matrix,
  multiply,
  standardize,
} from 'lloyd'
import { describe, expect, test } from 'vitest'
import { farthestPoints } from '../../../src/clustering/kmeans/empty-clusters.js'
import { findKnee } from '../../../src/clustering/kmeans/knee.js'
import { sampleWeightedRows } from '../../../src/clustering/kmeans/seeding.js'
import { executorOf } from '../../../src/engine/engine.js'
import { lloydOracle } from '../../oracle/kmeans'
import { blobs, fillMatrix, normalFrom, seededRandom, sourceOf } from '../../support/datasets'
import { testEngines, withSmallBuffers } from '../../support/engines'

const engines = await testEngines()
const column = <T extends ArrayLike<number>>(data: T) => ({ data, rows: data.length, columns: 1 })
const inits = ['k-means++', 'k-means||', 'random', 'maximin'] as const
const float64Source = (
  data: Float64Array,
  columns: number,
  blockRows: number,
): (() => AsyncIterable<Matrix<Float64Array>>) =>
  async function* () {
    for (let at = 0; at < data.length; at += blockRows * columns) {
      const part = data.subarray(at, at + blockRows * columns)
      yield { data: part, rows: part.length / columns, columns }
    }
  }

/** Two groups of twenty, 10 apart in themselves: 0 … 190 and 5000 … 5190. */
const steps = Array.from({ length: 40 }, (_, i) => (i < 20 ? 10 * i : 5000 + 10 * (i - 20)))

describe.each(engines)('$name', ({ engine }) => {
  describe('points far from 0', () => {
    const times = Float64Array.from(steps, (step) => 1.7e12 + step)
    const rows = Array.from(times, (time) => [time])
    const kinds: [string, number, Parameters<typeof kmeans>[1]][] = [
      ['Float64Array', 1.7e12, column(times)],
      ['negative', -1.7e12, column(times.map((time) => time - 3.4e12))],
      ['rows', 1.7e12, rows],
      ['rows of Float64Array', 1.7e12, rows.map((row) => Float64Array.from(row))],
      ['a source', 1.7e12, float64Source(times, 1, 7)],
      ['Int32Array', 2e9, column(Int32Array.from(steps, (step) => 2e9 + step))],
      ['Uint32Array', 4e9, column(Uint32Array.from(steps, (step) => 4e9 + step))],
    ]

    test.each(kinds)('%s', async (kind, base, points) => {
      for (const init of kind === 'Float64Array' ? inits : (['auto'] as const)) {
        const fit = await kmeans(engine, points, { k: 2, init, restarts: kind === 'a source' ? 1 : 3 })
        expect(Array.from(fit.sizes), init).toEqual([20, 20])
        expect(fit.inertia, init).toBeCloseTo(133_000, 0)
        const found = Array.from(fit.centroids.data, (value) => value - base).sort((a, b) => a - b)
        expect(Math.abs(found[0] - 95) + Math.abs(found[1] - 5095), init).toBeLessThan(0.01)
        expect(await assign(engine, points, fit.centroids), init).toEqual(fit.labels)
        const given = await kmeans(engine, points, { k: 2, init: fit.centroids })
        expect(given.labels).toEqual(fit.labels)
      }
      const { inertia } = await elbow(engine, points, { from: 1, to: 2 })
      expect(inertia[0]).toBeCloseTo(250_133_000, -3)
      expect(inertia[1]).toBeCloseTo(133_000, 0)
      const { data } = await distances(engine, points, [[base + 95], [base + 5000]])
      steps.forEach((step, i) => {
        expect(Math.abs(data[2 * i] - Math.abs(step - 95)), `distance ${i}`).toBeLessThan(0.01)
        expect(Math.abs(data[2 * i + 1] - Math.abs(step - 5000)), `distance ${i}`).toBeLessThan(0.01)
      })
    })

    test('in mini-batches and with weights', async () => {
      const weights = steps.map((_, i) => 1 + (i % 2))
      const fit = await kmeans(engine, column(times), { k: 2, batchSize: 20, weights, restarts: 3 })
      expect(Array.from(fit.sizes)).toEqual([20, 20])
      expect(await assign(engine, column(times), fit.centroids)).toEqual(fit.labels)
    })

    test('by the textbook, where columns lie at unlike places', async () => {
      const random = seededRandom(17)
      const near = fillMatrix(300, 3, (row, at) => 4 * (row % 3) * ((at % 2) + 1) + normalFrom(random))
      const base = [1.7e9, -3e5, 0.25]
      const data = Float64Array.from(near.data, (value, i) => value + base[i % 3])
      const shifted = Float64Array.from(data, (value, i) => value - base[i % 3])
      const init = { data: data.slice(0, 9), rows: 3, columns: 3 }
      const oracle = lloydOracle(
        { ...near, data: shifted },
        { centroids: { data: shifted.slice(0, 9), rows: 3, columns: 3 }, tolerance: 0 },
      )
      for (const points of [{ ...near, data }, float64Source(data, 3, 100)]) {
        const fit = await kmeans(engine, points, { k: 3, init, tolerance: 0 })
        expect(fit.labels).toEqual(oracle.labels)
        expect(Math.abs(fit.inertia / oracle.inertia - 1)).toBeLessThan(1e-5)
        fit.centroids.data.forEach((value, i) => {
          expect(Math.abs(value - base[i % 3] - oracle.centroids.data[i])).toBeLessThan(1e-5)
        })
      }
    })

    test('in chunks, of which the first is all at one time', async () => {
      const count = 20_000
      const late = (i: number) => (i < count / 2 ? 0 : 1)
      const data = Float64Array.from({ length: 2 * count }, (_, i) =>
        i % 2 === 0 ? 1.7e12 + 1 + late(i >> 1) * (5000 + ((i >> 1) % 7)) : 3 * late(i >> 1),
      )
      await withSmallBuffers(engine, 65_536, async () => {
        for (const points of [{ data, rows: count, columns: 2 }, float64Source(data, 2, 1000)]) {
          const fit = await kmeans(engine, points, { k: 2 })
          expect(Array.from(fit.sizes)).toEqual([count / 2, count / 2])
          expect(await assign(engine, points, fit.centroids)).toEqual(fit.labels)
        }
      })
    })

    test('an auto-encoder, which takes points as they are, refuses them', async () => {
      const network = await createAutoencoder(engine, { inputs: 1, encoder: [dense(1)], standardize: true })
      for (const points of [column(times), rows, float64Source(times, 1, 7)]) {
        await expect(network.fit(points, { epochs: 1 })).rejects.toMatchObject({
          code: 'InputError',
          message: expect.stringMatching(/1700000000000 to 1700000005190 in column 0.*standardize\(\)/),
        })
      }
      const { points } = standardize(column(times))
      expect((await network.fit(points, { epochs: 1 })).loss.length).toBe(1)
      network.destroy()
    })

    test('what float32 holds, or lies near 0, stays float32', async () => {
      const exact = column(Float64Array.from([65_536, 65_537, 65_546, 65_547]))
      const fit = await kmeans(engine, exact, { k: 2, init: [[65_536], [65_546]] })
      expect(fit.centroids.data).toBeInstanceOf(Float32Array)
      expect(Array.from(fit.centroids.data)).toEqual([65_536.5, 65_546.5])
      const plain = await kmeans(engine, [[0.1], [0.2], [5.1]], { k: 2 })
      expect(plain.centroids.data).toBeInstanceOf(Float32Array)
    })

    test('in a job', async () => {
      const job = await createKMeans(engine, { rows: 40, columns: 1, k: 2, iterations: 8 })
      const centroids = column(Float64Array.of(1.7e12, 1.7e12 + 5190))
      job.prepare({ points: column(times), centroids })
      job.run()
      const found = await job.readCentroids()
      expect(Array.from(found.data)).toEqual([1.7e12 + 95, 1.7e12 + 5095])
      expect(Array.from(await job.readLabels())).toEqual(steps.map((step) => (step < 5000 ? 0 : 1)))
      expect(job.origin).not.toBe(null)
      job.prepare({ points: column(Float32Array.from(steps)), centroids: column(Float32Array.of(0, 5190)) })
      expect(job.origin).toBe(null)
      if (engine.device) {
        const buffer = engine.device.createBuffer({ size: 8, usage: 0x80 })
        expect(() => job.prepare({ points: column(times), centroids: buffer })).toThrow(/far from 0.*subtract/)
        buffer.destroy()
      }
      job.destroy()
    })
  })

  describe('rows with what is no number', () => {
    const holes: [string, unknown, RegExp][] = [
      ['null', null, /null/],
      ['undefined', undefined, /undefined/],
      ['an empty text', '', /text ""/],
      ['a number as text', '5', /text "5"/],
      ['a boolean', true, /true/],
      ['an array', [1], /array/],
      ['a BigInt', 5n, /BigInt 5/],
      ['a Date', new Date(0), /Date/],
    ]
    test.each(holes)('%s is refused with row and column', async (_, value, what) => {
      const good = [
        [1, 2],
        [3, 4],
        [5, 6],
      ]
      const bad = [
        [1, 2],
        [3, 4],
        [5, value],
      ] as number[][]
      const calls = [
        () => kmeans(engine, bad, { k: 2 }),
        () => kmeans(engine, good, { k: 3, init: bad }),
        () => assign(engine, bad, good),
        () => assign(engine, good, bad),
        () => distances(engine, bad, good),
        () => distances(engine, good, bad),
        () => elbow(engine, bad, { from: 1, to: 2 }),
        async () => standardize(bad),
        () => multiply(engine, bad, good, { transposeB: true }),
        async () => {
          const network = await createAutoencoder(engine, { inputs: 2, encoder: [dense(1)] })
          try {
            await network.fit(bad, { epochs: 1 })
          } finally {
            network.destroy()
          }
        },
      ]
      for (const call of calls) {
        const error = (await call().catch((reason: unknown) => reason)) as { code: string; message: string }
        expect(error, String(call)).toMatchObject({
          code: 'InputError',
          message: expect.stringMatching(/row 2\b.*column 1\b/),
        })
        expect(error.message).toMatch(what)
      }
      const weights = [1, 1, value] as number[]
      await expect(kmeans(engine, good, { k: 1, weights })).rejects.toMatchObject({
        code: 'InputError',
        message: expect.stringMatching(/weights\[2\]/),
      })
    })

    test('holes and rows that are none', async () => {
      const holed = [[1, 2], [3]] as number[][]
      holed[1].length = 2
      await expect(kmeans(engine, holed, { k: 1 })).rejects.toThrow(/undefined in row 1, column 1/)
      const sparse = new Array<number[]>(2)
      sparse[0] = [1, 2]
      for (const rows of [sparse, ['ab', 'cd'], [[1, 2], 7], [{ 0: 1, 1: 2 }], [null, [1]]]) {
        await expect(kmeans(engine, rows as number[][], { k: 1 })).rejects.toMatchObject({
          code: 'InputError',
          message: expect.stringMatching(/points\[[01]\] is not an array of numbers/),
        })
      }
      expect(executorOf(engine).allocatedBytes).toBe(0)
    })
  })

  describe('points of weight 0', () => {
    const random = seededRandom(4)
    const near = Array.from({ length: 60 }, (_, i) => [i % 3, normalFrom(random)])
    const rows = [[500, 500], ...near, [-700, 900]]
    const weights = rows.map((row) => (Math.abs(row[0]) > 100 ? 0 : 1))

    test('never become centroids', async () => {
      for (const init of [...inits, Array.from({ length: 6 }, () => near[0])]) {
        for (const emptyClusters of ['farthest', 'split', 'keep'] as const) {
          const fit = await kmeans(engine, rows, { k: 6, init, weights, emptyClusters, seed: 3, restarts: 2 })
          const what = `${typeof init === 'string' ? init : 'given'}, ${emptyClusters}`
          const largest = Math.max(...fit.centroids.data.map(Math.abs))
          expect(largest, what).toBeLessThan(10)
          const alone = near.map((row, i) => {
            const c = fit.labels[i + 1]
            return (row[0] - fit.centroids.data[2 * c]) ** 2 + (row[1] - fit.centroids.data[2 * c + 1]) ** 2
          })
          const inertia = alone.reduce((sum, value) => sum + value, 0)
          expect(Math.abs(fit.inertia / inertia - 1), what).toBeLessThan(1e-4)
        }
      }
    })

    test('nor where fewer others are than clusters, which stay empty', async () => {
      const few = Array.from({ length: 100 }, (_, i) => [i, 0])
      const two = few.map((_, i) => (i === 70 || i === 90 ? 2 : 0))
      for (const init of inits) {
        for (const emptyClusters of ['farthest', 'split', 'keep'] as const) {
          const fit = await kmeans(engine, few, { k: 4, init, weights: two, emptyClusters })
          const what = `${init}, ${emptyClusters}`
          for (let c = 0; c < 4; c++) {
            const at = fit.centroids.data[2 * c]
            const off = Math.min(Math.abs(at - 70), Math.abs(at - 90))
            expect(off, what).toBeLessThan(emptyClusters === 'split' ? 1 : 1e-4)
          }
          expect(fit.inertia, what).toBeLessThan(1e-6)
        }
      }
    })
  })

  describe('mini-batches', () => {
    const random = seededRandom(8)
    const centers = fillMatrix(6, 3, () => 12 * random())
    const points = blobs(random, 3000, centers, 1)

    // One in each cloud.
    const init = { data: points.data.slice(0, 18), rows: 6, columns: 3 }

    test('end when they get no better', async () => {
      const full = await kmeans(engine, points, { k: 6, init })
      for (const options of [{ batchSize: 200 }, { batchSize: 200, tolerance: 0 }, { batchSize: 5000 }]) {
        const fit = await kmeans(engine, points, { k: 6, init, seed: 1, ...options })
        const what = JSON.stringify(options)
        expect(fit.converged, what).toBe(true)
        expect(fit.iterations, what).toBeGreaterThan(10)
        expect(fit.iterations, what).toBeLessThan(300)
        expect(fit.inertia, what).toBeLessThan(1.02 * full.inertia)
        expect(await kmeans(engine, points, { k: 6, init, seed: 1, ...options }), what).toEqual(fit)
      }
      const source = await kmeans(engine, sourceOf(points, [700]), { k: 6, init, batchSize: 1500 })
      expect(source.converged).toBe(true)
      expect(source.inertia).toBeLessThan(1.02 * full.inertia)
    })

    test('count as many as are asked for', async () => {
      const fit = await kmeans(engine, points, { k: 6, batchSize: 50, maxIterations: 9, tolerance: 0 })
      expect(fit).toMatchObject({ iterations: 9, converged: false })
    })

    test('and look at the device only every few', async () => {
      if (engine.backend === 'cpu') return
      const executor = executorOf(engine)
      const { read } = executor
      let reads = 0
      executor.read = function (this: typeof executor, ...args) {
        reads++
        return read.apply(this, args)
      }
      const count = async (maxIterations: number) => {
        reads = 0
        await kmeans(engine, points, { k: 6, init: 'random', batchSize: 50, maxIterations, tolerance: 0 })
        return reads
      }
      try {
        expect((await count(8)) - (await count(1))).toBe(0)
      } finally {
        executor.read = read
      }
    })
  })

  describe('elbow', () => {
    test('of three groups that end the range has no knee, and has one where more follows', async () => {
      const random = seededRandom(2)
      const points = blobs(
        random,
        60,
        fillMatrix(3, 2, (row, at) => (row === at ? 8 : 0)),
        0.35,
      )
      expect((await elbow(engine, points, { from: 1, to: 3, restarts: 3 })).knee).toBe(null)
      expect((await elbow(engine, points, { from: 3, to: 6, restarts: 3 })).knee).toBe(null)
      expect((await elbow(engine, points, { from: 1, to: 4, restarts: 3 })).knee).toBe(3)
      expect((await elbow(engine, points, { from: 2, to: 6, restarts: 3 })).knee).toBe(3)
    })
  })
})

/** Many curves, on the CPU alone. */
describe('a knee', () => {
  const cpu = engines[0].engine
  const curve = async (points: Matrix, to: number) => (await elbow(cpu, points, { from: 1, to, restarts: 2 })).knee

  test.each([1, 2, 3, 8])('is the number of separate groups in %i dimensions, or none of one', async (columns) => {
    for (let groups = 1; groups <= 12; groups++) {
      const random = seededRandom(100 * columns + groups)
      // On a grid, far enough apart in every dimension.
      const side = Math.ceil(groups ** (1 / Math.min(columns, 2)))
      const centers = fillMatrix(
        groups,
        columns,
        (row, at) => 14 * (at === 0 ? row % side : at === 1 ? Math.floor(row / side) : 0),
      )
      expect(await curve(blobs(random, 30 * groups, centers, 1), groups + 4), `${groups} groups`).toBe(
        groups === 1 ? null : groups,
      )
    }
  })

  test.each([
    [200, 2],
    [1000, 1],
    [1000, 2],
    [500, 3],
    [300, 8],
  ])('is in no uniform or normal noise of %i × %i', async (rows, columns) => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = seededRandom(seed)
      expect(
        await curve(
          fillMatrix(rows, columns, () => random()),
          10,
        ),
        `uniform, seed ${seed}`,
      ).toBe(null)
      expect(
        await curve(
          fillMatrix(rows, columns, () => normalFrom(random)),
          10,
        ),
        `normal, seed ${seed}`,
      ).toBe(null)
    }
  })

  test('is in no smooth curve, nor at an end, and reaches 0', () => {
    const k = Array.from({ length: 12 }, (_, i) => i + 1)
    const of = (inertia: (k: number) => number, from = 1) =>
      findKnee(
        k.map((count) => count + from - 1),
        k.map((count) => inertia(count + from - 1)),
        1000,
      )
    for (const power of [0.1, 0.5, 1, 2])
      expect(
        of((count) => count ** -power),
        `k^-${power}`,
      ).toBe(null)
    expect(of((count) => 13 - count)).toBe(null)
    expect(of((count) => Math.exp(-count / 3))).toBe(null)
    expect(of(() => 0)).toBe(null)
    expect(of(() => 5)).toBe(null)
    expect(of((count) => count ** -1, 20)).toBe(null)
    expect(of((count) => (count < 5 ? 5 - count : 0))).toBe(5)
    expect(findKnee([1, 2, 3], [985.6, 507.1, 14.16], 60)).toBe(null)
    expect(findKnee([1, 2, 3, 4], [985.6, 507.1, 14.16, 12.5], 60)).toBe(3)
    expect(findKnee([4], [3], 60)).toBe(null)
    expect(findKnee([4, 5], [3, 2], 60)).toBe(null)
  })
})

describe('helpers', () => {
  test('never take a point of weight 0', () => {
    expect(farthestPoints(Float32Array.of(9, 1, 5, 0), 3, Float32Array.of(0, 1, 2, 3))).toEqual([2, 1])
    expect(farthestPoints(Float32Array.of(9, 1, 5, 0), 3, null)).toEqual([0, 2, 1])
    for (let seed = 0; seed < 20; seed++) {
      expect(sampleWeightedRows(Float32Array.of(0, 1, 0, 2, 0), 2, seed)).toEqual([1, 3])
      const more = sampleWeightedRows(Float32Array.of(0, 1, 0, 2, 0), 5, seed)
      expect(more.length).toBe(5)
      expect(more.every((row) => row === 1 || row === 3)).toBe(true)
    }
  })
})
