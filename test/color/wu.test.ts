/** Wu's boxes against the goldens, which another program computed in float64. */
import { createEngine, quantize } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { wuBoxes } from '../../src/color/palette/wu-boxes.js'
import type { ColorMoments } from '../../src/color/table/color-moments.js'
import { golden, photographs, readPhotograph } from '../oracle/images'
import type { OracleImage } from '../oracle/quantize'

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
    let squares = 0
    for (let at = 10; at < moments.words.length; at += 12)
      squares += moments.words[at] + 2 ** 32 * moments.words[at + 1]
    for (const colors of colorCounts) {
      // The squares of all colours do not depend on the boxes.
      let error = squares
      const boxes = await wuBoxes(moments, colors, null)
      expect(boxes.length).toBe(colors)
      for (const { sums } of boxes) {
        const [n, ...channels] = sums
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

describe('pictures that were drawn, in 256 colours: the error is not above that of libimagequant', () => {
  const letters = (fill: string, ground: string, extra = '') => {
    const strokes = Array.from({ length: 400 }, (_, i) => {
      const [x, y] = [10 + (i % 40) * 14, 12 + Math.floor(i / 40) * 30]
      return `<path d="M${x} ${y} q${(i * 7) % 11} ${(i * 5) % 13} ${(i * 3) % 9} ${8 + ((i * 11) % 9)} l${(i * 13) % 7} -9"/>`
    })
    return `<rect width="600" height="400" fill="${ground}"/>${extra}<g fill="none" stroke="${fill}" stroke-width="1.6">${strokes.join('')}</g>`
  }
  const gradient =
    '<linearGradient id="a"><stop offset="0" stop-color="#6366f1"/><stop offset="1" stop-color="#ec4899"/></linearGradient>'
  const bars = Array.from({ length: 18 }, (_, i) => {
    const height = 40 + ((i * 67) % 200)
    return `<rect x="${20 + 31.3 * i}" y="${390.4 - height}" width="22.6" height="${height}" fill="hsl(${i * 20}, 60%, 55%)"/>`
  }).join('')
  const pictures = {
    'dark on light': letters('#222', '#fdfdfb'),
    'light on dark': letters('#e5e7eb', '#111827'),
    'a chart': letters('#345', '#ffffff', bars),
    'a gradient': `${gradient}${letters('#fff', 'url(#a)')}`,
    cards: letters(
      '#333',
      '#f4f5f7',
      `${gradient}<rect x="40" y="40" width="420" height="300" rx="20" fill="url(#a)" opacity=".4"/>`,
    ),
  }
  test.each(Object.entries(pictures))('%s', async (_, body) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400">${body}</svg>`
    const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
    const image = { data: new Uint8Array(data), width: info.width, height: info.height }
    const peer = await sharp(data, { raw: info }).png({ palette: true, colours: 256, dither: 0 }).toBuffer()
    const theirs = await sharp(peer).ensureAlpha().raw().toBuffer()
    const squares = theirs.reduce((sum, byte, i) => sum + (byte - data[i]) ** 2, 0)
    const engine = await createEngine({ backend: 'cpu' })
    const { mse } = await quantize(engine, image, { colors: 256 })
    engine.destroy()
    expect(mse).toBeLessThanOrEqual(squares / (image.width * image.height))
  })
})
