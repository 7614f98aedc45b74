/** Given palettes and fixed colours: every engine against the oracle, and what is promised of them. */
import { type Engine, type Quantized, type QuantizeOptions, quantize } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSame, expectSameValues } from '../oracle/compare'
import { alphaNoiseImage, drawImage, noiseImage, readPhotograph, spriteImage } from '../oracle/images'
import { meanSquaredError, type OracleImage, quantizeOracle } from '../oracle/quantize'
import { type TestEngine, testEngines } from '../support/engines'

let engines: TestEngine[] = []
let cpu: Engine
beforeAll(async () => {
  engines = await testEngines()
  cpu = engines.find(({ engine }) => engine.backend === 'cpu')!.engine
})

async function expectOracle(image: OracleImage, options: QuantizeOptions, what: string): Promise<Quantized> {
  const expected = quantizeOracle(image, options)
  for (const { name, engine } of engines) {
    expectSame(await quantize(engine, image, options), expected, `${what} on ${name}`)
  }
  for (const space of ['srgb', 'oklab'] as const) {
    const error = meanSquaredError(image, expected.palette, expected.indices, space)
    expect(space === 'srgb' ? expected.mse : expected.oklabMse, `${what}: error in ${space}`).toBe(error)
  }
  return expected
}

const spaces = ['srgb', 'oklab'] as const
const rainbow = [
  [255, 0, 0],
  [255, 255, 0],
  [0, 255, 0],
  [0, 255, 255],
  [0, 0, 255],
  [255, 0, 255],
]

describe.each(spaces)('a given palette in %s', (space) => {
  test('comes back as it is, in its order, with what is unused and repeated', async () => {
    const palette = [...rainbow, [12, 34, 56], ...rainbow, [0, 0, 0], [0, 0, 0]]
    const image = drawImage(40, 30, (x, y) => (x < 20 ? [250, 240 - y, 5] : [0, 0, y]))
    const result = await expectOracle(image, { palette, space }, 'repeated')
    expectSameValues(result.palette, Uint8Array.from(palette.flatMap((row) => [...row, 255])), 'palette')
    expect(result.colors).toBe(palette.length)
    expect(result.iterations).toBe(0)
    // Of repeated entries the first.
    expect([...new Set(result.indices)].sort((a, b) => a - b)).toEqual([1, 13])
  })

  test('as bytes, from another image', async () => {
    const photograph = await readPhotograph('tablet')
    const { palette } = await quantize(cpu, photograph, { colors: 40, maxIterations: 2, space })
    const result = await expectOracle(photograph, { palette, space }, 'own palette')
    expectSameValues(result.palette, palette, 'palette')
    for (const bytes of [new Uint8ClampedArray(palette), Buffer.from(palette)]) {
      expectSame(await quantize(cpu, photograph, { palette: bytes, space }), result, bytes.constructor.name)
    }
    expect(result.palette.buffer, 'a palette of its own').not.toBe(palette.buffer)
  })

  test.each(['floyd-steinberg', 'blue-noise', 'ordered'] as const)('dithered: %s', async (dither) => {
    const image = drawImage(64, 48, (x, y) => [x * 4, y * 5, 128])
    const palette = [...rainbow, [0, 0, 0], [255, 255, 255], ...rainbow, [128, 128, 128]]
    const result = await expectOracle(image, { palette, dither, space }, dither)
    expect(result.colors).toBe(palette.length)
    expect(Math.max(...result.indices), 'repeated entries stay unused').toBe(14)
  })

  test('with alpha, and an opaque image with a translucent palette', async () => {
    const palette = [
      [9, 9, 9, 0],
      [255, 255, 255, 128],
      [255, 0, 0, 255],
      [0, 0, 0, 255],
    ]
    for (const image of [spriteImage(50, 40, 3), alphaNoiseImage(30, 30, 4), noiseImage(30, 20, 5)]) {
      const result = await expectOracle(image, { palette, space }, 'alpha')
      expectSameValues(result.palette, Uint8Array.from(palette.flat()), 'palette')
      expect(result.centroids.columns).toBe(4)
    }
  })

  test('one colour; an image of fewer colours than the palette', async () => {
    await expectOracle(noiseImage(20, 20, 6), { palette: [[1, 2, 3]], space }, 'one colour')
    const plain = drawImage(5, 5, () => [7, 7, 7])
    const result = await expectOracle(plain, { palette: rainbow, space }, 'one colour in the image')
    expect(result.mse).toBeGreaterThan(0)
    expect(result.uniqueColors).toBe(1)
  })

  test('more than 256 entries, few of them used, and as many repeated', async () => {
    const palette = Array.from({ length: 700 }, (_, k) => [k % 256, (k * 7) % 256, 200])
    const result = await expectOracle(noiseImage(60, 40, 7), { palette, space }, '700 entries')
    expect(result.indices).toBeInstanceOf(Uint16Array)
    const repeated = Array.from({ length: 300 }, (_, k) => [k < 280 ? 0 : 255, 0, 0])
    for (const dither of ['none', 'ordered'] as const) {
      const twice = await expectOracle(noiseImage(20, 20, 8), { palette: repeated, dither, space }, 'repeated')
      expect([...new Set(twice.indices)].sort((a, b) => a - b)).toEqual([0, 280])
    }
  })
})

describe.each(spaces)('fixed colours in %s', (space) => {
  const image = drawImage(60, 50, (x, y) => [x * 4, y * 5, 255 - x * 2])

  test('come first, as they are and in their order, used or not', async () => {
    const fixedColors = [
      [255, 255, 255],
      [0, 0, 0],
      [0, 255, 0],
      [255, 255, 255],
    ]
    for (const colors of [4, 5, 12]) {
      const result = await expectOracle(image, { colors, fixedColors, space, maxIterations: 5 }, `${colors} colours`)
      expectSameValues(
        result.palette.subarray(0, 16),
        fixedColors.flatMap((row) => [...row, 255]),
        'fixed entries',
      )
      expect(result.colors).toBeLessThanOrEqual(colors)
      expect([...result.indices], 'the repeated one stays unused').not.toContain(3)
      if (colors === 4) expect(result.iterations).toBe(0)
    }
  })

  test('dithered', async () => {
    const fixedColors = [
      [255, 255, 255],
      [0, 0, 0],
      [0, 0, 0],
    ]
    await expectOracle(
      image,
      { colors: 9, fixedColors, space, maxIterations: 5, dither: 'floyd-steinberg' },
      'dithered',
    )
  })

  test('an image of few colours stays as it is', async () => {
    const swatches = drawImage(30, 30, (x, y) => [(x % 3) * 100, (y % 2) * 200, 50])
    for (const fixedColors of [[[0, 0, 50]], [[1, 2, 3]]]) {
      const result = await expectOracle(swatches, { colors: 7, fixedColors, space }, 'few colours')
      expect(result.mse).toBe(0)
      expect([...result.palette.subarray(0, 4)]).toEqual([...fixedColors[0], 255])
    }
    const result = await expectOracle(swatches, { colors: 6, fixedColors: [[1, 2, 3]], space }, 'one too many')
    expect(result.mse).toBeGreaterThan(0)
  })

  test('with alpha: an entry of their own for the transparent, unless one is fixed', async () => {
    const sprite = spriteImage(50, 40, 13)
    for (const fixedColors of [[[255, 0, 0, 255]], [[9, 8, 7, 0]], [[255, 255, 255, 100]]]) {
      for (const colors of [1, 2, 3, 9]) {
        const options = { colors, fixedColors, space, maxIterations: 4 }
        const result = await expectOracle(sprite, options, `${fixedColors} of ${colors}`)
        expect([...result.palette.subarray(0, 4)]).toEqual(fixedColors[0])
      }
    }
  })

  test('a translucent one and an opaque image', async () => {
    const fixedColors = [[0, 0, 0, 0]]
    const result = await expectOracle(image, { colors: 6, fixedColors, space, maxIterations: 4 }, 'translucent')
    for (let k = 1; k < result.colors; k++) expect(result.palette[4 * k + 3], 'no transparency is invented').toBe(255)
    expect([...result.indices]).not.toContain(0)
  })
})

describe('refused before any work', () => {
  const image = noiseImage(8, 8, 9)
  const cases: [string, unknown, RegExp][] = [
    ['an empty palette', { palette: [] }, /palette has 0 colours; 1 to 65536/],
    ['palette bytes not in fours', { palette: new Uint8Array(6) }, /6 bytes; RGBA has 4/],
    ['two numbers', { palette: [[1, 2]] }, /palette\[0\] must be 3 or 4 integers/],
    [
      'a channel of 256',
      {
        palette: [
          [0, 0, 0],
          [0, 256, 0],
        ],
      },
      /palette\[1\]/,
    ],
    ['half a channel', { fixedColors: [[0.5, 0, 0]], colors: 4 }, /fixedColors\[0\]/],
    ['a name', { palette: ['red'] }, /palette\[0\]/],
    ['a string', { palette: 'red' }, /Uint8Array of RGBA bytes/],
    ['floats', { palette: new Float32Array(8) }, /Uint8Array of RGBA bytes/],
    ['more entries than colours', { palette: rainbow, colors: 5 }, /palette has 6 colours; 1 to 5/],
    ['more fixed ones than colours', { fixedColors: rainbow, colors: 5 }, /fixedColors has 6 colours; 1 to 5/],
    ['too large a palette', { palette: new Uint8Array(4 * 65537) }, /65537 colours/],
    ['both', { palette: rainbow, fixedColors: rainbow }, /leave one out/],
    ['fixed ones without a number of colours', { fixedColors: rainbow }, /colors must be an integer/],
  ]
  test.each(cases)('%s', async (_, options, message) => {
    const refused = quantize(cpu, image, options as QuantizeOptions)
    await expect(refused).rejects.toMatchObject({ code: 'InputError', message: expect.stringMatching(message) })
  })
})
