/**
 * Dithering: every engine gives the oracle's bytes, and what is promised of each kind. Random images are among those of
 * quantize-properties.test.ts. `npm run verify` (LLOYD_VERIFY) adds photographs and images of more than one chunk.
 */
import fc from 'fast-check'
import { LloydError, type Progress, type Quantized, type QuantizeOptions, quantize } from 'lloyd'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { BufferScope, executorOf } from '../../src/engine/engine.js'
import { diffuseErrors } from '../../src/kernels/color/dither/diffuse-errors.js'
import { expectSame, expectSameValues } from '../oracle/compare'
import { ditherOracle } from '../oracle/dither'
import {
  alphaNoiseImage,
  drawImage,
  noiseImage,
  photographs,
  readPhotograph,
  seededRandom,
  spriteImage,
  veilImage,
} from '../oracle/images'
import { meanSquaredError, type OracleImage, quantizeOracle } from '../oracle/quantize'
import { spacesAndDithers } from '../support/conformance-cases'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
if (VERIFY) vi.setConfig({ testTimeout: 900_000 })

const DITHERS = ['floyd-steinberg', 'blue-noise', 'ordered'] as const

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
})

async function expectOracle(image: OracleImage, options: QuantizeOptions, what: string): Promise<Quantized> {
  const expected = quantizeOracle(image, options)
  let result: Quantized | undefined
  for (const { name, engine } of enginesFor(`${options.dither} ${what}`, engines)) {
    result = await quantize(engine, image, options)
    expectSame(result, expected, `${what} on ${name}`)
  }
  expect(meanSquaredError(image, result!.palette, result!.indices), `${what}: error of the bytes`).toBe(result!.mse)
  return result!
}

const entriesOf = (palette: Uint8Array) =>
  Array.from({ length: palette.length / 4 }, (_, k) => [...palette.subarray(4 * k, 4 * k + 4)])

describe.each(DITHERS)('%s: every engine gives the bytes of the oracle', (dither) => {
  const random = seededRandom(5)
  const cases: [string, OracleImage, QuantizeOptions][] = [
    ['a ramp', drawImage(300, 40, (x, y) => [x * 0.85, y * 6, 255 - x * 0.85]), { colors: 6 }],
    ['noise, full strength', noiseImage(70, 50, 1), { colors: 20, ditherStrength: 256 }],
    ['one row', noiseImage(3000, 1, 2), { colors: 7 }],
    ['one column', noiseImage(1, 900, 3), { colors: 7 }],
    ['few colours of many pixels', drawImage(150, 90, (x, y) => [(x >> 4) * 25, (y >> 4) * 40, 90]), { colors: 9 }],
    ['black and white', drawImage(160, 60, (x, y) => Array(3).fill(x + y + random() * 9) as Rgb), { colors: 2 }],
    ['a sprite', spriteImage(90, 70, 4), { colors: 12 }],
    ['a veil', veilImage(90, 60), { colors: 9, ditherStrength: 256 }],
    ['noise in every channel', alphaNoiseImage(50, 40, 5), { colors: 30 }],
    ['more than 256 entries', noiseImage(60, 50, 6), { colors: 400, maxIterations: 1 }],
    ['a sprite in one colour', spriteImage(40, 30, 7), { colors: 1 }],
  ]
  test.each(cases)('%s', async (what, image, options) => {
    const result = await expectOracle(image, { maxIterations: 4, ...options, dither }, what)
    if (dither !== 'floyd-steinberg') return
    // Entries that no pixel took are gone without a trace: from the returned palette the same indices come out.
    const strength = options.ditherStrength ?? 224
    const again = ditherOracle(image, entriesOf(result.palette), result.centroids.columns, { dither, strength })
    expectSameValues(again, result.indices, `${what}: dithered again`)
  })
})

type Rgb = [number, number, number]

describe('photographs', () => {
  test.runIf(VERIFY).each(photographs)('$name: every engine gives the bytes of the oracle', async ({ name }) => {
    const image = await readPhotograph(name)
    // Wu's boxes in Oklab too, with and without dithering.
    for (const options of spacesAndDithers) await expectOracle(image, options, `${name}, ${JSON.stringify(options)}`)
  })
})

describe('a segment for every number of threads', () => {
  test.each([1, 3, 64, 256])('%i threads', async (workgroupSize) => {
    const [width, rowCount, k] = [203, 21, 5]
    const random = seededRandom(workgroupSize)
    const words = (count: number) => Uint32Array.from({ length: count }, () => random() * 2 ** 24 + 0xff000000)
    const [pixels, palette] = [words(width * rowCount), words(k)]
    const centroids = new Uint32Array(4 * k)
    for (let i = 0; i < 4 * k; i++) centroids[i] = i % 4 < 3 ? 128 * ((palette[i >> 2] >>> (8 * (i % 4))) & 255) : 0
    const results = []
    for (const { engine } of engines) {
      const executor = executorOf(engine)
      const scope = new BufferScope(executor)
      const diffuse = await executor.compile(diffuseErrors, { workgroupSize })
      const buffers = {
        pixels: scope.upload('pixels', pixels),
        palette: scope.upload('palette', palette),
        transfer: scope.allocate('transfer', 4),
        centroids: scope.upload('centroids', centroids),
        candidates: scope.allocate('candidates', 4),
        // One cell, searched in full.
        candidateCounts: scope.upload('counts', new Uint32Array([0xffffffff])),
        errors: scope.allocate('errors', 32 * width),
        entries: scope.allocate('entries', 4 * pixels.length),
      }
      const segment = Math.ceil(width / diffuse.workgroupSize)
      const search = { cellBits: 0, centroidCount: k }
      for (const [firstRow, rows] of [
        [0, 8],
        [8, rowCount - 8],
      ]) {
        const range = { width, firstRow, rowCount: rows, firstPixel: firstRow * width, segment }
        executor.run(diffuse, { ...range, strength: 256, ...search }, buffers)
      }
      results.push(new Uint32Array(await executor.read(buffers.entries)))
      scope.release()
    }
    const image = { data: new Uint8Array(pixels.buffer), width, height: rowCount }
    const entries = entriesOf(new Uint8Array(palette.buffer))
    const expected = ditherOracle(image, entries, 3, { dither: 'floyd-steinberg', strength: 256 })
    for (const [at, result] of results.entries()) expectSameValues(result, expected, engines[at].name)
  })
})

describe.each(DITHERS)('%s', (dither) => {
  test('a picture that lies on the palette comes back unchanged', async () => {
    const color = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.constantFrom(255, 255, 255, 128, 254, 3, 0))
    const cases = fc.record({
      colors: fc.uniqueArray(color, { minLength: 1, maxLength: 40, selector: String }),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 30 }),
      seed: fc.nat(),
      opaque: fc.boolean(),
      space: fc.constantFrom('srgb' as const, 'oklab' as const),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ colors, width, height, seed, opaque, space }) => {
        const palette = colors.map(([r, g, b, a]) => (opaque ? [r, g, b, 255] : a === 0 ? [0, 0, 0, 0] : [r, g, b, a]))
        const random = seededRandom(seed)
        const image = drawImage(width, height, () => palette[Math.floor(random() * palette.length)] as Rgb)
        for (const { name, engine } of enginesFor(`${dither} ${seed}`, engines.slice(0, 2))) {
          const options = { palette, space, ditherStrength: 256 }
          const dithered = await quantize(engine, image, { ...options, dither })
          expect(dithered.mse, name).toBe(0)
          // Faint colours that premultiply alike are one: then too it is what comes without dithering.
          const plain = await quantize(engine, image, options)
          expectSame(dithered, plain, name)
          for (let i = 0; i < image.data.length; i += 4) {
            const entry = 4 * dithered.indices[i / 4]
            const alpha = image.data[i + 3]
            expect(dithered.palette[entry + 3], name).toBe(alpha)
            if (alpha < 128) continue
            expect(dithered.palette.subarray(entry, entry + 3), name).toEqual(
              Uint8Array.from(image.data.subarray(i, i + 3)),
            )
          }
        }
      }),
      { numRuns: VERIFY ? 300 : 10 },
    )
  })

  test('an image of no more colours than asked comes back unchanged', async () => {
    for (const image of [noiseImage(20, 20, 8, 4), spriteImage(12, 9, 9)]) {
      const { uniqueColors } = quantizeOracle(image, { colors: 65536 })
      for (const { name, engine } of enginesFor(`${dither} of ${uniqueColors}`, engines)) {
        const plain = await quantize(engine, image, { colors: uniqueColors })
        const dithered = await quantize(engine, image, { colors: uniqueColors, dither })
        expect(dithered.mse).toBe(0)
        expectSame(dithered, plain, name)
      }
    }
  })

  test('strength 0 is none', async () => {
    for (const image of [noiseImage(30, 20, 10), spriteImage(30, 20, 11)]) {
      for (const { name, engine } of engines.slice(0, 2)) {
        const plain = await quantize(engine, image, { colors: 6 })
        expectSame(await quantize(engine, image, { colors: 6, dither, ditherStrength: 0 }), plain, name)
      }
    }
  })

  test('areas look like the image: the means of 16 × 16 pixels are a fraction as far off as without', async () => {
    const image = drawImage(256, 128, (x, y) => [40 + x * 0.7, 60 + y, 200 - x * 0.5])
    const { engine } = engines[0]
    const errorOf = async (options: Partial<QuantizeOptions>) => {
      const { palette, indices } = await quantize(engine, image, { colors: 16, ...options })
      let squares = 0
      for (let top = 0; top < 128; top += 16) {
        for (let left = 0; left < 256; left += 16) {
          for (let channel = 0; channel < 3; channel++) {
            let sum = 0
            for (let i = 0; i < 256; i++) {
              const at = (top + (i >> 4)) * 256 + left + (i & 15)
              sum += image.data[4 * at + channel] - palette[4 * indices[at] + channel]
            }
            squares += (sum / 256) ** 2
          }
        }
      }
      return squares
    }
    const [plain, dithered] = [await errorOf({ dither: 'none' }), await errorOf({ dither })]
    // Outside the palette's hull, at the image's borders, no mixture is right.
    expect(dithered).toBeLessThan(plain / 3)
  })

  test('no transparency is invented, and none is lost', async () => {
    const random = seededRandom(12)
    const sprites = [
      spriteImage(40, 30, 13),
      // Opaque and transparent in one: nothing else can come out.
      drawImage(48, 40, (x, y) => [x * 3, y * 4, 100, (x >> 3) % 2 === (y >> 3) % 2 ? 255 : 0]),
      drawImage(80, 25, (x) => [x * 3, 200 - x, random() * 255, x < 20 ? 0 : x < 50 ? 255 : 40 + 3 * (x - 50)]),
    ]
    const { engine } = engines[0]
    for (const [at, image] of sprites.entries()) {
      for (const colors of [3, 8, 24]) {
        const { palette, indices } = await quantize(engine, image, { colors, dither, ditherStrength: 256 })
        const what = `image ${at}, ${colors} colours`
        for (let i = 0; i < indices.length; i++) {
          const entry = [...palette.subarray(4 * indices[i], 4 * indices[i] + 4)]
          const alpha = image.data[4 * i + 3]
          if (alpha === 0) expect(entry, what).toEqual([0, 0, 0, 0])
          if (alpha === 255) expect(entry[3], `${what}, pixel ${i}`).toBe(255)
        }
      }
    }
  })

  test('what a transparent pixel hides does not matter', async () => {
    const [one, two] = [spriteImage(40, 40, 14), spriteImage(40, 40, 14)]
    for (let i = 0; i < two.data.length; i += 4) if (two.data[i + 3] === 0) two.data.fill(i % 251, i, i + 3)
    for (const { name, engine } of enginesFor(`${dither} hidden`, engines)) {
      const [a, b] = [
        await quantize(engine, one, { colors: 9, dither }),
        await quantize(engine, two, { colors: 9, dither }),
      ]
      expectSame(a, b, name)
    }
  })

  test('an abort during the mapping rejects with its reason and frees what was taken', async () => {
    const image = noiseImage(90, 70, 15)
    for (const { name, engine } of engines.slice(0, 2)) {
      const before = executorOf(engine).allocatedBytes
      const controller = new AbortController()
      const onProgress = ({ stage }: Progress) => {
        if (stage === 'map') controller.abort('enough')
      }
      const options = { colors: 9, maxIterations: 2, dither, signal: controller.signal, onProgress }
      await expect(quantize(engine, image, options), name).rejects.toBe('enough')
      expect(executorOf(engine).allocatedBytes, name).toBe(before)
      await quantize(engine, image, { colors: 9, maxIterations: 2, dither })
      expect(executorOf(engine).allocatedBytes, name).toBe(before)
    }
  })

  test.runIf(VERIFY)('images of several chunks, resident and not', async () => {
    const sizes = [[2300, 2100]]
    if (dither === 'floyd-steinberg') sizes.push([4999, 3700])
    for (const [width, height] of sizes) {
      const image = drawImage(width, height, (x, y) => [(x >> 3) % 256, (y >> 3) % 256, ((x + y) >> 5) % 256])
      const options = { colors: 8, maxIterations: 1, dither }
      const { palette, indices } = await quantize(engines[0].engine, image, options)
      const again = ditherOracle(image, entriesOf(palette), 3, { dither, strength: 224 })
      expectSameValues(indices, again, `${width} × ${height}`)
      for (const { name, engine } of engines) {
        expectSameValues((await quantize(engine, image, options)).indices, again, `${width} × ${height} on ${name}`)
      }
    }
  })
})

describe.each(['ordered', 'blue-noise'] as const)('%s at full strength: flat areas', (dither) => {
  const AREA = 64
  /** A square area for each colour, with its mean in the result: three channels. */
  async function areaMeans(colors: number[][], options: Partial<QuantizeOptions>, { engine } = engines[0]) {
    const across = Math.ceil(Math.sqrt(colors.length))
    const image = drawImage(AREA * across, AREA * Math.ceil(colors.length / across), (x, y) => {
      return (colors[Math.floor(y / AREA) * across + Math.floor(x / AREA)] ?? [0, 0, 0]) as Rgb
    })
    const { palette, indices } = await quantize(engine, image, { colors: 256, ...options, dither, ditherStrength: 256 })
    return colors.map((_, at) => {
      const sums = [0, 0, 0]
      for (let i = 0; i < AREA ** 2; i++) {
        const y = Math.floor(at / across) * AREA + Math.floor(i / AREA)
        const entry = 4 * indices[y * image.width + (at % across) * AREA + (i % AREA)]
        for (let d = 0; d < 3; d++) sums[d] += palette[entry + d]
      }
      return sums.map((sum) => sum / AREA ** 2)
    })
  }
  const off = (colors: number[][], means: number[][]) =>
    means.map((mean, i) => Math.sqrt(mean.reduce((sum, value, d) => sum + (value - colors[i][d]) ** 2, 0) / 3))

  test.each(['srgb', 'oklab'] as const)(
    'black and white give 65 shades of grey, each right to a level, %s',
    async (space) => {
      const greys = Array.from({ length: 144 }, (_, at) => Array(3).fill(Math.round((at * 255) / 143)))
      const palette = [
        [0, 0, 0],
        [255, 255, 255],
      ]
      for (const engine of enginesFor(`${dither} ${space}`, engines)) {
        const means = await areaMeans(greys, { palette, space }, engine)
        expect(new Set(means.map(([mean]) => mean)).size).toBe(65)
        // Half a level is 2; what is nearer in Oklab can be farther in bytes.
        expect(Math.max(...off(greys, means))).toBeLessThan(space === 'srgb' ? 2.1 : 4)
        for (let v = 1; v < greys.length; v++) expect(means[v][0]).toBeGreaterThanOrEqual(means[v - 1][0])
      }
    },
  )

  test.each(['srgb', 'oklab'] as const)(
    'palettes of colours reach what lies between their entries, %s',
    async (space) => {
      const random = seededRandom(31)
      const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [n & 1, (n >> 1) & 1, n >> 2].map((bit) => 255 * bit))
      const scattered = Array.from({ length: 40 }, () =>
        [random() * 256, random() * 256, random() * 256].map(Math.floor),
      )
      for (const palette of [corners, corners.slice(1, 5), scattered, [...corners, ...scattered]]) {
        const colors = Array.from({ length: 49 }, () => {
          const weights = palette.map(() => Math.log(random()) ** 6)
          const total = weights.reduce((sum, weight) => sum + weight)
          return [0, 1, 2].map((d) => Math.round(palette.reduce((sum, c, i) => sum + weights[i] * c[d], 0) / total))
        })
        const errors = off(colors, await areaMeans(colors, { palette, space }))
        expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(space === 'srgb' ? 2 : 3)
      }
    },
  )
})

describe('refused before any work', () => {
  const image = noiseImage(8, 8, 41)
  test.each([
    ['an unknown dither', { dither: 'some' }, /dither must be one of 'none', 'floyd-steinberg'.*'some'/],
    ['dither null', { dither: null }, /dither must be/],
    ['strength -1', { dither: 'ordered', ditherStrength: -1 }, /ditherStrength.*0.*256.*-1/],
    ['strength 0.5', { dither: 'ordered', ditherStrength: 0.5 }, /ditherStrength.*0\.5/],
    ['strength 257', { ditherStrength: 257 }, /ditherStrength.*257/],
  ])('%s', async (_, options, message) => {
    for (const { engine } of engines) {
      const error = await quantize(engine, image, { colors: 4, ...options } as QuantizeOptions).catch(
        (reason) => reason,
      )
      expect(error).toBeInstanceOf(LloydError)
      expect(error.code).toBe('InputError')
      expect(error.message).toMatch(message)
    }
  })

  test('rows too long to diffuse errors along', async () => {
    const width = 2 ** 22 + 1
    const wide = { data: new Uint8Array(4 * width).fill(255), width, height: 1 }
    const refusal = quantize(engines[0].engine, wide, { colors: 4, dither: 'floyd-steinberg' })
    await expect(refusal).rejects.toMatchObject({ code: 'InputError', message: expect.stringContaining('4194304') })
  })
})
