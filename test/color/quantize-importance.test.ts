/** Importance of pixels: every engine against the oracle, and what is promised of it. */
import { type Importance, type QuantizeOptions, quantize } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSame, expectSameValues } from '../oracle/compare'
import { alphaNoiseImage, drawImage, noiseImage, seededRandom, spriteImage } from '../oracle/images'
import { meanSquaredError, type OracleImage, quantizeOracle } from '../oracle/quantize'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
})

async function expectOracle(image: OracleImage, options: QuantizeOptions, what: string) {
  const expected = quantizeOracle(image, options)
  for (const { name, engine } of enginesFor(`${what} ${options.space}`, engines)) {
    expectSame(await quantize(engine, image, options), expected, `${what} on ${name}`)
  }
  expect(meanSquaredError(image, expected.palette, expected.indices)).toBe(expected.mse)
  return expected
}

const image = noiseImage(70, 50, 3, 60)
const pixelCount = 70 * 50

test('equal weights change nothing at all, whatever they are and however many pixels there are', async () => {
  for (const [subject, weight] of [
    [image, 1],
    [image, 1e-300],
    [spriteImage(41, 37, 4), 12345.678],
    [noiseImage(300, 200, 5, 40), 1e300],
  ] as const) {
    const importance = new Float64Array(subject.width * subject.height).fill(weight)
    const space = weight === 1 ? 'srgb' : 'oklab'
    const options = { colors: 12, maxIterations: 5, space, tolerance: 0.01 } as const
    for (const { name, engine } of engines) {
      const plain = await quantize(engine, subject, options)
      expectSame(await quantize(engine, subject, { ...options, importance }), plain, `${weight} on ${name}`)
    }
  }
})

describe.each(['srgb', 'oklab'] as const)('%s: every engine equals the oracle', (space) => {
  const random = seededRandom(5)
  const kinds: [string, Importance][] = [
    ['bytes', Uint8Array.from({ length: pixelCount }, () => random() * 256)],
    ['floats of all sizes', Float32Array.from({ length: pixelCount }, () => random() ** 20)],
    ['one pixel', Array.from({ length: pixelCount }, (_, i) => (i === 777 ? 0.1 : 0))],
    ['half of them nothing', Array.from({ length: pixelCount }, (_, i) => (i % 70 < 35 ? 0 : 1))],
  ]
  test.each(kinds)('%s', async (what, importance) => {
    await expectOracle(image, { colors: 12, importance, space, maxIterations: 4 }, what)
    const init = what === 'bytes' ? 'k-means++' : 'maximin'
    const restarts = what === 'bytes' ? 3 : 1
    await expectOracle(image, { colors: 5, importance, space, init, restarts, maxIterations: 2 }, `${what}, ${init}`)
  })

  test('with alpha, fixed colours, tolerance and dithering', async () => {
    const subject = alphaNoiseImage(40, 30, 6)
    const importance = Float64Array.from({ length: 1200 }, () => Math.floor(random() * 3))
    const fixedColors = [[0, 0, 0]]
    const options = { colors: 9, importance, space, fixedColors, maxIterations: 50, tolerance: 0.05 } as const
    await expectOracle(subject, options, 'tolerance')
    await expectOracle(subject, { ...options, maxIterations: 2, dither: 'ordered' }, 'dithered')
  })

  test('what counts for nothing has no influence on the palette', async () => {
    // On the left noise that is not to matter, on the right a ramp.
    const both = drawImage(80, 60, (x, y) => (x < 40 ? [random() * 256, random() * 256, 7] : [y * 4, 255 - y, x]))
    const right = drawImage(40, 60, (x, y) => [y * 4, 255 - y, x + 40])
    const importance = Float32Array.from({ length: 80 * 60 }, (_, i) => (i % 80 < 40 ? 0 : 2.5))
    for (const init of ['wu', 'maximin', 'k-means++'] as const) {
      const options = { colors: 7, maxIterations: 4, space, init }
      const weighed = await expectOracle(both, { ...options, importance }, `both, ${init}`)
      const alone = await quantize(engines[0].engine, right, options)
      expectSameValues(weighed.palette, alone.palette, init)
    }
  })

  test('a region that counts for more gets less error', async () => {
    const subject = drawImage(60, 60, (x, y) => [random() * 256, x < 30 ? 20 : 200, y * 4])
    const importance = Float32Array.from({ length: 3600 }, (_, i) => (i % 60 < 30 ? 100 : 1))
    const left = (result: { palette: Uint8Array; indices: ArrayLike<number> }) => {
      let error = 0
      for (let i = 0; i < 3600; i++) {
        const at = 4 * result.indices[i]
        for (let c = 0; c < 3; c++) if (i % 60 < 30) error += (subject.data[4 * i + c] - result.palette[at + c]) ** 2
      }
      return error
    }
    const options = { colors: 8, space }
    const plain = await quantize(engines[0].engine, subject, options)
    const weighed = await quantize(engines[0].engine, subject, { ...options, importance })
    expect(left(weighed)).toBeLessThan(0.8 * left(plain))
    expect(weighed.mse).toBeGreaterThan(plain.mse)
  })
})

test('few colours come back unchanged, and a given palette is mapped to all the same', async () => {
  const swatches = drawImage(20, 20, (x, y) => [x % 3, y % 3, 0])
  const importance = new Float32Array(400)
  importance[5] = 1
  const result = await expectOracle(swatches, { colors: 9, importance }, 'few colours')
  expect(result.mse).toBe(0)
  const palette = [
    [0, 0, 0],
    [2, 2, 0],
  ]
  const [plain, weighed] = [{ palette }, { palette, importance }]
  const { engine } = engines[0]
  expectSame(await quantize(engine, swatches, weighed), await quantize(engine, swatches, plain), 'a palette')
})

test('the weights are not written to', async () => {
  const importance = Float32Array.from({ length: pixelCount }, (_, i) => i)
  const before = importance.slice()
  for (const { engine } of engines) await quantize(engine, image, { colors: 5, importance, maxIterations: 1 })
  expectSameValues(importance, before, 'importance')
})

const weights = (value: unknown, at = 9) => Array.from({ length: pixelCount }, (_, i) => (i === at ? value : 1))
test.each<[string, unknown, RegExp]>([
  ['too few', [1, 2, 3], /70 × 50 = 3500 pixels, got 3/],
  ['a number', 3, /a weight for each/],
  ['null', null, /a weight for each/],
  ['a string', '1'.repeat(pixelCount), /a weight for each/],
  ['a negative one', weights(-1, 141), /x = 1, y = 2 must be a finite number of at least 0, got -1/],
  ['NaN', weights(Number.NaN), /got NaN/],
  ['infinity', weights(Number.POSITIVE_INFINITY), /got Infinity/],
  ['a hole', weights(undefined), /got undefined/],
  ['text', weights('1'), /finite number/],
  ['nothing', new Uint8Array(pixelCount), /0 everywhere/],
])('refused: %s', async (_, importance, message) => {
  const refused = quantize(engines[0].engine, image, { colors: 4, importance: importance as Importance })
  await expect(refused).rejects.toMatchObject({ code: 'InputError', message: expect.stringMatching(message) })
})
