/** Faults of k-means: memory runs short, the caller aborts, or the device is lost. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import {
  assign,
  createEngine,
  createKMeans,
  distances,
  estimateKMeans,
  type KMeansOptions,
  kmeans,
  LloydError,
} from 'lloyd'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { executorOf } from '../../../src/engine/engine.js'
import { blobs, fillMatrix, seededRandom } from '../../support/datasets'
import { testEngines, withSmallBuffers } from '../../support/engines'

const engines = (await testEngines()).slice(0, 2)

const random = seededRandom(8)
const points = blobs(
  random,
  40_000,
  fillMatrix(12, 24, () => 30 * random()),
  3,
)
const init = fillMatrix(12, 24, (row, column) => points.data[24 * row + column])

describe.each(engines)('on $engine.backend', ({ engine }) => {
  const { backend } = engine
  let held = 0
  beforeEach(() => {
    held = executorOf(engine).allocatedBytes
  })

  test('points that do not fit the memory are uploaded for every pass, to the same result', async () => {
    const roomy = await createEngine({ backend })
    // Points that do not stay are compared with all centroids.
    const expected = {
      ...(await kmeans(roomy, points, { k: 12, init, maxIterations: 4 })),
      distanceEvaluations: expect.any(Number),
    }
    roomy.destroy()
    const { total } = estimateKMeans({ rows: points.rows, columns: 24, k: 12, streamed: true, init })
    const tight = await createEngine({ backend, memoryLimit: total + 4.5 * 2 ** 20 })
    expect(points.data.byteLength + total).toBeGreaterThan(total + 3.5 * 2 ** 20)
    expect(await kmeans(tight, points, { k: 12, init, maxIterations: 4 })).toEqual(expected)
    expect(executorOf(tight).allocatedBytes).toBe(0)
    tight.destroy()
  })

  test('what does not fit at all is a clear error that leaves nothing behind', async () => {
    const engine = await createEngine({ backend, memoryLimit: 2 ** 20 })
    const error = await kmeans(engine, points, { k: 12 }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(LloydError)
    expect(error).toMatchObject({ code: 'OutOfMemoryError', message: expect.stringMatching(/1048576/) })
    expect(executorOf(engine).allocatedBytes).toBe(0)
    engine.destroy()
  })

  test('values near the end of float32 give what they give at ordinary size', async () => {
    const small = { ...points, rows: 900, data: points.data.slice(0, 24 * 900) }
    const expected = await kmeans(engine, small, { k: 12, init: 'random', seed: 2 })
    for (const exponent of [60, 120, -120]) {
      const data = small.data.map((value) => value * 2 ** exponent)
      const { labels, iterations, inertia } = await kmeans(
        engine,
        { ...small, data },
        { k: 12, init: 'random', seed: 2 },
      )
      expect({ labels, iterations }).toEqual({ labels: expected.labels, iterations: expected.iterations })
      expect(inertia / 4 ** exponent / expected.inertia).toBeCloseTo(1, 5)
    }
  })

  test('a constant column that is far wider than what the others range over overflows nothing', async () => {
    const data = [1, 5, 1, 6].map((value) => [1e20, value * 1e-20])
    expect(await kmeans(engine, data, { k: 2 })).toMatchObject({ converged: true, iterations: 2 })
  })

  test('centroids too far from the points to tell them apart are refused', async () => {
    const refusal = {
      code: 'InputError',
      message: expect.stringMatching(/centroids have 3 in row 0, column 0, too far/),
    }
    const [near, far] = [1e-15, 1e-20].map((value) => [[0], [value]])
    const centroids = [[3], [1]]
    expect(Array.from(await assign(engine, near, centroids))).toEqual([1, 1])
    await expect(assign(engine, far, centroids)).rejects.toMatchObject(refusal)
    await expect(distances(engine, far, centroids)).rejects.toMatchObject(refusal)
    await expect(kmeans(engine, far, { k: 2, init: centroids, maxIterations: 0 })).rejects.toMatchObject(refusal)
    expect(executorOf(engine).allocatedBytes).toBe(held)
  })

  test('a cluster that was just filled is not at rest', async () => {
    const corners = fillMatrix(4, 2, (row, column) => 10 * ((row >> column) & 1))
    const four = blobs(seededRandom(3), 4000, corners, 0.5)
    const start = fillMatrix(3, 2, (row) => (row === 2 ? 1000 : 5 + row / 100))
    for (const emptyClusters of ['farthest', 'split'] as const) {
      const loose = await kmeans(engine, four, { k: 3, init: start, emptyClusters })
      const strict = await kmeans(engine, four, { k: 3, init: start, emptyClusters, tolerance: 0 })
      expect(loose.inertia / strict.inertia).toBeLessThan(1.001)
    }
  })

  /** Aborts k-means at its 60th dispatch, or in the next turn of the event loop; gives the number of dispatches after it. */
  async function dispatchesAfterAbort(options: KMeansOptions, turn: 'at once' | 'by a timer'): Promise<number> {
    const controller = new AbortController()
    const reason = new Error('enough')
    const executor = executorOf(engine)
    const { run } = executor
    let [dispatches, after] = [0, 0]
    vi.spyOn(executor, 'run').mockImplementation((...dispatch) => {
      if (controller.signal.aborted) after++
      if (++dispatches === 60) {
        if (turn === 'at once') controller.abort(reason)
        else setTimeout(() => controller.abort(reason))
      }
      run.apply(executor, dispatch)
    })
    await expect(kmeans(engine, points, { ...options, signal: controller.signal })).rejects.toBe(reason)
    expect(executor.allocatedBytes).toBe(held)
    return after
  }

  test('an abort by a timer gets through', async () => {
    const options = { k: 64, init: 'random', tolerance: 0, maxIterations: 100_000 } as const
    // What is left of a submit.
    expect(await dispatchesAfterAbort(options, 'by a timer')).toBeLessThan(20)
  })

  test.each([
    ['k-means++', 250],
    ['k-means||', 300],
    ['maximin', 400],
  ] as const)('an abort while %s seeds gets through', async (init, k) => {
    // What is left of the round, without points; a thousand would be queued without the abort.
    expect(await dispatchesAfterAbort({ k, init }, 'at once')).toBeLessThan(10)
  })

  test('clusters that do not fit a buffer are refused at once, with what would', async () => {
    const wide = { data: new Float32Array(3000 * 60), rows: 3000, columns: 60 }
    const run = vi.spyOn(executorOf(engine), 'run')
    await withSmallBuffers(engine, 2 ** 20, async () => {
      const refusal = { code: 'InputError', message: expect.stringMatching(/1048576; use fewer/) }
      await expect(kmeans(engine, wide, { k: 2500 })).rejects.toMatchObject(refusal)
      await expect(
        assign(engine, wide, { ...wide, rows: 5000, data: new Float32Array(300_000) }),
      ).rejects.toMatchObject(refusal)
      await expect(createKMeans(engine, { rows: 3000, columns: 60, k: 2500 })).rejects.toMatchObject(refusal)
    })
    expect(run).not.toHaveBeenCalled()
  })

  test('the candidates of k-means|| need no more memory than the clusters do', async () => {
    const wide = fillMatrix(1000, 16, (row, column) => ((row * 7919 + column * 104729) % 1000) / 1000)
    const run = () => kmeans(engine, wide, { k: 75, init: 'k-means||', maxIterations: 1 })
    expect(await withSmallBuffers(engine, 2 ** 16, run)).toEqual(await run())
  })
})

test('a buffer that the host cannot read is refused as centroids, and no buffer starts before its start', async () => {
  const engine = await createEngine({ backend: 'webgpu' })
  const [STORAGE, COPY_DST] = [0x80, 0x8]
  const buffer = engine.device!.createBuffer({ size: 16, usage: STORAGE | COPY_DST })
  const matrix = { buffer, rows: 2, columns: 2 }
  const corners = [
    [0, 0],
    [1, 1],
  ]
  await expect(kmeans(engine, corners, { k: 2, init: matrix })).rejects.toThrow(/init are read.*COPY_SRC/)
  await expect(kmeans(engine, { ...matrix, offset: -256 }, { k: 2 })).rejects.toThrow(
    /offset must be a multiple of 256/,
  )
  engine.destroy()
})

test('what is no signal, no listener and no source is refused', async () => {
  const engine = await createEngine({ backend: 'cpu' })
  const notSignal = kmeans(engine, points, { k: 2, signal: {} as AbortSignal })
  await expect(notSignal).rejects.toMatchObject({ code: 'InputError', message: expect.stringContaining('AbortSignal') })
  await expect(kmeans(engine, points, { k: 2, onProgress: 1 as never })).rejects.toThrow(
    'onProgress must be a function',
  )
  const promised = kmeans(engine, (async () => [points]) as never, { k: 2 })
  await expect(promised).rejects.toMatchObject({
    code: 'InputError',
    message: expect.stringContaining('async iterable'),
  })
  engine.destroy()
})

test('a device destroyed in the middle is one clear error', async () => {
  const engine = await createEngine({ backend: 'webgpu' })
  const work = kmeans(engine, points, {
    k: 100,
    init: 'random',
    tolerance: 0,
    maxIterations: 100_000,
    onProgress: ({ stage, done }) => {
      if (stage === 'cluster' && done > 0) engine.device!.destroy()
    },
  })
  await expect(work).rejects.toMatchObject({ code: 'DeviceLostError' })
  await expect(kmeans(engine, points, { k: 2 })).rejects.toMatchObject({ code: 'DeviceLostError' })
  engine.destroy()
})

test.each([['k-means++', 12], ...(process.env.LLOYD_VERIFY ? [['k-means||', 300] as const] : [])] as const)(
  'the estimate is what is allocated: %s',
  async (seeding, k) => {
    const engine = await createEngine({ backend: 'cpu' })
    const executor = executorOf(engine)
    let most = 0
    const allocate = executor.allocate.bind(executor)
    executor.allocate = (label, bytes) => {
      const buffer = allocate(label, bytes)
      most = Math.max(most, executor.allocatedBytes)
      return buffer
    }
    await kmeans(engine, points, { k, init: seeding, maxIterations: 1 })
    const estimate = estimateKMeans({ rows: points.rows, columns: 24, k, init: seeding })
    expect(estimate.seeding > 8 * points.rows).toBe(seeding === 'k-means||')
    const total = estimate.total + estimate.bounds
    expect(most / total).toBeGreaterThan(seeding === 'k-means||' ? 0.8 : 0.9)
    expect(most / total).toBeLessThan(1.1)
    engine.destroy()
  },
)

// In a process of its own, without vitest's memory. Resident memory grows by 13 to 17 MB, most of it V8's room for young
// objects, which doubles twice; a collection shows that nothing stays in it.
test.runIf(process.env.LLOYD_VERIFY)('1 000 fits leave neither device nor host memory behind', async () => {
  const script = `
    import { createEngine, kmeans } from '../dist/node.js'
    const engine = await createEngine({ backend: 'webgpu' })
    const data = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i * i))
    const resident = {}
    const live = {}
    let allocated = 0
    for (let fit = 1; fit <= 1200; fit++) {
      await kmeans(engine, { data, rows: 200, columns: 3 }, { k: 4, seed: fit, maxIterations: 5 })
      allocated = Math.max(allocated, engine.allocatedBytes)
      resident[fit] = process.memoryUsage().rss
      if (fit >= 1000) gc()
      live[fit] = process.memoryUsage().heapUsed
    }
    const growth = resident[1000] - resident[100]
    console.log(JSON.stringify({ allocated, growth, stays: live[1200] - live[1100] }))
    engine.destroy()`
  const command = ['--expose-gc', '--input-type=module', '-e', script]
  const { stdout } = await promisify(execFile)(process.execPath, command)
  const { allocated, growth, stays } = JSON.parse(stdout)
  expect(allocated).toBe(0)
  expect(growth).toBeLessThanOrEqual(20 * 2 ** 20)
  expect(stays).toBeLessThan(2 ** 16) // 650 bytes a fit
})
