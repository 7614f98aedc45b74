/** The contract of all public methods, tested for each line of methods.ts. */
import type { Engine, GpuMatrix, Matrix, Points, Progress, TypedArray } from 'lloyd'
import * as lloyd from 'lloyd'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { rowsOf, sourceOf } from '../support/datasets'
import { enginesFor, testEngines, withSmallBuffers } from '../support/engines'
import { type Kind, manyPoints, methods, points, withoutLine } from './methods'

const { createEngine, LloydError } = lloyd
const engines = await testEngines()
const [{ engine: cpu }] = engines
const ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float64Array,
]

function gpuMatrix(device: GPUDevice, { data, rows, columns }: Matrix): GpuMatrix {
  const buffer = device.createBuffer({ size: data.byteLength, usage: 0x80 | 0x8 }) // STORAGE, COPY_DST
  device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>)
  return { buffer, rows, columns }
}

/** The same points in every accepted form; typed arrays, which the host converts for all engines alike, on one. */
function waysOf(matrix: Matrix, kinds: readonly Kind[], { device }: Engine): [string, Points][] {
  const ways: [string, Points][] = [['Float32Array', matrix]]
  const arrays = device && !process.env.LLOYD_VERIFY ? [Float64Array] : ARRAYS
  for (const Kind of kinds.includes('typed arrays') ? arrays : []) {
    if (Kind !== Float64Array && matrix.data.some((value) => !Number.isFinite(value))) continue
    ways.push([Kind.name, { ...matrix, data: Kind.from(matrix.data) as TypedArray }])
  }
  if (kinds.includes('rows')) {
    const rows = rowsOf(matrix)
    ways.push(['rows', rows], ['rows of Float32Array', rows.map((row) => Float32Array.from(row))])
  }
  if (kinds.includes('source')) ways.push(['source', sourceOf(matrix, [7, 30, 1])])
  if (kinds.includes('gpu') && device) ways.push(['GPU matrix without COPY_SRC', gpuMatrix(device, matrix)])
  return ways
}

/** Asserts that results agree: integers and flags exactly, float32 and what is summed from it within `tolerance` of the largest. */
function expectClose(actual: unknown, expected: unknown, tolerance: number, what: string): void {
  if (typeof expected === 'number' || expected instanceof Float32Array || expected instanceof Float64Array) {
    const [a, b] = [actual, expected].map((value) =>
      typeof value === 'number' ? [value] : Array.from(value as number[]),
    )
    expect(a.length, what).toBe(b.length)
    const most = Math.max(...b.map(Math.abs))
    a.forEach((value, i) => {
      if (!(Math.abs(value - b[i]) <= tolerance * most)) expect(value, `${what}[${i}]`).toBe(b[i])
    })
  } else if (typeof expected === 'object' && expected !== null && !ArrayBuffer.isView(expected)) {
    expect(Object.keys(actual as object), what).toEqual(Object.keys(expected))
    for (const [key, value] of Object.entries(expected)) {
      expectClose((actual as Record<string, unknown>)[key], value, tolerance, `${what}.${key}`)
    }
  } else expect(actual, what).toEqual(expected)
}

/** The content of a result on the device. */
async function readBack(engine: Engine, result: unknown): Promise<unknown> {
  const executor = executorOf(engine)
  const {
    buffer,
    rows = 0,
    columns = 0,
  } = (result as GpuMatrix).buffer ? (result as GpuMatrix) : { buffer: result as GPUBuffer }
  const bytes = await executor.read(executor.borrow('result', buffer, 0, rows ? 4 * rows * columns : buffer.size))
  buffer.destroy()
  return rows ? { data: new Float32Array(bytes), rows, columns } : new Uint32Array(bytes)
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it was accepted'),
    (error) => error,
  )

describe.each(engines)('$name', ({ engine }) => {
  const executor = executorOf(engine)
  let held = 0
  beforeEach(() => {
    held = executor.allocatedBytes
  })
  // After success, refusal and abort alike.
  afterEach(() => expect(executor.allocatedBytes, 'bytes left on the executor').toBe(held))

  describe.each(methods)('$name', ({ name, call, kinds, options, finite, strict, chunks }) => {
    const has = (option: (typeof options)[number]) => options.includes(option)

    test('gives plain data, and the same again', async () => {
      const result = await call(engine, points, {})
      expect(structuredClone(result)).toEqual(result)
      expect(await call(engine, points, {})).toEqual(result)
    })

    test.runIf(engine !== cpu)('agrees with the twins', async () => {
      expectClose(await call(engine, points, {}), await call(cpu, points, {}), 1e-5, name)
    })

    test.runIf(has('seed'))('gives the same for the same seed', async () => {
      expect(await call(engine, points, { seed: 7 })).toEqual(await call(engine, points, { seed: 7 }))
    })

    test.runIf(kinds.length > 0)('takes every kind of points', async () => {
      const expected = await call(engine, points, {})
      for (const [way, given] of waysOf(points, kinds, engine)) {
        const result = await call(engine, given, {}).catch((error) => expect.fail(`${way}: ${error}`))
        expect(result, way).toEqual(expected)
      }
    })

    test.runIf(finite)('refuses NaN and infinity with their row and column', async () => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const matrix = { ...points, data: points.data.slice() }
        matrix.data[3 * 17 + 1] = bad
        for (const [way, given] of waysOf(matrix, kinds, engine)) {
          const error = await failureOf(call(engine, given, {}))
          expect(error, way).toBeInstanceOf(LloydError)
          expect(error, way).toMatchObject({ code: 'InputError', message: expect.stringMatching(/row 17, column 1\b/) })
        }
      }
    })

    test.runIf(strict)('refuses an option that it does not have', async () => {
      const error = await failureOf(call(engine, points, { colour: 3 }))
      expect(error).toMatchObject({
        code: 'InputError',
        message: expect.stringContaining(`${name.split(' ')[0]} has no option 'colour'`),
      })
    })

    test.runIf(has('signal'))('rejects with the reason of an abort, before it begins and while it works', async () => {
      const reason = { why: 'enough' }
      const heard: Progress[] = []
      const onProgress = (progress: Progress) => heard.push(progress)
      expect(await failureOf(call(engine, points, { signal: AbortSignal.abort(reason), onProgress }))).toBe(reason)
      expect(heard).toEqual([])
      const controller = new AbortController()
      const during = { signal: controller.signal, onProgress: () => controller.abort(reason) }
      expect(await failureOf(call(engine, points, during))).toBe(reason)
    })

    test.runIf(has('onProgress'))('tells its progress, which goes forward to its total', async () => {
      const heard: Progress[] = []
      const { signal } = new AbortController()
      const result = await call(engine, points, { onProgress: (progress: Progress) => heard.push(progress), signal })
      expect(result, 'being watched changes nothing').toEqual(await call(engine, points, {}))
      expect(heard.length, 'reports').toBeGreaterThan(1)
      for (const [i, { stage, done, total }] of heard.entries()) {
        const what = `report ${i}, ${stage}`
        expect(done, what).toBeLessThanOrEqual(total)
        if (i > 0 && stage === heard[i - 1].stage) expect(done, what).toBeGreaterThanOrEqual(heard[i - 1].done)
      }
      const { done, total } = heard[heard.length - 1]
      expect(done, 'the last report').toBe(total)
    })

    const chunked = enginesFor(name, engines).some((one) => one.engine === engine)
    test.runIf(chunks && chunked)('gives the same in chunks', async () => {
      const whole = await call(engine, manyPoints, {})
      expectClose(await withSmallBuffers(engine, 65_536, () => call(engine, manyPoints, {})), whole, 1e-5, name)
    })

    test.runIf(has('output') && engine.device)('leaves its result on the device', async () => {
      const expected = await call(engine, points, { output: 'cpu' })
      expect(await readBack(engine, await call(engine, points, { output: 'gpu' }))).toEqual(expected)
    })
  })
})

test('every public function of an engine has its line', () => {
  const ofEngine = Object.entries(lloyd).filter(([, value]) => /^(async )?function \w+\(engine\b/.test(String(value)))
  expect(ofEngine.length).toBeGreaterThan(withoutLine.length)
  const known = [...methods.map(({ name }) => name), ...withoutLine]
  const missing = ofEngine.map(([name]) => name).filter((name) => !known.includes(name))
  expect(missing, 'methods to enter in test/contract/methods.ts').toEqual([])
})

test.each(methods.filter(({ hosted }) => hosted))(
  '$name refuses what is no engine, and one that is gone',
  async ({ call }) => {
    for (const engine of [null, {}, 'cpu']) {
      expect(await failureOf(call(engine as never, points, {}))).toMatchObject({ code: 'InputError' })
    }
    const engine = await createEngine({ backend: 'cpu' })
    engine.destroy()
    expect(await failureOf(call(engine, points, {}))).toBeInstanceOf(LloydError)
  },
)
