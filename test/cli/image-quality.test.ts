/** The measures of `--report`, against published pairs, scikit-image, and the definition written out. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { differenceCiede2000, type Lab65 } from 'culori/fn'
import { readImage } from 'lloyd'
import { describe, expect, it } from 'vitest'
import { measureQuality, type QuantizedFrames } from '../../src/cli/images/image-quality.js'
import { meanSsim } from '../../src/cli/images/ssim.js'
import { seededRandom } from '../support/datasets'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

interface Golden {
  photo: string
  bits: number
  alpha: boolean
  mse: number
  psnr: number
  ssim: number
  deltaE: number
}
const golden: Golden[] = JSON.parse(readFileSync(file('../golden/image-quality.json'), 'utf8'))

/** L, a, b of both colours, and their difference: table 1 of Sharma, Wu and Dalal (2005). */
const publishedPairs = [
  [50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425],
  [50, 3.1571, -77.2803, 50, 0, -82.7485, 2.8615],
  [50, 2.8361, -74.02, 50, 0, -82.7485, 3.4412],
  [50, -1.3802, -84.2814, 50, 0, -82.7485, 1],
  [50, -1.1848, -84.8006, 50, 0, -82.7485, 1],
  [50, -0.9009, -85.5211, 50, 0, -82.7485, 1],
  [50, 0, 0, 50, -1, 2, 2.3669],
  [50, -1, 2, 50, 0, 0, 2.3669],
  [50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792],
  [50, 2.49, -0.001, 50, -2.49, 0.001, 7.1792],
  [50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195],
  [50, 2.49, -0.001, 50, -2.49, 0.0012, 7.2195],
  [50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045],
  [50, -0.001, 2.49, 50, 0.001, -2.49, 4.8045],
  [50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461],
  [50, 2.5, 0, 50, 0, -2.5, 4.3065],
  [50, 2.5, 0, 73, 25, -18, 27.1492],
  [50, 2.5, 0, 61, -5, 29, 22.8977],
  [50, 2.5, 0, 56, -27, -3, 31.903],
  [50, 2.5, 0, 58, 24, 15, 19.4535],
  [50, 2.5, 0, 50, 3.1736, 0.5854, 1],
  [50, 2.5, 0, 50, 3.2972, 0, 1],
  [50, 2.5, 0, 50, 1.8634, 0.5757, 1],
  [50, 2.5, 0, 50, 3.2592, 0.335, 1],
  [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
  [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.263],
  [61.2901, 3.7196, -5.3901, 61.4292, 2.248, -4.962, 1.8731],
  [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
  [22.7233, 20.0904, -46.694, 23.0331, 14.973, -42.5619, 2.0373],
  [36.4612, 47.858, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
  [90.8027, -2.0831, 1.441, 91.1528, -1.6435, 0.0447, 1.4441],
  [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
  [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
  [2.0776, 0.0795, -1.135, 0.9033, -0.0636, -0.5514, 0.9082],
]

/** A photograph and the same with `bits` bits a channel, as make-image-quality.py makes them. */
async function reducedPhoto({ photo, bits, alpha }: Golden): Promise<QuantizedFrames> {
  const { data, width, height } = await readImage(file(`../../demo/photos/${photo}.png`))
  const entries = new Map<number, number>()
  const shift = 8 - bits
  const indices = new Uint16Array(width * height)
  for (let pixel = 0; pixel < indices.length; pixel++) {
    if (alpha) data[4 * pixel + 3] = (3 * (pixel % width) + 5 * Math.floor(pixel / width)) % 256
    const [red, green, blue] = data.subarray(4 * pixel, 4 * pixel + 3).map((value) => value >> shift)
    const key = ((red * 256 + green) * 256 + blue) * 256 + data[4 * pixel + 3]
    if (!entries.has(key)) entries.set(key, entries.size)
    indices[pixel] = entries.get(key)!
  }
  const palette = Uint8Array.from(
    [...entries.keys()].flatMap((key) => {
      const [red, green, blue, a] = [key / 2 ** 24, (key / 2 ** 16) % 256, (key / 256) % 256, key % 256].map(Math.floor)
      return [...[red, green, blue].map((value) => (value << shift) + (1 << (shift - 1))), a]
    }),
  )
  return { data, width, height, palette, indices }
}

describe('CIEDE2000', () => {
  it('gives the published differences, both ways', () => {
    const difference = differenceCiede2000()
    expect(publishedPairs).toHaveLength(34)
    for (const [l1, a1, b1, l2, a2, b2, expected] of publishedPairs) {
      const first: Lab65 = { mode: 'lab65', l: l1, a: a1, b: b1 }
      const second: Lab65 = { mode: 'lab65', l: l2, a: a2, b: b2 }
      expect(Math.abs(difference(first, second) - expected)).toBeLessThanOrEqual(0.5001e-4)
      expect(Math.abs(difference(second, first) - expected)).toBeLessThanOrEqual(0.5001e-4)
    }
  })
})

describe('measureQuality', () => {
  it.each(golden)('agrees with scikit-image on $photo, $bits bits, alpha $alpha', async (expected) => {
    const frames = await reducedPhoto(expected)
    const quality = measureQuality(frames, expected.mse)
    expect(quality.ssim).toBeCloseTo(expected.ssim, 8)
    expect(quality.deltaE).toBeCloseTo(expected.deltaE, 3)
    if (!expected.alpha) expect(quality.psnr).toBeCloseTo(expected.psnr, 8)
  })

  it('is perfect for an image that is its palette', () => {
    const palette = Uint8Array.of(10, 200, 30, 255, 0, 0, 0, 0)
    const indices = Uint8Array.from({ length: 15 * 12 }, (_, i) => i % 2)
    const data = Uint8ClampedArray.from(
      [...indices].flatMap((index) => [...palette.subarray(4 * index, 4 * index + 4)]),
    )
    const quality = measureQuality({ data, width: 15, height: 12, palette, indices }, 0)
    expect(quality).toMatchObject({ mse: 0, psnr: null, deltaE: 0 })
    expect(quality.ssim).toBeCloseTo(1, 12)
  })

  it('takes alpha for a fourth channel in the signal-to-noise ratio', () => {
    const image = { width: 1, height: 1, palette: Uint8Array.of(0, 0, 0, 0), indices: new Uint8Array(1) }
    const opaque = measureQuality({ ...image, data: Uint8ClampedArray.of(9, 9, 9, 255) }, 195_075)
    expect(opaque).toMatchObject({ psnr: 0, ssim: null })
    const clear = measureQuality({ ...image, data: Uint8ClampedArray.of(9, 9, 9, 254) }, 260_100)
    expect(clear).toMatchObject({ psnr: 0, ssim: null })
  })

  it('averages the similarity of the frames of an animation', () => {
    const random = seededRandom(8)
    const palette = Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 255)
    const frames = [0, 1].map(() => {
      const data = new Uint8ClampedArray(4 * 20 * 16).map((_, i) => (i % 4 === 3 ? 255 : 256 * random()))
      const indices = new Uint8Array(20 * 16).map((_, i) => (data[4 * i + 1] > 127 ? 1 : 0))
      return { data, indices, width: 20, height: 16, palette }
    })
    const both = measureQuality(
      {
        ...frames[0],
        data: Uint8ClampedArray.from(frames.flatMap(({ data }) => [...data])),
        indices: Uint8Array.from(frames.flatMap(({ indices }) => [...indices])),
      },
      1,
    )
    const each = frames.map((frame) => measureQuality(frame, 1))
    expect(both.ssim).toBeCloseTo((each[0].ssim! + each[1].ssim!) / 2, 12)
    expect(both.deltaE).toBeCloseTo((each[0].deltaE + each[1].deltaE) / 2, 12)
  })
})

describe('meanSsim', () => {
  /** Wang et al. (2004), equation 13, window by window with its 121 weights. */
  function naiveSsim(width: number, height: number, x: number[], y: number[]): number {
    const weights: number[] = []
    for (let i = -5; i <= 5; i++) for (let j = -5; j <= 5; j++) weights.push(Math.exp(-(i * i + j * j) / 4.5))
    const total = weights.reduce((sum, weight) => sum + weight)
    const values: number[] = []
    for (let top = 0; top + 11 <= height; top++) {
      for (let left = 0; left + 11 <= width; left++) {
        const mean = (f: (at: number) => number) =>
          weights.reduce((sum, weight, i) => {
            return sum + (weight / total) * f((top + Math.floor(i / 11)) * width + left + (i % 11))
          }, 0)
        const [mx, my] = [mean((at) => x[at]), mean((at) => y[at])]
        const vx = mean((at) => (x[at] - mx) ** 2)
        const vy = mean((at) => (y[at] - my) ** 2)
        const cov = mean((at) => (x[at] - mx) * (y[at] - my))
        const [c1, c2] = [2.55 ** 2, 7.65 ** 2]
        values.push(((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2)))
      }
    }
    return values.reduce((sum, value) => sum + value) / values.length
  }

  it.each([
    [11, 11],
    [12, 30],
    [25, 14],
  ])('is what the definition says of %i × %i pixels', (width, height) => {
    const random = seededRandom(width)
    const x = Array.from({ length: width * height }, (_, i) => 128 + 100 * Math.sin(i / 9) + 20 * random())
    const y = x.map((value) => value + 40 * random() - 20)
    const row = (image: number[]) => (at: number, target: Float64Array) =>
      target.set(image.slice(at * width, (at + 1) * width))
    expect(meanSsim(width, height, row(x), row(y))).toBeCloseTo(naiveSsim(width, height, x, y), 10)
    expect(meanSsim(width, 10, row(x), row(y))).toBe(null)
    expect(meanSsim(10, height, row(x), row(y))).toBe(null)
  })
})
