/** Frames of a sequence: their colours keep their indices, every engine gives the same bytes, and buffers stay. */
import {
  createEngine,
  createQuantizer,
  type QuantizedFrame,
  type QuantizeImage,
  type Quantizer,
  type QuantizerOptions,
  quantize,
} from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { drawImage, noiseImage, seededRandom } from '../oracle/images'
import { meanSquaredError, type OracleImage } from '../oracle/quantize'
import { type TestEngine, testEngines } from '../support/engines'
import { COPY_DST, COPY_SRC, readTexture, textureOf } from '../support/textures'

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
})

const [width, height] = [72, 40]

/** A disc that moves over a gradient, with noise as of a camera; `alpha` leaves nothing above it. */
function scene(time: number, alpha = false): OracleImage {
  const random = seededRandom(time + 1)
  return drawImage(width, height, (x, y) => {
    const noise = random() * 4
    const inside = Math.hypot(x - 10 - 3 * time, y - 20) < 9
    const opacity = alpha ? Math.min(255, y * 40) : 255
    return inside ? [200 + noise, 40 + y, 30, opacity] : [x * 2 + noise, 90 + y, 200 - x, opacity]
  })
}

const night = (time: number) => drawImage(width, height, (x, y) => [(x * y) % 40, 5 + ((x + time) % 13), 20 + (y % 30)])
const flag = (colors: number) => drawImage(width, height, (x) => [((x % colors) * 255) / colors, 30, 200])

/** Asserts the properties of every frame, regardless of how its palette was found. */
function expectConsistent(frame: QuantizedFrame, image: OracleImage, what: string): void {
  const { palette, indices, populations, colors } = frame
  expect(palette.length, what).toBe(4 * colors)
  expect(indices, what).toBeInstanceOf(colors > 256 ? Uint16Array : Uint8Array)
  const counted = new Uint32Array(colors)
  for (const index of indices) counted[index]++
  expect(populations, what).toEqual(counted)
  expect(frame.mse, what).toBe(meanSquaredError(image, palette, indices))
}

const run = async (quantizer: Quantizer, images: OracleImage[]) => {
  const frames: QuantizedFrame[] = []
  for (const image of images) frames.push(await quantizer.quantize(image))
  return frames
}

describe('a sequence', () => {
  const mixed = [
    scene(0),
    scene(1),
    night(0),
    night(1),
    flag(5),
    scene(3),
    scene(4),
    scene(4, true),
    scene(5, true),
    flag(20),
    scene(6, true),
    drawImage(width, height, () => [1, 2, 3, 0]),
    scene(7),
  ]
  const cases: [string, Omit<QuantizerOptions, 'width' | 'height'>][] = [
    ['16 colours', { colors: 16 }],
    ['dithered by blue noise', { colors: 9, dither: 'blue-noise' }],
    ['in Oklab', { colors: 12, space: 'oklab', frameIterations: 2 }],
    ['more than 256', { colors: 300, maxIterations: 2, frameIterations: 1 }],
  ]
  test.each(cases)('%s: every engine gives the same frames, each consistent in itself', async (_, options) => {
    let expected: QuantizedFrame[] | null = null
    const images = options.colors === 16 ? mixed : mixed.slice(5, 11)
    for (const { name, engine } of engines) {
      using quantizer = await createQuantizer(engine, { width, height, ...options })
      const frames = await run(quantizer, images)
      for (const [at, frame] of frames.entries()) expectConsistent(frame, images[at], `frame ${at} on ${name}`)
      expected ??= frames
      for (const [at, frame] of frames.entries()) expect(frame, `frame ${at} on ${name}`).toEqual(expected[at])
    }
  })

  test('the first frame is what quantize gives', async () => {
    const { engine } = engines[0]
    const options = { colors: 16, maxIterations: 7 }
    for (const image of [scene(0), scene(0, true), flag(5)]) {
      using quantizer = await createQuantizer(engine, { width, height, ...options })
      const { palette, indices, mse, uniqueColors } = await quantizer.quantize(image)
      const expected = await quantize(engine, image, options)
      expect(palette.subarray(0, 4 * expected.colors)).toEqual(expected.palette)
      expect({ indices, mse, uniqueColors }).toEqual({
        indices: expected.indices,
        mse: expected.mse,
        uniqueColors: expected.uniqueColors,
      })
    }
  })
})

describe('no flicker', () => {
  const distance = (a: Uint8Array, b: Uint8Array, entry: number) =>
    Math.hypot(...[0, 1, 2, 3].map((channel) => a[4 * entry + channel] - b[4 * entry + channel]))

  test('a still picture comes to rest, and then nothing changes', async () => {
    const { engine } = engines[0]
    using quantizer = await createQuantizer(engine, { width, height, colors: 16 })
    const frames = await run(quantizer, Array(40).fill(scene(0)))
    const still = frames.slice(-2)
    expect(still[1]).toEqual(still[0])
    expect(still[1].iterations, 'one, and one that confirms it').toBe(2)
    expect(frames.filter(({ fresh }) => fresh).length).toBe(1)
    for (let at = 1; at < frames.length; at++) expect(frames[at].mse).toBeLessThanOrEqual(1.01 * frames[0].mse)
  })

  test('entries move little from frame to frame, and pixels that stay keep their index', async () => {
    const { engine } = engines[0]
    using quantizer = await createQuantizer(engine, { width, height, colors: 16 })
    const images = Array.from({ length: 8 }, (_, time) => scene(time))
    const frames = await run(quantizer, images)
    for (let at = 1; at < frames.length; at++) {
      const [before, now] = [frames[at - 1], frames[at]]
      expect(now.fresh).toBe(false)
      for (let entry = 0; entry < 16; entry++) {
        expect(distance(before.palette, now.palette, entry), `frame ${at}, entry ${entry}`).toBeLessThan(24)
        if (now.populations[entry] === 0) expect(distance(before.palette, now.palette, entry)).toBe(0)
      }
      const kept = Array.from(now.indices).filter((index, i) => index === before.indices[i]).length
      expect(kept / now.indices.length, `frame ${at}: pixels with the index they had`).toBeGreaterThan(0.75)
      // Made anew, a palette is hardly better.
      const anew = await quantize(engine, images[at], { colors: 16 })
      expect(now.mse).toBeLessThan(1.5 * anew.mse)
    }
  })

  test('after a cut, the palette is made anew and colours of before keep their place', async () => {
    const { engine } = engines[0]
    using quantizer = await createQuantizer(engine, { width, height, colors: 16 })
    const half = (image: OracleImage) =>
      drawImage(width, height, (x, y) => {
        const [r, g, b] = image.data.subarray(4 * (y * width + x))
        return x < 36 ? [r, g, b] : [250, 250, 0]
      })
    const [before, after] = await run(quantizer, [half(scene(0)), half(night(0))])
    expect(after.fresh).toBe(true)
    expect(after.mse).toBeLessThan(1.12 * (await quantize(engine, half(night(0)), { colors: 16 })).mse)
    expect(after.indices[70], 'the yellow half').toBe(before.indices[70])
    const frames = await run(quantizer, [half(night(1)), half(night(2))])
    expect(frames.map(({ fresh }) => fresh)).toEqual([false, false])
  })

  test('few colours keep their indices through frames that lack them', async () => {
    const { engine } = engines[0]
    using quantizer = await createQuantizer(engine, { width, height, colors: 8 })
    const bars = (...colors: [number, number, number][]) => drawImage(width, height, (x) => colors[x % colors.length])
    const [red, green, blue, white]: [number, number, number][] = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ]
    const frames = await run(quantizer, [
      bars(red, green, blue),
      bars(blue),
      bars(white, green),
      bars(green, red, blue),
    ])
    const indexOf = (frame: QuantizedFrame, ...names: number[]) => names.map((x) => frame.indices[x])
    const [r, g, b] = indexOf(frames[0], 0, 1, 2)
    expect(indexOf(frames[1], 0)).toEqual([b])
    expect(indexOf(frames[2], 1)).toEqual([g])
    expect([r, g, b]).not.toContain(frames[2].indices[0])
    expect(indexOf(frames[3], 0, 1, 2)).toEqual([g, r, b])
    for (const frame of frames) expect(frame.mse).toBe(0)
  })
})

describe('a quantizer', () => {
  test('leaves nothing allocated between frames, and finishes those at work when it is destroyed', async () => {
    for (const { name, engine } of engines) {
      const executor = executorOf(engine)
      const before = executor.allocatedBytes
      const quantizer = await createQuantizer(engine, { width, height, colors: 16, dither: 'ordered' })
      await run(quantizer, [scene(0), scene(1)])
      expect(executor.allocatedBytes, name).toBe(before)
      const last = quantizer.quantize(scene(6))
      quantizer.destroy()
      expect((await last).colors).toBe(16)
      expect(executor.allocatedBytes, name).toBe(before)
      await expect(quantizer.quantize(scene(7))).rejects.toMatchObject({ code: 'InputError' })
    }
  })

  test('takes frames in the order of the calls, and after reset() the next as the first', async () => {
    for (const { name, engine } of engines) {
      using one = await createQuantizer(engine, { width, height, colors: 10 })
      using other = await createQuantizer(engine, { width, height, colors: 10 })
      const images = [scene(0), scene(4)]
      const expected = await run(one, images)
      expect(await Promise.all(images.map((image) => other.quantize(image))), name).toEqual(expected)
      one.reset()
      expect(await one.quantize(images[0]), name).toEqual(expected[0])
    }
  })

  test('takes textures and leaves frames in textures', async () => {
    for (const { name, engine } of engines) {
      const { device } = engine
      if (!device) continue
      using quantizer = await createQuantizer(engine, { width, height, colors: 16 })
      using expected = await createQuantizer(engine, { width, height, colors: 16 })
      const into = {
        indices: device.createTexture({ format: 'r8uint', size: [width, height], usage: COPY_SRC | COPY_DST }),
      }
      for (const image of [scene(0), scene(1), flag(3)]) {
        const source = textureOf(device, image)
        const { indices, ...rest } = await expected.quantize(image)
        expect(await quantizer.quantize(source, { into }), name).toEqual(rest)
        expect(Buffer.from(await readTexture(device, into.indices, 1)).equals(Buffer.from(indices)), name).toBe(true)
        source.destroy()
      }
      into.indices.destroy()
    }
  })

  test('refuses what it cannot take, and goes on', async () => {
    const { engine } = engines[0]
    const options = { width, height, colors: 8 }
    for (const [wrong, message] of [
      [{ ...options, colors: 0 }, /colors must be an integer from 1 to 65536/],
      [{ ...options, width: 0 }, /width/],
      [{ ...options, frames: 3 }, /no option 'frames'/],
      [{ ...options, frameIterations: -1 }, /frameIterations/],
      [{ ...options, dither: 'some' }, /dither/],
    ] as [QuantizerOptions, RegExp][]) {
      await expect(createQuantizer(engine, wrong)).rejects.toMatchObject({ code: 'InputError' })
      await expect(createQuantizer(engine, wrong)).rejects.toThrow(message)
    }
    using quantizer = await createQuantizer(engine, options)
    await expect(quantizer.quantize(noiseImage(10, 10, 1))).rejects.toThrow(/10 × 10.*72 × 40/)
    await expect(quantizer.quantize(null as unknown as QuantizeImage)).rejects.toMatchObject({ code: 'InputError' })
    const reason = new Error('enough')
    await expect(quantizer.quantize(scene(0), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect((await quantizer.quantize(scene(0))).fresh).toBe(true)
  })

  test('says that its device is gone', async () => {
    const engine = await createEngine({ backend: 'webgpu' })
    const quantizer = await createQuantizer(engine, { width, height, colors: 8 })
    await quantizer.quantize(scene(0))
    engine.destroy()
    await expect(quantizer.quantize(scene(1))).rejects.toMatchObject({ code: 'DeviceLostError' })
    quantizer.destroy()
  })
})
