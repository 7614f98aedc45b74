import type { QuantizedTogether, QuantizeOptions } from 'lloyd'
import { encodePng, LloydError, quantize, quantizeTogether } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { expectSame, expectSameValues } from '../oracle/compare'
import { noiseImage, readPhotograph, spriteImage, veilImage } from '../oracle/images'
import { type OracleImage, quantizeOracle } from '../oracle/quantize'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'
import { textureOf } from '../support/textures'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
})

const DITHERS = ['floyd-steinberg', 'blue-noise', 'ordered'] as const

/** All pixels in one row. */
function joined(images: readonly OracleImage[]): OracleImage {
  const data = new Uint8Array(images.reduce((sum, image) => sum + image.data.length, 0))
  let at = 0
  for (const image of images) {
    data.set(image.data, at)
    at += image.data.length
  }
  return { data, width: data.length / 4, height: 1 }
}

/** The result for many as that for the one that holds all their pixels. */
function asOne({ images, ...found }: QuantizedTogether, { width, height }: OracleImage) {
  const indices = new (found.colors > 256 ? Uint16Array : Uint8Array)(width * height)
  let at = 0
  for (const image of images) {
    indices.set(image.indices, at)
    at += image.indices.length
  }
  return { ...found, indices, width, height }
}

// Opaque colours are counted in a large table, which takes SwiftShader a second: most sets have alpha.
const opaque = [noiseImage(30, 20, 1), noiseImage(1, 77, 2, 5), noiseImage(50, 9, 3)]
const mixed = [noiseImage(20, 20, 4), spriteImage(40, 30, 5), veilImage(25, 31), noiseImage(1, 1, 6)]
const sets: [string, OracleImage[], QuantizeOptions][] = [
  ['opaque', opaque, { colors: 12 }],
  ['Oklab, k-means++', mixed, { colors: 9, space: 'oklab', init: 'k-means++', seed: 3 }],
  ['with alpha', mixed, { colors: 14 }],
  ['with alpha, Oklab', mixed, { colors: 14, space: 'oklab' }],
  ['more than 256 entries', mixed, { colors: 400, maxIterations: 2 }],
  ['all colours kept', mixed.slice(1), { colors: 65536 }],
  ['fixed colours', mixed, { colors: 8, fixedColors: [[255, 0, 0]] }],
  ['a given palette', mixed, { palette: Uint8Array.of(0, 0, 0, 0, 9, 9, 9, 255, 200, 100, 50, 255, 80, 80, 80, 90) }],
  ['a single image', mixed.slice(1, 2), { colors: 12 }],
]

describe.each(sets)('%s', (what, images, options) => {
  test('is the image that holds all pixels', async () => {
    const whole = joined(images)
    const expected = quantizeOracle(whole, options)
    for (const { name, engine } of enginesFor(what, engines)) {
      const result = await quantizeTogether(engine, images, options)
      expectSame(asOne(result, whole), expected, name)
      if (engine !== engines[0].engine) continue
      for (const [at, image] of images.entries()) {
        const { indices, mse, oklabMse, ...size } = result.images[at]
        expect(size, name).toEqual({ width: image.width, height: image.height })
        // The palette comes from all; what is left to do with one image is to map it.
        const alone = await quantize(engine, image, { palette: result.palette, space: options.space })
        expectSameValues(indices, alone.indices, `${name}, image ${at}`)
        // In sRGB the error may be measured with alpha that this one does not have, which adds nothing.
        expect([mse, oklabMse], name).toEqual([alone.mse, alone.oklabMse])
      }
    }
  })
})

test('importance goes on from image to image', async () => {
  const whole = joined(mixed)
  const options = { colors: 9, importance: Float64Array.from({ length: whole.width }, (_, i) => (i * 7) % 11) }
  const expected = quantizeOracle(whole, options)
  for (const { name, engine } of engines) {
    expectSame(asOne(await quantizeTogether(engine, mixed, options), whole), expected, name)
  }
})

test.each(DITHERS)('%s: each image by itself, to one palette', async (dither) => {
  const cases = [
    [mixed, 'srgb'],
    [mixed, 'oklab'],
    [opaque, 'srgb'],
  ] as const
  for (const [images, space] of VERIFY ? cases : cases.slice(0, 2)) {
    const options = { colors: 10, dither, space }
    const { palette } = await quantizeTogether(engines[0].engine, images, { ...options, dither: 'none' })
    const results = []
    for (const { name, engine } of engines) {
      const result = await quantizeTogether(engine, images, options)
      const used = new Set<number>()
      for (const [at, image] of engine === engines[0].engine ? images.entries() : []) {
        const alone = await quantize(engine, image, { dither, space, palette: result.palette })
        expectSameValues(result.images[at].indices, alone.indices, `${name}, image ${at}`)
        expect([result.images[at].mse, result.images[at].oklabMse], name).toEqual([alone.mse, alone.oklabMse])
        for (const index of result.images[at].indices) used.add(index)
      }
      if (engine === engines[0].engine) expect(used.size).toBe(result.colors)
      results.push(result)
    }
    // Entries that no image uses are gone, nothing else.
    const entriesOf = (bytes: Uint8Array) => new Set(new Uint32Array(bytes.slice().buffer))
    expect([...entriesOf(results[0].palette)].every((color) => entriesOf(palette).has(color))).toBe(true)
    for (const result of results) expect(result).toEqual(results[0])
  }
})

test.runIf(VERIFY)('photographs of two sizes and a texture', async () => {
  const images = [await readPhotograph('kingfisher'), await readPhotograph('lights')]
  const [cpu, { engine }] = engines
  const expected = await quantize(cpu.engine, joined(images), { colors: 64, maxIterations: 3 })
  const texture = textureOf(engine.device as GPUDevice, images[0], 'rgba8unorm')
  const result = await quantizeTogether(engine, [texture, images[1]], { colors: 64, maxIterations: 3 })
  expectSame(asOne(result, joined(images)), expected, 'with a texture')
  texture.destroy()
  const { palette } = result
  const files = await Promise.all(result.images.map((image) => encodePng({ palette, ...image })))
  expect(files.every(({ length }) => length > 1000)).toBe(true)
})

test.runIf(VERIFY)('images beyond what stays on the device are brought twice', async () => {
  // 4096² pixels stay; of the four, in two widths, only the first does.
  const [width, height] = [4096, 4096]
  const large = { data: new Uint8Array(4 * width * height), width, height }
  new Uint32Array(large.data.buffer).forEach((_, i, words) => {
    words[i] = 0xff000000 | ((i >> 9) & 0xffff)
  })
  const images = [large, opaque[0], opaque[1], opaque[2]]
  const { engine } = engines[0]
  const before = executorOf(engine).allocatedBytes
  const options = { colors: 5, maxIterations: 1 }
  const result = await quantizeTogether(engine, images, options)
  expect(executorOf(engine).allocatedBytes).toBe(before)
  for (const [at, image] of images.entries()) {
    const alone = await quantize(engine, image, { palette: result.palette })
    expectSameValues(result.images[at].indices, alone.indices, `image ${at}`)
  }
})

test('progress is told through all images, and an abort frees everything', async () => {
  const { engine } = engines[0]
  const seen: string[] = []
  await quantizeTogether(engine, opaque, {
    colors: 4,
    maxIterations: 1,
    onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`),
  })
  // Opaque pixels are looked at twice.
  for (const done of [0, 300, 564, 864, 1127]) expect(seen).toContain(`count ${done}/1127`)
  for (const done of [0, 600, 677, 1127]) expect(seen).toContain(`map ${done}/1127`)
  const controller = new AbortController()
  const before = executorOf(engine).allocatedBytes
  const aborted = quantizeTogether(engine, mixed, {
    colors: 4,
    signal: controller.signal,
    onProgress: ({ stage }) => stage === 'map' && controller.abort('enough'),
  })
  await expect(aborted).rejects.toBe('enough')
  expect(executorOf(engine).allocatedBytes).toBe(before)
})

test.each([
  ['no list', opaque[0], {}, /quantizeTogether needs a list/],
  ['no image', [], {}, /at least one image/],
  ['a bad image', [opaque[0], { data: [], width: 1, height: 1 }], {}, /images\[1\]: image\.data must be/],
  ['weights of one image', opaque, { importance: new Uint8Array(600).fill(1) }, /importance.*1127/],
  ['textures', opaque, { into: {} }, /into takes one image/],
])('refuses %s', async (_, images, options, message) => {
  const error = await quantizeTogether(engines[0].engine, images as never, { colors: 4, ...options }).catch((e) => e)
  expect(error).toBeInstanceOf(LloydError)
  expect(error).toMatchObject({ code: 'InputError', message: expect.stringMatching(message) })
})
