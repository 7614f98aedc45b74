/** Textures as images and as results: the bytes are those of images in memory, and the pixels stay on the device. */
import { createEngine, type Engine, type QuantizeOptions, type QuantizeTextures, quantize } from 'lloyd'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Executor, executorOf } from '../../src/engine/engine.js'
import { expectSame } from '../oracle/compare'
import { alphaNoiseImage, drawImage, noiseImage, spriteImage, veilImage } from '../oracle/images'
import { type OracleImage, quantizeOracle } from '../oracle/quantize'
import { testEngines } from '../support/engines'
import { COPY_DST, COPY_SRC, readTexture, swapChannels, TEXTURE_BINDING, textureOf } from '../support/textures'

interface GpuEngine {
  name: string
  engine: Engine
  device: GPUDevice
}

const engines: GpuEngine[] = []
let cpu: Engine

beforeAll(async () => {
  for (const { name, engine } of await testEngines()) {
    if (engine.device) engines.push({ name, engine, device: engine.device })
    else cpu = engine
  }
})

const opaque = noiseImage(131, 37, 3, 40)
const images: Record<string, OracleImage> = {
  'opaque, odd width': opaque,
  'rows without gaps': noiseImage(128, 40, 4, 40),
  sprite: spriteImage(70, 33, 5),
  'translucent, nowhere transparent': veilImage(50, 41),
  'one pixel': drawImage(1, 1, () => [7, 8, 9, 200]),
  'one row': noiseImage(301, 1, 7, 20),
  'one column': noiseImage(1, 301, 8, 20),
}

/** The bytes of each read of an executor from now on. */
const watchReads = (executor: Executor) => {
  const spy = vi.spyOn(executor, 'read')
  return () => {
    const bytes = spy.mock.calls.map(([buffer, offset = 0, size]) => size ?? buffer.size - offset)
    spy.mockRestore()
    return bytes
  }
}

describe('a texture is quantized as its pixels in memory are', () => {
  for (const [what, image] of Object.entries(images)) {
    test(what, async () => {
      for (const format of ['rgba8unorm', 'bgra8unorm'] as const) {
        for (const { name, engine, device } of engines) {
          const options = { colors: 12, maxIterations: 3 }
          const texture = textureOf(device, image, format)
          expectSame(await quantize(engine, texture, options), quantizeOracle(image, options), `${format} on ${name}`)
          texture.destroy()
        }
      }
    })
  }

  test('dithered', async () => {
    const options: QuantizeOptions = { colors: 9, dither: 'ordered', maxIterations: 2 }
    const expected = quantizeOracle(images.sprite, options)
    for (const { name, engine, device } of engines) {
      const texture = textureOf(device, images.sprite)
      expectSame(await quantize(engine, texture, options), expected, name)
      texture.destroy()
    }
  })

  test('an -srgb format means the bytes that it stores', async () => {
    const expected = quantizeOracle(opaque, { colors: 12, maxIterations: 2 })
    for (const { name, engine, device } of engines) {
      for (const format of ['rgba8unorm-srgb', 'bgra8unorm-srgb'] as const) {
        const texture = textureOf(device, opaque, format)
        expectSame(await quantize(engine, texture, { colors: 12, maxIterations: 2 }), expected, `${format} on ${name}`)
        texture.destroy()
      }
    }
  })

  test('as it is at the call, and it may be destroyed or drawn over right after', async () => {
    const expected = quantizeOracle(opaque, { colors: 6 })
    for (const { name, engine, device } of engines) {
      const texture = textureOf(device, opaque)
      const work = quantize(engine, texture, { colors: 6 })
      texture.destroy()
      expectSame(await work, expected, name)
      const drawnOver = textureOf(device, opaque)
      const again = quantize(engine, drawnOver, { colors: 6 })
      const black = new Uint8Array(opaque.data.length)
      device.queue.writeTexture({ texture: drawnOver }, black, { bytesPerRow: 4 * 131 }, [131, 37])
      expectSame(await again, expected, `drawn over on ${name}`)
      drawnOver.destroy()
    }
  })

  test('without its pixels being read', async () => {
    const { engine, device } = engines[0]
    const texture = textureOf(device, opaque)
    const indices = device.createTexture({ format: 'r8uint', size: [131, 37], usage: COPY_DST })
    const bytesRead = watchReads(executorOf(engine))
    await quantize(engine, texture, { colors: 8, maxIterations: 1, into: { indices } })
    // The moments of 2¹⁵ cells are the seeding's; nothing has the size of the image or of its indices.
    const moments = 8 * 6 * 2 ** 15
    expect(bytesRead().filter((bytes) => bytes !== moments && bytes > 200)).toEqual([])
    texture.destroy()
    indices.destroy()
  })
})

describe('into textures', () => {
  const cases: [string, OracleImage, QuantizeOptions][] = [
    ['opaque', opaque, { colors: 16, maxIterations: 3 }],
    ['rows without gaps', noiseImage(256, 20, 4, 40), { colors: 16, maxIterations: 3 }],
    ['with alpha', alphaNoiseImage(61, 43, 9), { colors: 30, maxIterations: 2 }],
    ['few colours, unchanged', noiseImage(67, 5, 10, 3), { colors: 256 }],
    [
      'dithered, where entries stay unused',
      spriteImage(90, 31, 11),
      { colors: 40, dither: 'ordered', maxIterations: 2 },
    ],
    ['16-bit', opaque, { colors: 300, maxIterations: 1 }],
    ['16-bit, dithered', opaque, { colors: 300, dither: 'floyd-steinberg', maxIterations: 1 }],
  ]
  for (const [what, image, options] of cases) {
    test(what, async () => {
      const { width, height } = image
      for (const { name, engine, device } of engines) {
        const expected = await quantize(engine, image, options)
        const make = (format: GPUTextureFormat) =>
          device.createTexture({ format, size: [width, height], usage: COPY_SRC | COPY_DST })
        const wide = Number(options.colors) > 256
        const source = textureOf(device, image)
        for (const [indexFormat, colorFormat] of [
          [wide ? 'r16uint' : 'r8uint', 'rgba8unorm'],
          ['r16uint', 'bgra8unorm-srgb'],
        ] as const) {
          const into = { indices: make(indexFormat), colors: make(colorFormat) }
          const result = await quantize(engine, source, { ...options, into })
          expect('indices' in result).toBe(false)
          const indexBytes = await readTexture(device, into.indices, indexFormat === 'r8uint' ? 1 : 2)
          const indices = indexFormat === 'r8uint' ? indexBytes : new Uint16Array(indexBytes.buffer)
          const same = indices.every((index, i) => index === expected.indices[i])
          expect(same, `${indexFormat} on ${name}`).toBe(true)
          expect({ ...result, indices: expected.indices }).toEqual(expected)
          const bytes = await readTexture(device, into.colors, 4)
          const colors = colorFormat.startsWith('bgra') ? swapChannels(bytes) : bytes
          const painted = Array.from(expected.indices, (k) => [...expected.palette.subarray(4 * k, 4 * k + 4)]).flat()
          expect(Buffer.from(colors).equals(Buffer.from(painted)), `${colorFormat} on ${name}`).toBe(true)
          for (const texture of Object.values(into)) texture.destroy()
        }
        source.destroy()
        expect(executorOf(engine).allocatedBytes).toBe(0)
      }
    })
  }
})

describe('refused with one clear error', () => {
  const options = { colors: 4 }
  const refused = async (engine: Engine, image: unknown, into: unknown, message: RegExp) => {
    const work = quantize(engine, image as OracleImage, (into ? { ...options, into } : options) as QuantizeOptions)
    await expect(work).rejects.toMatchObject({ code: 'InputError' })
    await expect(work).rejects.toThrow(message)
    expect(executorOf(engine).allocatedBytes).toBe(0)
  }
  const goesOn = async (engine: Engine) =>
    expectSame(await quantize(engine, opaque, options), quantizeOracle(opaque, options), 'the engine goes on working')

  test('textures that cannot be read', async () => {
    for (const { engine, device } of engines) {
      const make = (format: GPUTextureFormat, usage: number, more: Partial<GPUTextureDescriptor> = {}) =>
        device.createTexture({ format, size: [8, 8], usage, ...more })
      await refused(engine, make('rgba16float', COPY_SRC), null, /rgba16float.*rgba8unorm or bgra8unorm/)
      await refused(engine, make('rgba8unorm', TEXTURE_BINDING), null, /COPY_SRC/)
      await refused(engine, make('rgba8unorm', COPY_SRC, { dimension: '3d', size: [8, 8, 8] }), null, /2D/)
      const destroyed = make('rgba8unorm', COPY_SRC)
      destroyed.destroy()
      await refused(engine, destroyed, null, /cannot be read/)
      await refused(engine, { createView() {}, width: 8, height: 8, format: 'rgba8unorm' }, null, /texture/)
      await goesOn(engine)
    }
    const [{ device }] = engines
    await refused(cpu, device.createTexture({ format: 'rgba8unorm', size: [8, 8], usage: COPY_SRC }), null, /CPU/)
  })

  test("another device's texture", async () => {
    const other = await createEngine({ backend: 'webgpu' })
    const texture = textureOf(other.device!, opaque)
    await refused(engines[0].engine, texture, null, /cannot be read/)
    const indices = other.device!.createTexture({ format: 'r8uint', size: [131, 37], usage: COPY_DST })
    await refused(engines[0].engine, opaque, { indices }, /cannot be written/)
    await goesOn(engines[0].engine)
    other.destroy()
  })

  test('textures that cannot take the result', async () => {
    const [{ engine, device }] = engines
    const make = (format: GPUTextureFormat, usage = COPY_DST, size = [131, 37]) =>
      device.createTexture({ format, size, usage })
    const into = (textures: QuantizeTextures) => textures
    await refused(engine, opaque, into({}), /needs a texture/)
    await refused(engine, opaque, { index: make('r8uint') }, /no option 'index'/)
    await refused(engine, opaque, into({ indices: make('rgba8unorm') }), /rgba8unorm.*r8uint, r16uint/)
    await refused(engine, opaque, into({ colors: make('r8uint') }), /r8uint.*rgba8unorm/)
    await refused(engine, opaque, into({ indices: make('r8uint', COPY_SRC) }), /COPY_DST/)
    await refused(engine, opaque, into({ indices: make('r8uint', COPY_DST, [130, 37]) }), /130 × 37.*131 × 37/)
    const wide = quantize(engine, opaque, { colors: 257, into: { indices: make('r8uint') } })
    await expect(wide).rejects.toThrow(/r8uint.*r16uint/)
    const destroyed = make('r8uint')
    destroyed.destroy()
    await refused(engine, opaque, into({ indices: destroyed }), /cannot be written/)
    await refused(cpu, opaque, into({ indices: make('r8uint') }), /CPU/)
    await goesOn(engine)
  })
})
