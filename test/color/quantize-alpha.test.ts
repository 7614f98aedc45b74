/** Alpha: no transparency is invented, and none is lost. */
import type { QuantizeOptions } from 'lloyd'
import { quantize } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSame } from '../oracle/compare'
import { alphaNoiseImage, drawImage, seededRandom, spriteImage, veilImage } from '../oracle/images'
import { type OracleImage, quantizeOracle } from '../oracle/quantize'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
})

const row = (...pixels: number[][]): OracleImage => {
  return { data: Uint8Array.from(pixels.flat()), width: pixels.length, height: 1 }
}

/** RGBA of each pixel, as the engines and the oracle have it. */
async function pixelsOf(image: OracleImage, options: QuantizeOptions): Promise<number[][]> {
  const expected = quantizeOracle(image, options)
  const what = `${image.width} × ${image.height}, ${JSON.stringify(options)}`
  for (const { name, engine } of enginesFor(what, engines)) {
    expectSame(await quantize(engine, image, options), expected, `${what} on ${name}`)
  }
  return Array.from(expected.indices, (k) => [...expected.palette.subarray(4 * k, 4 * k + 4)])
}

test('opaque pixels that share an entry with translucent ones stay opaque', async () => {
  const dark = [10, 10, 10, 255]
  const image = row(dark, dark, dark, [10, 10, 10, 200], [250, 250, 250, 255])
  const [a, b, c, , light] = await pixelsOf(image, { colors: 2 })
  expect([a, b, c]).toEqual([a, a, a])
  expect([a, light]).toEqual([
    [10, 10, 10, 255],
    [250, 250, 250, 255],
  ])
})

describe('with one entry for all', () => {
  test('it is opaque if a pixel is, and then a transparent pixel is not transparent', async () => {
    const image = row([200, 200, 200, 255], [0, 0, 0, 0])
    expect(await pixelsOf(image, { colors: 1 })).toEqual(Array(2).fill([200, 200, 200, 255]))
    expect(await pixelsOf(image, { colors: 2 })).toEqual([
      [200, 200, 200, 255],
      [0, 0, 0, 0],
    ])
  })

  test('it is translucent if no pixel is opaque', async () => {
    expect(await pixelsOf(row([200, 200, 200, 128], [0, 0, 0, 0]), { colors: 1 })).toEqual(
      Array(2).fill([200, 200, 200, 64]),
    )
  })
})

test('a palette without opaque entries is mapped to all the same', async () => {
  const palette = [
    [255, 0, 0, 128],
    [0, 0, 255, 250],
  ]
  expect(await pixelsOf(row([0, 0, 255, 255], [255, 0, 0, 140]), { palette })).toEqual([palette[1], palette[0]])
  // As soon as there is one it is taken, near or not.
  const [found] = await pixelsOf(row([0, 0, 255, 255]), { palette: [...palette, [255, 255, 0]] })
  expect(found).toEqual([255, 255, 0, 255])
})

test('fixed translucent colours leave room for an opaque entry', async () => {
  const image = row([0, 0, 255, 255], [0, 0, 250, 255], [0, 0, 240, 251])
  const fixedColors = [[0, 0, 245, 254]]
  for (const maxIterations of [0, 3]) {
    const pixels = await pixelsOf(image, { colors: 2, fixedColors, maxIterations })
    expect(pixels.map(([, , , alpha]) => alpha).slice(0, 2)).toEqual([255, 255])
  }
})

test('pixels that weigh nothing stay opaque too', async () => {
  const image = row([0, 0, 255, 255], [255, 0, 0, 40], [0, 255, 0, 90], [9, 9, 9, 120])
  for (const init of ['wu', 'maximin', 'k-means++'] as const) {
    const [first] = await pixelsOf(image, { colors: 2, importance: [0, 1, 1, 2], init })
    expect(first[3]).toBe(255)
  }
})

/** Opaque, translucent and transparent pixels in the given shares, of `levels` values a channel. */
function mixedImage(size: number, seed: number): OracleImage {
  const random = seededRandom(seed)
  const [opaque, transparent] = [random() ** 2, random() / 4]
  const least = random() < 0.5 ? 1 : 230
  return drawImage(size, size, () => {
    const kind = random()
    const alpha = kind < opaque ? 255 : kind < opaque + transparent ? 0 : least + random() * (255 - least)
    return [random() * 256, random() * 256, random() * 256, alpha]
  })
}

test('in random images, under every dither, space and seeding', async () => {
  const random = seededRandom(1)
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]
  const images = [spriteImage(24, 20, 3), veilImage(30, 20), alphaNoiseImage(20, 20, 5)]
  const cases = VERIFY ? 400 : 36
  for (let index = 0; index < cases; index++) {
    const image = images[index] ?? mixedImage(4 + Math.floor(random() * 20), index)
    const options: QuantizeOptions = {
      colors: 2 + Math.floor(random() ** 2 * 40),
      space: pick(['srgb', 'oklab']),
      dither: (['none', 'floyd-steinberg', 'blue-noise', 'ordered'] as const)[index % 4],
      ditherStrength: pick([100, 224, 256]),
      init: pick(['wu', 'wu', 'maximin', 'k-means++']),
      maxIterations: pick([0, 1, 5]),
    }
    const pixels = await pixelsOf(image, options)
    for (const [at, pixel] of pixels.entries()) {
      const alpha = image.data[4 * at + 3]
      const what = `case ${index}, ${JSON.stringify(options)}, pixel ${at}`
      if (alpha === 255) expect(pixel[3], what).toBe(255)
      if (alpha === 0) expect(pixel, what).toEqual([0, 0, 0, 0])
    }
  }
})

/**
 * The error of the clusters' unrounded means falls or stays where no cluster mixes opaque pixels with others; where one
 * does, its entry has the mean of the straight colours, which is not the one of least premultiplied error.
 */
test('more iterations are not worse', async () => {
  const [{ engine }] = engines
  const { data, ...size } = mixedImage(40, 77)
  const image = { ...size, data: data.map((byte, i) => (i % 4 === 3 ? Math.min(byte, 254) : byte)) }
  let before = Number.POSITIVE_INFINITY
  for (const maxIterations of [0, 1, 2, 4, 8, 16]) {
    const { mse } = await quantize(engine, image, { colors: 12, maxIterations })
    // Rounding to bytes alone can add a little.
    expect(mse).toBeLessThanOrEqual(before + 0.5)
    before = mse
  }
})

describe('soft edges do not darken what is opaque', () => {
  /** A disc of one colour and smooth edges on a clear ground, with a smaller one of another colour in it. */
  const icon = (size: number, outer: number[], inner = outer) =>
    drawImage(size, size, (x, y) => {
      const distance = Math.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2)
      const [r, g, b] = distance < size / 5 ? inner : outer
      return [r, g, b, Math.max(0, Math.min(255, Math.round(255 * (size * 0.45 - distance + 0.5))))]
    })
  const opaqueOf = (pixels: number[][]) => [...new Set(pixels.filter((pixel) => pixel[3] === 255).map(String))].sort()

  test.each(['srgb', 'oklab'] as const)('icons of one and two colours in 1 to 6 entries, %s', async (space) => {
    const red = [217, 48, 37]
    const white = [255, 255, 255]
    for (const size of [12, 25]) {
      for (const colors of [1, 2, 3, 6]) {
        // Wu's samples of Oklab are too coarse for bytes.
        const options = { colors, space, maxIterations: space === 'srgb' && size === 12 ? 0 : 20 }
        for (const color of [red, white]) {
          const pixels = await pixelsOf(icon(size, color), options)
          expect(opaqueOf(pixels), JSON.stringify({ size, color, ...options })).toEqual([String([...color, 255])])
        }
      }
      // White and red have each an entry, a clear pixel the third; in Oklab alpha weighs more than these colours.
      if (space === 'oklab') continue
      const pixels = await pixelsOf(icon(size, red, white), { colors: 3, space })
      expect(opaqueOf(pixels)).toEqual([String([...red, 255]), String([...white, 255])])
    }
  })

  test('one opaque pixel in a clear image gives its colour', async () => {
    const image = drawImage(90, 90, (x, y) => (x === 40 && y === 30 ? [13, 200, 77, 255] : [0, 0, 0, 0]))
    expect((await pixelsOf(image, { colors: 1 }))[0]).toEqual([13, 200, 77, 255])
  })
})
