/** Points in several buffers, from sources, and summed as on hardware: the same bytes, read as often as needed. */
import { assign, distances, type KMeansOptions, kmeans, type Matrix } from 'lloyd'
import { describe, expect, test } from 'vitest'
import { blobs, fillMatrix, integerFrom, seededRandom, sourceOf } from '../../support/datasets'
import { likeHardware, testEngines, withSmallBuffers } from '../../support/engines'

const engines = await testEngines()
const random = seededRandom(21)
const [rows, columns, k] = [9000, 5, 20]
const points: Matrix = blobs(
  random,
  rows,
  fillMatrix(30, columns, () => 10 * random()),
  1,
)
const init = fillMatrix(k, columns, (row, column) => points.data[31 * row * columns + column])
const weights = Float32Array.from({ length: rows }, (_, row) => (row % 4) / 3)
/** 3 072 rows a buffer. */
const SMALL = 2 ** 16

const cases: Omit<KMeansOptions, 'k'>[] = [
  { init, maxIterations: 6 },
  { init, weights, maxIterations: 6 },
  { init: 'k-means++', maxIterations: 3 },
  { init: 'k-means||', weights, maxIterations: 3 },
  { init: 'maximin', maxIterations: 3 },
  { init: 'random', weights, maxIterations: 3 },
  { init: fillMatrix(k, columns, (row) => (row < 3 ? 5 * row : 1e4 + row)), maxIterations: 4 },
  { init: fillMatrix(k, columns, (row) => (row < 3 ? 5 * row : 1e4 + row)), emptyClusters: 'split', maxIterations: 4 },
  { init, batchSize: 3000, maxIterations: 5 },
]

describe.each(engines)('$name', ({ engine }) => {
  test.each(
    cases.map((options) => ({
      what: JSON.stringify({ ...options, init: String(options.init) }).slice(0, 90),
      options,
    })),
  )('three buffers of points, a source, sums by atomics: $what', async ({ options }) => {
    const whole = await kmeans(engine, points, { k, ...options })
    expect(await likeHardware(engine, () => kmeans(engine, points, { k, ...options }))).toEqual(whole)
    const cut = await withSmallBuffers(engine, SMALL, () => kmeans(engine, points, { k, ...options }))
    expect(cut).toEqual(whole)
    const source = sourceOf(points, [1000, 77])
    expect(await withSmallBuffers(engine, SMALL, () => kmeans(engine, source, { k, ...options }))).toEqual(
      // From a source the default seeding is another one; these name theirs.
      whole,
    )
  })

  test('empty blocks of a source count for nothing, and all blocks have the same columns', async () => {
    async function* withEmptyBlocks() {
      for await (const block of sourceOf(points, [1000, 77])()) {
        yield { data: new Float32Array(0), rows: 0, columns: 1 }
        yield block
      }
    }
    const options = { k, init, maxIterations: 3 }
    const whole = await kmeans(engine, points, options)
    expect(await kmeans(engine, withEmptyBlocks, options)).toEqual(whole)
    async function* narrower() {
      yield init
      yield { data: new Float32Array(init.columns - 1), rows: 1, columns: init.columns - 1 }
    }
    await expect(assign(engine, points, narrower)).rejects.toThrow(/source of centroids gave \d columns after \d/)
    await expect(kmeans(engine, points, { k, init: narrower })).rejects.toThrow(/source of init gave \d columns after/)
  })

  test('assign and distances', async () => {
    const labels = await assign(engine, points, init)
    const lengths = await distances(engine, points, init)
    await withSmallBuffers(engine, SMALL, async () => {
      expect(await assign(engine, points, init)).toEqual(labels)
      expect(await distances(engine, points, init)).toEqual(lengths)
    })
  })

  test('a source is opened once a pass, and closed as often', async () => {
    let opened = 0
    let closed = 0
    async function* source() {
      opened++
      try {
        yield* sourceOf(points, [4000])()
      } finally {
        closed++
      }
    }
    const { iterations } = await kmeans(engine, source, { k, init, maxIterations: 4, tolerance: 0 })
    expect(iterations).toBe(4)
    // The columns' statistics, four iterations, the last assignment.
    expect([opened, closed]).toEqual([6, 6])
    const refused = [
      { k, init, weights: [-1] },
      { k: 2 * rows },
      { k, init: [[1]] },
      { k, weights: new Array(5000).fill(1) },
    ]
    for (const options of refused) {
      await expect(kmeans(engine, source, options)).rejects.toMatchObject({ code: 'InputError' })
      expect(closed).toBe(opened)
    }
    // Who stops reading in the first chunk, and before the first.
    const stopped = new AbortController()
    await withSmallBuffers(engine, SMALL, async () => {
      const { data } = points
      const [value] = data
      data[0] = Number.NaN
      await expect(kmeans(engine, source, { k })).rejects.toMatchObject({ code: 'InputError' })
      data[0] = value
      const onProgress = () => stopped.abort()
      await expect(kmeans(engine, source, { k, signal: stopped.signal, onProgress })).rejects.toThrow('abort')
    })
    expect(closed).toBe(opened)
  })

  test.each([Number.NaN, 12])('a source that gives %d for 11 later is refused', async (later) => {
    let opened = 0
    async function* changing() {
      opened++
      yield { data: Float32Array.of(0, 1, 10, opened > 2 ? later : 11), rows: 4, columns: 1 }
    }
    const work = kmeans(engine, changing, { k: 2, init: [[0], [10]], tolerance: 0 })
    await expect(work).rejects.toMatchObject({ code: 'InputError', message: expect.stringContaining('repeat') })
  })
})

test('integers: the same bytes in any number of buffers, on every engine', async () => {
  const integers = fillMatrix(rows, columns, () => integerFrom(random, 0, 200))
  const start = fillMatrix(k, columns, () => integerFrom(random, 0, 200))
  const options = { k, init: start, maxIterations: 1, tolerance: 0, emptyClusters: 'keep' } as const
  const { centroids } = await kmeans(engines[0].engine, integers, options)
  for (const { name, engine } of engines) {
    for (const bytes of [SMALL, 90_000, 2 ** 17]) {
      const cut = await withSmallBuffers(engine, bytes, () => kmeans(engine, integers, options))
      expect(cut.centroids, `${name}, ${bytes} bytes`).toEqual(centroids)
    }
  }
})
