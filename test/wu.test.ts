/** Wu's boxes against the goldens, which another program computed in float64. */
import { describe, expect, test } from 'vitest'
import { type ColorMoments, wuBoxes } from '../src/color/wu-boxes.js'
import { golden, photographs, readPhotograph } from './oracle/images'
import type { OracleImage } from './oracle/quantize'

const BITS = 5
const colorCounts = [4, 16, 32, 64, 128, 256]

/** Per cell n, Σr, Σg, Σb, Σa (not of use here) and the sum of squares, as pairs of words, counted pixel by pixel. */
function countMoments({ data, width, height }: OracleImage): ColorMoments {
  const sums = new Float64Array(6 * 2 ** (3 * BITS))
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = data.subarray(4 * pixel, 4 * pixel + 3)
    const cell = [red, green, blue].reduce((place, value) => (place << BITS) | (value >> (8 - BITS)), 0)
    for (const [moment, value] of [1, red, green, blue, 0, red * red + green * green + blue * blue].entries()) {
      sums[6 * cell + moment] += value
    }
  }
  const words = new Uint32Array(2 * sums.length)
  for (const [at, sum] of sums.entries()) words.set([sum % 2 ** 32, Math.floor(sum / 2 ** 32)], 2 * at)
  return { words, bits: BITS, axes: 3, shift: 7, opaque: 0, OKLAB: false }
}

describe("Wu's boxes with their integer means are those of the goldens", () => {
  test.each(photographs.map(({ name }) => name))('%s', async (name) => {
    const image = await readPhotograph(name)
    const moments = countMoments(image)
    for (const colors of colorCounts) {
      let error = 0
      const boxes = wuBoxes(moments, colors)
      expect(boxes.length).toBe(colors)
      for (const { sums, squares } of boxes) {
        const [n, ...channels] = sums
        error += squares
        for (const sum of channels) {
          const mean = Math.floor(sum / n)
          error += mean * (n * mean - 2 * sum)
        }
      }
      const { wu_box_mse } = golden(name, colors)
      expect(Math.abs(error / (image.width * image.height) - wu_box_mse), `${colors} colours`).toBeLessThan(0.01)
    }
  })
})
