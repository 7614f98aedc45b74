/** GPUBuffers and textures that a device refuses, and arguments of the wrong kind: one InputError of that call, by name. */
import {
  assign,
  createAutoencoder,
  createEngine,
  createKMeans,
  createQuantizer,
  dense,
  kmeans,
  multiply,
  quantize,
} from 'lloyd'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const [COPY_SRC, COPY_DST, STORAGE] = [0x4, 0x8, 0x80]
const shape = { rows: 64, columns: 2, k: 3 }
const points = { data: Float32Array.from({ length: 128 }, (_, i) => (i * i) % 31), rows: 64, columns: 2 }
const engine = await createEngine({ backend: 'webgpu' })
const other = await createEngine({ backend: 'webgpu' })
const device = engine.device as GPUDevice
const unhandled: unknown[] = []
const hear = (reason: unknown) => unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', hear))
afterAll(() => {
  process.off('unhandledRejection', hear)
  engine.destroy()
  other.destroy()
  expect(unhandled).toEqual([])
})

const makeBuffer = (owner = device, mappedAtCreation = false) =>
  owner.createBuffer({ size: 4 * 128, usage: STORAGE | COPY_SRC | COPY_DST, mappedAtCreation })

const unfit: Record<string, () => GPUBuffer> = {
  "another device's": () => makeBuffer(other.device as GPUDevice),
  destroyed: () => {
    const buffer = makeBuffer()
    buffer.destroy()
    return buffer
  },
  mapped: () => makeBuffer(device, true),
}

const refusal = (name: string) => ({ code: 'InputError', message: expect.stringMatching(new RegExp(`^${name} `)) })

/** Asserts that other work on the engine is not affected. */
async function expectUnharmed() {
  expect((await kmeans(engine, [[0], [1], [9]], { k: 2 })).inertia).toBeCloseTo(0.5, 5)
}

describe.each(Object.keys(unfit))('a buffer that is %s', (kind) => {
  test.each(['points', 'centroids', 'labels'])('as %s of a job', async (name) => {
    const job = await createKMeans(engine, shape)
    const sound = await createKMeans(engine, shape)
    sound.prepare({ points })
    const bindings = { points, [name]: unfit[kind]() }
    if (kind === 'mapped') {
      expect(() => job.prepare(bindings)).toThrow(expect.objectContaining(refusal(name)))
    } else {
      job.prepare(bindings)
      sound.run()
      await expectUnharmed()
      job.run()
      await expectUnharmed()
      sound.run()
      await expect(job.readState()).rejects.toMatchObject(refusal(name))
      await expect(job.readLabels()).rejects.toMatchObject(refusal(name))
      await expectUnharmed()
    }
    for (const anew of [job, sound]) {
      anew.prepare({ points })
      anew.run()
    }
    expect(await sound.readState()).toMatchObject({ iterations: 1 })
    expect(await job.readLabels()).toEqual(await sound.readLabels())
    job.destroy()
    sound.destroy()
  })

  test('as points of functions and networks', async () => {
    const matrix = () => ({ buffer: unfit[kind](), rows: 64, columns: 2 })
    await expect(kmeans(engine, matrix(), { k: 2 })).rejects.toMatchObject(refusal('points'))
    await expect(kmeans(engine, points, { k: 64, init: matrix() })).rejects.toMatchObject(refusal('init'))
    await expect(assign(engine, matrix(), [[0, 0]])).rejects.toMatchObject(refusal('points'))
    await expect(assign(engine, points, matrix())).rejects.toMatchObject(refusal('centroids'))
    await expect(multiply(engine, matrix(), [[1], [2]])).rejects.toMatchObject({ code: 'InputError' })
    const network = await createAutoencoder(engine, { inputs: 2, encoder: [dense(1)] })
    await expect(network.fit(matrix(), { epochs: 1 })).rejects.toMatchObject(refusal('points'))
    await expect(network.encode(matrix())).rejects.toMatchObject(refusal('points'))
    await expectUnharmed()
    network.destroy()
  })
})

test('a buffer that is destroyed after prepare is the job’s to tell', async () => {
  const job = await createKMeans(engine, shape)
  const buffer = makeBuffer()
  job.prepare({ points: buffer })
  job.run()
  await job.readState()
  buffer.destroy()
  job.run()
  await expectUnharmed()
  await expect(job.readState()).rejects.toMatchObject(refusal('points'))
  job.destroy()
})

test.each(["another device's", 'destroyed'])('textures that are %s', async (kind) => {
  const owner = (kind === 'destroyed' ? device : other.device) as GPUDevice
  const make = (format: GPUTextureFormat, usage: number) => {
    const texture = owner.createTexture({ format, size: [8, 8], usage })
    if (kind === 'destroyed') texture.destroy()
    return texture
  }
  const image = { data: Uint8Array.from({ length: 256 }, (_, i) => (i * 37) % 256), width: 8, height: 8 }
  const quantizer = await createQuantizer(engine, { width: 8, height: 8, colors: 2 })
  const refused = { code: 'InputError', message: expect.stringContaining('texture') }
  const [COPY_FROM, COPY_TO] = [0x1, 0x2]
  const source = () => make('rgba8unorm', COPY_FROM)
  await expect(quantize(engine, source(), { colors: 2 })).rejects.toMatchObject(refused)
  await expect(quantizer.quantize(source())).rejects.toMatchObject(refused)
  const into = () => ({ indices: make('r8uint', COPY_TO) })
  const written = { code: 'InputError', message: expect.stringContaining('texture into.indices cannot be written') }
  await expect(quantize(engine, image, { colors: 2, into: into() })).rejects.toMatchObject(written)
  await expect(quantizer.quantize(image, { into: into() })).rejects.toMatchObject(written)
  const job = await createKMeans(engine, { rows: 64, columns: 4, k: 2 })
  job.prepare({ points: make('rgba32float', COPY_FROM) })
  job.run()
  await expectUnharmed()
  await expect(job.readState()).rejects.toMatchObject({ code: 'InputError', message: expect.stringMatching(/^points/) })
  await expectUnharmed()
  job.destroy()
})

describe('arguments of the wrong kind', () => {
  test('of createEngine', async () => {
    const wrong: [object, RegExp][] = [
      [{ device: {} }, /device must be a GPUDevice, got \{\}/],
      [{ device: null }, /device must be a GPUDevice, got null/],
      [{ device: Promise.resolve(device) }, /got a Promise; await it/],
      [{ powerPreference: 'fast' }, /powerPreference must be 'low-power' or 'high-performance', got 'fast'/],
      [[], /takes options.*got an Array/],
    ]
    for (const [options, message] of wrong) {
      await expect(createEngine(options as never)).rejects.toMatchObject({
        code: 'InputError',
        message: expect.stringMatching(message),
      })
    }
  })

  test('of a job', async () => {
    const job = await createKMeans(engine, shape)
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    const expectRefusal = (call: () => void, message: RegExp) =>
      expect(call).toThrow(expect.objectContaining({ code: 'InputError', message: expect.stringMatching(message) }))
    for (const call of [() => job.run(), () => job.record(encoder), () => job.encode(pass)]) {
      expectRefusal(call, /call prepare\(\{ points \}\)/)
    }
    await expect(job.readLabels()).rejects.toThrow(/call prepare/)
    const wrong: [unknown, RegExp][] = [
      [{ points, label: makeBuffer() }, /prepare has no option 'label'; it takes points, centroids, labels/],
      [new Float32Array(128), /\{ points, centroids\?, labels\? \}, got a Float32Array/],
      [[[1, 2]], /got an Array/],
      [makeBuffer(), /points must be a GPUBuffer/],
      [{ points, labels: new Uint32Array(64) }, /labels must be in a GPUBuffer, got an? Uint32Array/],
      [{ points: { buffer: new ArrayBuffer(512), rows: 64, columns: 2 } }, /points must be.*got an ArrayBuffer/],
      [{ points: 'points' }, /points must be a GPUBuffer/],
      [{ points, centroids: [[1, 2]] }, /centroids must be a GPUBuffer/],
    ]
    for (const [bindings, message] of wrong) expectRefusal(() => job.prepare(bindings as never), message)
    job.prepare({ points })
    expectRefusal(() => job.record(pass as never), /record takes a GPUCommandEncoder, got a GPUComputePassEncoder/)
    expectRefusal(() => job.encode(encoder as never), /encode takes a GPUComputePassEncoder, got a GPUCommandEncoder/)
    expectRefusal(() => job.record(undefined as never), /got undefined/)
    job.destroy()
    for (const call of [
      () => job.run(),
      () => job.record(encoder),
      () => job.encode(pass),
      () => job.prepare({ points }),
    ]) {
      expectRefusal(call, /the job was destroyed; make a new one/)
    }
    await expect(job.readState()).rejects.toThrow('destroyed')
    pass.end()
    const gone = await createEngine({ backend: 'webgpu' })
    const late = await createKMeans(gone, shape)
    late.prepare({ points })
    gone.destroy()
    expect(() => late.record(encoder)).toThrow(expect.objectContaining({ code: 'DeviceLostError' }))
    expect(() => late.run()).toThrow(expect.objectContaining({ code: 'DeviceLostError' }))
  })

  test('of quantizers and auto-encoders', async () => {
    const refused = { code: 'InputError' }
    const image = { data: new Uint8Array(256), width: 8, height: 8 }
    const texture = device.createTexture({ format: 'r8uint', size: [8, 8], usage: 2 })
    await expect(createQuantizer(engine, undefined as never)).rejects.toMatchObject(refused)
    const quantizer = await createQuantizer(engine, { width: 8, height: 8, colors: 2 })
    const frames: [unknown, unknown][] = [
      [undefined, undefined],
      [image, null],
      [image, { into: texture }],
      [image, { into: { index: texture } }],
      [image, { into: { indices: image } }],
      [image, { into: { indices: 1 } }],
      [image, new Uint8Array(4)],
      [[image], undefined],
    ]
    for (const [frame, options] of frames) {
      await expect(quantizer.quantize(frame as never, options as never)).rejects.toMatchObject(refused)
    }
    quantizer.destroy()
    await expect(quantizer.quantize(image)).rejects.toThrow(/destroyed/)
    await expect(createAutoencoder(engine, undefined as never)).rejects.toMatchObject(refused)
    await expect(createAutoencoder(engine, { inputs: 2 } as never)).rejects.toMatchObject(refused)
    await expect(createAutoencoder(engine, { inputs: 2, encoder: dense(2) } as never)).rejects.toMatchObject(refused)
    await expect(createAutoencoder(engine, { inputs: 2, encoder: [null] } as never)).rejects.toMatchObject(refused)
    const network = await createAutoencoder(engine, { inputs: 2, encoder: [dense(1)] })
    const calls: (() => Promise<unknown>)[] = [
      () => network.fit(undefined as never, { epochs: 1 }),
      () => network.fit(points, undefined as never),
      () => network.fit(points, { epoch: 1 } as never),
      () => network.fit(points, { epochs: 1, optimizer: 'adam' } as never),
      () => network.encode(new Float32Array(4) as never),
      () => network.encode(points, { output: 'buffer' } as never),
      () => network.decode(undefined as never),
      () => network.reconstruct('points' as never),
      async () => network.writeParameters(undefined as never),
      async () => network.writeParameters({ weight: points } as never),
      async () => network.writeParameters({ 'encoder.0.weight': [[1, 2]] } as never),
    ]
    for (const call of calls) await expect(call(), String(call)).rejects.toMatchObject(refused)
    network.destroy()
    for (const call of [
      () => network.fit(points, { epochs: 1 }),
      () => network.encode(points),
      () => network.save(),
      () => network.readParameters(),
    ]) {
      await expect(call(), String(call)).rejects.toThrow(/destroyed/)
    }
  })
})
