/** k-means inside a host: recorded into its encoders and passes, on its device and buffers. */
import { createEngine, createKMeans, type Engine, kmeans } from 'lloyd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executorOf } from '../../../src/engine/engine.js'
import { requestSwiftShader } from '../../../src/engine/node/node-gpu.js'
import { importTexels } from '../../../src/kernels/points/import-texels.js'
import { blobs, fillMatrix, seededRandom } from '../../support/datasets'
import { testEngines } from '../../support/engines'

const STORAGE = 0x80
const COPY_SRC = 0x4
const COPY_DST = 0x8

const random = seededRandom(4)
const points = blobs(
  random,
  3000,
  fillMatrix(9, 3, () => 20 * random()),
  1.5,
)
const k = 9
// All of one blob, so that the way to the fixed point is long.
const start = fillMatrix(k, 3, (row, column) => points.data[3 * 9 * row + column])
const shape = { rows: points.rows, columns: 3, k, iterations: 50 }

const engines = await testEngines()
describe.each(engines)('$name', ({ engine }) => {
  test('run gives what kmeans gives', async () => {
    const job = await createKMeans(engine, shape)
    job.prepare({ points, centroids: start })
    job.run()
    const whole = await kmeans(engine, points, {
      k,
      init: start,
      maxIterations: 50,
      tolerance: 0,
      emptyClusters: 'keep',
    })
    expect(await job.readLabels()).toEqual(whole.labels)
    expect(await job.readState()).toEqual({ iterations: whole.iterations, converged: true })
    const { data } = await job.readCentroids()
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(whole.centroids.data[i], 4)
    job.destroy()
  })

  test('goes on where it stopped, however the iterations are cut', async () => {
    const [whole, parts] = await Promise.all([
      createKMeans(engine, { ...shape, iterations: 6 }),
      createKMeans(engine, { ...shape, iterations: 2 }),
    ])
    whole.prepare({ points, centroids: start })
    parts.prepare({ points, centroids: start })
    whole.run()
    for (let round = 0; round < 3; round++) parts.run()
    expect(await parts.readLabels()).toEqual(await whole.readLabels())
    whole.destroy()
    parts.destroy()
  })

  test('without centroids begins with rows of the points, chosen by the seed, and goes on from there', async () => {
    const seeded = async (seed: number, rounds: number) => {
      const job = await createKMeans(engine, { ...shape, iterations: 2, seed })
      job.prepare({ points })
      for (let round = 0; round < rounds; round++) job.run()
      const result = { labels: await job.readLabels(), centroids: await job.readCentroids() }
      job.destroy()
      return result
    }
    const init = await kmeans(engine, points, { k, init: 'random', seed: 0, maxIterations: 0 })
    expect(new Set(init.labels).size).toBe(k)
    const twice = await seeded(5, 2)
    expect(await seeded(5, 2)).toEqual(twice)
    expect(await seeded(6, 2)).not.toEqual(twice)
    // The second round goes on: with all four iterations in one it is the same.
    const job = await createKMeans(engine, { ...shape, iterations: 4, seed: 5 })
    job.prepare({ points })
    job.run()
    expect(await job.readLabels()).toEqual(twice.labels)
    job.destroy()
    const one = await createKMeans(engine, { rows: 3, columns: 1, k: 3 })
    one.prepare({ points: { data: Float32Array.of(4, 9, 1), rows: 3, columns: 1 } })
    one.run()
    expect((await one.readCentroids()).data).toEqual(Float32Array.of(4, 9, 1))
    one.destroy()
  })

  test.each([0, 1])('every byte v of a texel is v / 255, to the nearest float32: bgra %i', async (bgra) => {
    const executor = executorOf(engine)
    const compiled = await executor.compile(importTexels)
    const bytes = Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 - (i >> 2) : (i >> 2) ^ (i % 4)))
    const rows = executor.upload('rows', bytes)
    const points = executor.allocate('points', 4 * 1024)
    const shape = { width: 256, count: 1024, columns: 4, rowBytes: 1024, channels: 4, channelBytes: 1, bgra }
    executor.run(compiled, shape, { rows, points })
    const channel = (i: number) => (bgra && i % 4 !== 3 ? i - (i % 4) + 2 - (i % 4) : i)
    expect(new Float32Array(await executor.read(points))).toEqual(
      Float32Array.from({ length: 1024 }, (_, i) => bytes[channel(i)] / 255),
    )
    for (const buffer of [rows, points]) executor.release(buffer)
  })

  test('says where a point is not finite', async () => {
    const data = points.data.slice()
    data[3 * 700 + 2] = Number.NaN
    const job = await createKMeans(engine, shape)
    expect(() => job.prepare({ points: { ...points, data }, centroids: start })).toThrow(/row 700, column 2/)
    job.destroy()
  })

  test('refuses what does not fit', async () => {
    await expect(createKMeans(engine, { rows: 5, columns: 2, k: 6 })).rejects.toMatchObject({ code: 'InputError' })
    const job = await createKMeans(engine, shape)
    expect(() => job.run()).toThrow(/prepare/)
    expect(() => job.prepare(undefined as never)).toThrow('prepare needs the buffers to bind')
    expect(() => job.prepare({} as never)).toThrow('points must be a GPUBuffer')
    expect(() => job.prepare({ points, centroids: { ...start, rows: 3, data: start.data.slice(0, 9) } })).toThrow(
      '3 × 3',
    )
    expect(() => job.prepare({ points: start, centroids: start })).toThrow('3000 × 3')
    expect(() => job.prepare({ points: [[1, 2, 3]] as never })).toThrow('points must be a GPUBuffer')
    if (engine.device) {
      const buffer = engine.device.createBuffer({ size: points.data.byteLength, usage: 0x80 | 0x8 })
      expect(() => job.prepare({ points: buffer, labels: buffer })).toThrow('points and labels are in one GPUBuffer')
    }
    job.destroy()
  })
})

/** Wraps a device so that every call on it, its queue, its buffers and what they make is noted. */
function recordCalls(device: GPUDevice): { device: GPUDevice; calls: string[] } {
  const calls: string[] = []
  const wrapped = new WeakMap<object, object>()
  const originals = new WeakMap<object, object>()
  const unwrap = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const original = originals.get(value)
    if (original) return original
    if (Array.isArray(value)) return value.map(unwrap)
    if (Object.getPrototypeOf(value) !== Object.prototype) return value
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unwrap(part)]))
  }
  const wrap = <T extends object>(target: T, name: string): T => {
    const known = wrapped.get(target)
    if (known) return known as T
    const proxy = new Proxy(target, {
      get(_, property) {
        const value = Reflect.get(target, property, target)
        if (typeof value === 'function') {
          return (...parameters: unknown[]) => {
            calls.push(`${name}.${String(property)}`)
            const result = value.apply(target, parameters.map(unwrap))
            if (!/^(create(?!.*Async)|begin|finish)/.test(String(property))) return result
            return wrap(result, String(property).replace(/^create|^begin/, ''))
          }
        }
        return property === 'queue' ? wrap(value as object, 'Queue') : value
      },
    })
    wrapped.set(target, proxy)
    originals.set(proxy, target)
    return proxy as T
  }
  return { device: wrap(device, 'Device'), calls }
}

describe('in a host', () => {
  let device: GPUDevice
  let engine: Engine
  let calls: string[]
  beforeAll(async () => {
    const adapter = await requestSwiftShader()
    const recorder = recordCalls(await adapter!.requestDevice())
    device = recorder.device
    calls = recorder.calls
    engine = await createEngine({ device })
  })
  afterAll(() => {
    engine.destroy()
    device.destroy()
  })

  function upload(data: Float32Array<ArrayBuffer>): GPUBuffer {
    const buffer = device.createBuffer({ size: data.byteLength, usage: STORAGE | COPY_SRC | COPY_DST })
    device.queue.writeBuffer(buffer, 0, data)
    return buffer
  }

  test.each(['record', 'encode'] as const)('%s only adds dispatches, twice before one submit', async (way) => {
    const bindings = {
      points: upload(points.data as Float32Array<ArrayBuffer>),
      centroids: upload(start.data as Float32Array<ArrayBuffer>),
      labels: device.createBuffer({ size: 4 * points.rows, usage: STORAGE | COPY_SRC }),
    }
    const job = await createKMeans(engine, { ...shape, iterations: 3 })
    calls.length = 0
    job.prepare(bindings)
    expect(calls.filter((call) => /submit|mapAsync|destroy|Queue/.test(call))).toEqual(['Queue.writeBuffer'])
    expect(job.labels).toBe(bindings.labels)

    const encoder = device.createCommandEncoder()
    const pass = way === 'encode' ? encoder.beginComputePass() : null
    calls.length = 0
    for (let round = 0; round < 2; round++) {
      if (pass) job.encode(pass)
      else job.record(encoder)
    }
    const foreign = calls.filter(
      (call) => !/ComputePass\.(setPipeline|setBindGroup|dispatchWorkgroups|end)$/.test(call),
    )
    expect([...new Set(foreign)]).toEqual(way === 'record' ? ['CommandEncoder.beginComputePass'] : [])
    pass?.end()
    device.queue.submit([encoder.finish()])

    const whole = await kmeans(engine, points, {
      k,
      init: start,
      maxIterations: 6,
      tolerance: 0,
      emptyClusters: 'keep',
    })
    expect(await job.readLabels()).toEqual(whole.labels)
    const { data } = await job.readCentroids()
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(whole.centroids.data[i], 4)

    calls.length = 0
    job.destroy()
    const destroyed = calls.filter((call) => call.endsWith('.destroy')).length
    // The caller's three buffers outlive the job: copies from them still work.
    const copied = async (buffer: GPUBuffer) => {
      const copy = device.createBuffer({ size: buffer.size, usage: 0x1 | COPY_DST })
      const after = device.createCommandEncoder()
      after.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size)
      device.queue.submit([after.finish()])
      await copy.mapAsync(1)
      return copy.getMappedRange().slice(0)
    }
    expect(new Uint32Array(await copied(bindings.labels))).toEqual(whole.labels)
    expect(new Float32Array(await copied(bindings.points))).toEqual(points.data)
    expect(new Float32Array(await copied(bindings.centroids))).toEqual(data)
    expect(destroyed).toBeGreaterThan(0)
    for (const buffer of Object.values(bindings)) buffer.destroy()
  })

  /** A texture of 50 × 60 texels and the points that its first `columns` channels are. */
  function texelPoints(format: GPUTextureFormat, columns: number, generator = seededRandom(8)) {
    const channels = /^r\d/.test(format) ? 1 : /^rg\d/.test(format) ? 2 : 4
    const cluster = () => Math.floor(3 * generator()) / 3 + generator() / 8
    const values = Float32Array.from({ length: 3000 * channels }, cluster)
    const bytes = Uint8Array.from(values, (value) => Math.round(255 * value))
    // Halves of 0 … 2 in steps of 2⁻⁸ are exact.
    const halves = Uint16Array.from(values, (value) => halfOf(Math.round(256 * value) / 256))
    const [texels, decode] = format.endsWith('unorm')
      ? [bytes, (i: number) => bytes[i] / 255]
      : format.endsWith('16float')
        ? [halves, (i: number) => Math.round(256 * values[i]) / 256]
        : [values, (i: number) => values[i]]
    const texture = device.createTexture({ format, size: [50, 60], usage: 0x1 | 0x2 })
    device.queue.writeTexture({ texture }, texels, { bytesPerRow: texels.byteLength / 60 }, [50, 60])
    const order = format.startsWith('bgra') ? [2, 1, 0, 3] : [0, 1, 2, 3]
    const matrix = fillMatrix(3000, columns, (row, column) => Math.fround(decode(channels * row + order[column])))
    return { texture, matrix }
  }

  /** The bits of a float16 in 0 … 2 with at most eight binary places. */
  function halfOf(value: number): number {
    if (value === 0) return 0
    const exponent = Math.floor(Math.log2(value))
    return ((exponent + 15) << 10) | ((value / 2 ** exponent - 1) * 1024)
  }

  test.each([
    ['r8unorm', 1],
    ['rgba8unorm', 3],
    ['bgra8unorm', 4],
    ['rg16float', 2],
    ['rgba16float', 3],
    ['r32float', 1],
    ['rgba32float', 4],
  ] as const)('points in a texture: %s, %d channels', async (format, columns) => {
    const { texture, matrix } = texelPoints(format, columns)
    const [fromTexture, fromMatrix] = await Promise.all(
      [0, 1].map(() => createKMeans(engine, { rows: 3000, columns, k: 5, iterations: 4, seed: 2 })),
    )
    fromTexture.prepare({ points: texture })
    fromMatrix.prepare({ points: matrix })
    fromTexture.run()
    fromMatrix.run()
    expect(await fromTexture.readCentroids()).toEqual(await fromMatrix.readCentroids())
    expect(await fromTexture.readLabels()).toEqual(await fromMatrix.readLabels())

    // Recorded, the texture is read when the round is, twice here with other texels between.
    const other = texelPoints(format, columns, seededRandom(9))
    const encoder = device.createCommandEncoder()
    calls.length = 0
    fromTexture.record(encoder)
    expect(calls.filter((call) => /submit|mapAsync|destroy|Queue/.test(call))).toEqual([])
    encoder.copyTextureToTexture({ texture: other.texture }, { texture }, [50, 60])
    fromTexture.record(encoder)
    device.queue.submit([encoder.finish()])
    fromMatrix.run()
    const second = await createKMeans(engine, { rows: 3000, columns, k: 5, iterations: 4 })
    second.prepare({ points: other.matrix, centroids: await fromMatrix.readCentroids() })
    second.run()
    expect(await fromTexture.readCentroids()).toEqual(await second.readCentroids())
    expect(await fromTexture.readLabels()).toEqual(await second.readLabels())

    expect(() => fromTexture.encode(device.createCommandEncoder().beginComputePass())).toThrow('call record(encoder)')
    for (const job of [fromTexture, fromMatrix, second]) job.destroy()
    texture.destroy()
    other.texture.destroy()
  })

  test('refuses textures that are no such points', async () => {
    const job = await createKMeans(engine, { rows: 3000, columns: 2, k: 3 })
    const make = (format: GPUTextureFormat, size: number[], usage = 0x1) =>
      device.createTexture({ format, size, usage })
    expect(() => job.prepare({ points: make('r32float', [50, 60]) })).toThrow('texels of 1 channels')
    expect(() => job.prepare({ points: make('rg32float', [50, 61]) })).toThrow('50 × 61 texels')
    expect(() => job.prepare({ points: make('rg32float', [50, 60], 0x4) })).toThrow('COPY_SRC')
    expect(() => job.prepare({ points: make('rg32float', [50, 60, 2]) })).toThrow('one layer')
    expect(() => job.prepare({ points: make('rgba8uint', [50, 60]) })).toThrow(
      'the texture is rgba8uint; it must be r8unorm or',
    )
    const cpu = await createEngine({ backend: 'cpu' })
    const onCpu = await createKMeans(cpu, { rows: 3000, columns: 2, k: 3 })
    expect(() => onCpu.prepare({ points: make('rg32float', [50, 60]) })).toThrow('not the CPU')
    cpu.destroy()
    job.destroy()
  })

  test('a NaN in the host buffer is reported by readState', async () => {
    const data = points.data.slice()
    data[3 * 2000 + 1] = Number.POSITIVE_INFINITY
    const job = await createKMeans(engine, shape)
    const buffer = upload(data as Float32Array<ArrayBuffer>)
    job.prepare({ points: buffer, centroids: start })
    job.run()
    await expect(job.readState()).rejects.toThrow(/row 2000, column 1/)
    expect((await job.readCentroids()).data).toEqual(start.data)
    device.queue.writeBuffer(buffer, 0, points.data as Float32Array<ArrayBuffer>)
    job.run()
    expect(await job.readState()).toMatchObject({ converged: true })
    job.destroy()
    buffer.destroy()
  })
})
