/** `kmeans` of points that are stored as float16: the arithmetic is that of float32, and the told deviation is the true one. */
import { assign, createEngine, elbow, type GpuMatrix, kmeans, type Matrix, type TypedArray } from 'lloyd'
import { describe, expect, test, vi } from 'vitest'
import { executorOf } from '../../../src/engine/engine.js'
import { floatOf, halfOf } from '../../../src/kernels/points/pack-halves.js'
import { fillMatrix, normalFrom, seededRandom, sourceOf } from '../../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../../support/engines'

const engines = await testEngines()
const [{ engine: cpu }] = engines
const f16 = { precision: 'f16' } as const

/** Whole numbers that float16 holds. */
function wholePoints(rows: number, columns: number): Matrix {
  const random = seededRandom(rows)
  return fillMatrix(rows, columns, (row) => 40 * (row % 5) + Math.floor(random() * 9))
}

/** Σ w‖x − c‖² in float64. */
function inertiaOf(
  { data, columns }: Matrix<TypedArray>,
  { centroids, labels }: Awaited<ReturnType<typeof kmeans>>,
  weights?: number[],
): number {
  let sum = 0
  for (let i = 0; i < data.length; i++) {
    const row = Math.floor(i / columns)
    const difference = data[i] - centroids.data[labels[row] * columns + (i % columns)]
    sum += (weights?.[row] ?? 1) * difference * difference
  }
  return sum
}

const shapes: [rows: number, columns: number, k: number][] = [
  [1500, 3, 7],
  [1000, 5, 6],
  [600, 16, 40],
  [700, 13, 33],
]
// Direct, expanded, and shared by subgroups, of columns in fours and not.
describe.each(shapes)('points that float16 holds, %i × %i in %i clusters', (rows, columns, k) => {
  const points = wholePoints(rows, columns)
  const weights = Array.from({ length: rows }, (_, row) => row % 4)
  test.each([
    { init: 'k-means++', weights, restarts: 2 },
    { init: 'k-means||' },
    { init: 'random', batchSize: 200 },
    { init: 'maximin', emptyClusters: 'split' },
  ] as const)('$init', async (options) => {
    // On devices every search once, and every seeding.
    const all = rows === 1500 || (rows === 600 && options.init === 'k-means++') || process.env.LLOYD_VERIFY
    for (const { engine, name } of all ? engines : engines.slice(0, 1)) {
      const expected = await kmeans(engine, points, { k, seed: 2, ...options })
      const { precision, ...fit } = await kmeans(engine, points, { k, seed: 2, ...options, ...f16 })
      expect(fit, name).toEqual(expected)
      const none = new Float64Array(columns)
      expect(precision).toEqual({ storage: 'f16', largest: none, rootMeanSquare: none, relative: 0 })
    }
  })
})

test('in lists of near centroids, in chunks, and from a part of a GPUBuffer', async () => {
  const points = wholePoints(20_000, 3)
  for (const { engine } of enginesFor('float16 in chunks', engines)) {
    const executor = executorOf(engine)
    const { pruning } = Object.fromEntries(executor.tuning)
    const options = { k: 9, init: { ...points, data: points.data.slice(0, 27), rows: 9 }, maxIterations: 4 }
    const { distanceEvaluations: _, ...expected } = await kmeans(engine, points, options)
    const check = async (given: Parameters<typeof kmeans>[1]) => {
      const { precision, distanceEvaluations, ...fit } = await kmeans(engine, given, { ...options, ...f16 })
      expect(fit).toEqual(expected)
    }
    executor.tuning.set('pruning', { work: 1, percent: 1000 })
    await check(points)
    await withSmallBuffers(engine, 65_536, () => check(points))
    if (pruning) executor.tuning.set('pruning', pruning)
    else executor.tuning.delete('pruning')
    await withSmallBuffers(engine, 65_536, () => check(sourceOf(points, [700, 1, 3000])))
    if (!engine.device) continue
    const buffer = engine.device.createBuffer({ size: 512 + points.data.byteLength, usage: 0x88 }) // STORAGE, COPY_DST
    engine.device.queue.writeBuffer(buffer, 512, points.data as Float32Array<ArrayBuffer>)
    const matrix: GpuMatrix = { buffer, offset: 512, rows: points.rows, columns: 3 }
    await check(matrix)
    await expect(kmeans(engine, { ...matrix, offset: 4 }, { ...options, ...f16 })).rejects.toThrow('multiple of 256')
    await expect(kmeans(engine, { ...matrix, rows: 20_001 }, { ...options, ...f16 })).rejects.toThrow('exceed')
    buffer.destroy()
  }
})

test.each([1, 1e-6, 1e6, 1e-37])('tells how far the stored points are from those given, of scale %d', async (unit) => {
  const random = seededRandom(5)
  const offsets = [3e4 * unit, -7 * unit, 0]
  const widths = [30 * unit, unit, unit / 512]
  const points = fillMatrix(300, 3, (_, column) => offsets[column] + widths[column] * normalFrom(random))
  for (const { engine } of enginesFor('deviation', engines)) {
    // Each point is a centroid.
    const { centroids, labels, inertia, precision } = await kmeans(engine, points, { k: 300, init: points, ...f16 })
    expect(inertia).toBe(0)
    const { largest, rootMeanSquare, relative } = precision!
    const rounding = (column: number) => 2 ** -23 * (Math.abs(offsets[column]) + 8 * widths[column])
    let [all, spread] = [0, 0]
    for (let column = 0; column < 3; column++) {
      const given = Array.from({ length: 300 }, (_, row) => points.data[3 * row + column])
      const changes = given.map((value, row) => Math.abs(centroids.data[3 * labels[row] + column] - value))
      expect(Math.abs(Math.max(...changes) - largest[column])).toBeLessThanOrEqual(rounding(column))
      const squares = changes.reduce((sum, change) => sum + change * change, 0) / 300
      expect(Math.abs(Math.sqrt(squares) - rootMeanSquare[column])).toBeLessThanOrEqual(rounding(column))
      expect(largest[column]).toBeGreaterThan(0)
      const mean = given.reduce((sum, value) => sum + value, 0) / 300
      all += rootMeanSquare[column] ** 2
      spread += given.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 300
    }
    expect(relative / Math.sqrt(all / spread)).toBeCloseTo(1, 5)
    expect(relative).toBeLessThan(2 ** -10)
  }
})

test('inertia and centroids are those of the stored points, within what is told of those given', async () => {
  const random = seededRandom(8)
  const points = fillMatrix(2000, 4, (row, column) => 500 + 6 * (row % 4) * (column % 2) + normalFrom(random))
  const weights = Array.from({ length: 2000 }, (_, row) => 1 + (row % 3))
  for (const { engine } of enginesFor('told inertia', engines)) {
    for (const own of [undefined, weights]) {
      const fit = await kmeans(engine, points, { k: 4, weights: own, ...f16 })
      const total = own ? own.reduce((sum, weight) => sum + weight, 0) : 2000
      const { largest, rootMeanSquare } = fit.precision!
      const most = Math.sqrt(total * (own ? largest : rootMeanSquare).reduce((sum, value) => sum + value * value, 0))
      const difference = Math.abs(Math.sqrt(inertiaOf(points, fit, own)) - Math.sqrt(fit.inertia))
      expect(difference).toBeLessThanOrEqual(most + 1e-6 * Math.sqrt(fit.inertia))
      expect(most / Math.sqrt(fit.inertia)).toBeLessThan(0.005)
      const full = await kmeans(engine, points, { k: 4, weights: own })
      expect(Math.abs(fit.inertia / full.inertia - 1)).toBeLessThan(1e-4)
      expect(fit.labels).toEqual(await assign(engine, points, fit.centroids))
    }
  }
})

test.each([
  ['one point', [[7e5, 3]], 1],
  ['equal points', Array.from({ length: 9 }, () => [0.1, 1e7]), 3],
  ['times', Array.from({ length: 40 }, (_, i) => [1.7e12 + 5 * i]), 2],
] as const)('%s', async (_, points, k) => {
  const fit = await kmeans(cpu, points, { k, ...f16 })
  const { inertia, sizes, centroids } = await kmeans(cpu, points, { k })
  expect(fit.inertia).toBeCloseTo(inertia, 5)
  expect([fit.sizes, fit.centroids]).toEqual([sizes, centroids])
})

test('takes half the memory, and reads points again for every pass where that is too much', async () => {
  const points = wholePoints(40_000, 16)
  const options = { k: 4, init: { ...points, data: points.data.slice(0, 64), rows: 4 }, maxIterations: 3 }
  const expected = await kmeans(cpu, points, options)
  for (const [memoryLimit, bytes] of [
    [1e8, 2 * 640_000],
    [1_500_000, 0],
  ]) {
    const engine = await createEngine({ backend: 'cpu', memoryLimit })
    const executor = executorOf(engine)
    const allocate = vi.spyOn(executor, 'allocate')
    const { precision, ...fit } = await withSmallBuffers(engine, 65_536, () =>
      kmeans(engine, points, { ...options, ...f16 }),
    )
    expect({ ...fit, inertia: 0 }).toEqual({ ...expected, inertia: 0 })
    const kept = allocate.mock.calls.filter(([label, size]) => label === 'kmeans.points' && size !== 65_536)
    if (bytes > 0) expect(kept.reduce((sum, [, size]) => sum + size, 0)).toBe(bytes)
    expect(executor.allocatedBytes).toBe(0)
    engine.destroy()
  }
})

test('only kmeans takes it, in pages once it is loaded', async () => {
  const points = [[1], [2], [9]]
  await expect(elbow(cpu, points, { from: 1, to: 2, ...f16 } as never)).rejects.toThrow("no option 'precision'")
  await expect(kmeans(cpu, points, { k: 1, precision: 'half' as never })).rejects.toThrow("'f32' or 'f16', got 'half'")
  vi.resetModules()
  const page = await import('../../../src/index.js')
  const engine = await page.createEngine({ backend: 'cpu' })
  const cluster = () => page.kmeans(engine, points, { k: 2, ...f16 })
  await expect(cluster()).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringMatching(/before loadHalfPrecision\(\), got 'f16'/),
  })
  page.loadHalfPrecision()
  expect((await cluster()).inertia).toBeCloseTo(0.5, 5)
  engine.destroy()
})

test('the rounding is to the nearest float16 that is normal or 0, ties to even', () => {
  const halves = Array.from({ length: 31 << 10 }, (_, half) => half).filter((half) => half === 0 || half >= 1 << 10)
  const numberOf = (half: number) => (half === 0 ? 0 : (1 + (half & 1023) / 1024) * 2 ** ((half >> 10) - 15))
  const bits = new Uint32Array(1)
  const float = new Float32Array(bits.buffer)
  const check = (value: number, half: number) => {
    for (const sign of half === 0 ? [0] : [0, 0x8000]) {
      float[0] = sign ? -value : value
      expect(halfOf(bits[0]), `${float[0]}`).toBe(half | sign)
    }
  }
  for (let i = 0; i < halves.length; i++) {
    const value = numberOf(halves[i])
    bits[0] = floatOf(halves[i])
    expect(float[0]).toBe(value)
    if (i % 37 > 2 && i > 5) continue
    check(value, halves[i])
    if (i + 1 === halves.length) continue
    const middle = (value + numberOf(halves[i + 1])) / 2
    check(middle, halves[i] % 2 === 0 ? halves[i] : halves[i + 1])
    check(middle * (1 - 2 ** -20), halves[i])
    check(middle * (1 + 2 ** -20), halves[i + 1])
  }
})
