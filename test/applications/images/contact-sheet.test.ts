import { contactSheet, encodeJpeg, readImage, thumbnail } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { alphaNoiseImage, drawImage, noiseImage } from '../../oracle/images'

const plain = (width: number, height: number, ...color: [number, number, number, number]) =>
  drawImage(width, height, () => color)

describe('thumbnail', () => {
  it('has the mean of the pixels that each covers, by area and alpha', () => {
    const { data, width, height } = alphaNoiseImage(23, 17, 3)
    const small = thumbnail({ data, width, height }, { side: 7 })
    expect([small.width, small.height]).toEqual([7, 5])
    const covered = (at: number, count: number, length: number, pixel: number) =>
      Math.max(0, Math.min(((at + 1) * length) / count, pixel + 1) - Math.max((at * length) / count, pixel))
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) {
        const sums = [0, 0, 0, 0, 0]
        for (let v = 0; v < height; v++) {
          for (let u = 0; u < width; u++) {
            const area = covered(x, 7, width, u) * covered(y, 5, height, v)
            const at = 4 * (v * width + u)
            for (let c = 0; c < 3; c++) sums[c] += area * data[at + 3] * data[at + c]
            sums[3] += area * data[at + 3]
            sums[4] += area
          }
        }
        const to = 4 * (y * 7 + x)
        for (let c = 0; c < 3; c++) expect(Math.abs(small.data[to + c] - sums[c] / sums[3])).toBeLessThanOrEqual(0.51)
        expect(Math.abs(small.data[to + 3] - sums[3] / sums[4])).toBeLessThanOrEqual(0.51)
      }
    }
  })

  it('copies what is small enough, and keeps a row of a line', () => {
    const image = noiseImage(9, 4, 1)
    const copy = thumbnail(image, { side: 9 })
    expect([...copy.data]).toEqual([...image.data])
    expect(copy.data).not.toBe(image.data)
    expect(thumbnail(plain(5000, 1, 1, 2, 3, 255), { side: 10 })).toMatchObject({ width: 10, height: 1 })
    expect(thumbnail(plain(40, 40, 9, 9, 9, 0), { side: 4 }).data.every((byte) => byte === 0)).toBe(true)
  })
})

describe('contactSheet', () => {
  it('places images row by row in the middle of their cells, on white', () => {
    const images = [plain(20, 10, 200, 0, 0, 255), plain(10, 20, 0, 200, 0, 255), plain(20, 20, 0, 0, 200, 128)]
    const { data, width, height } = contactSheet(images, { columns: 2 })
    expect([width, height]).toEqual([8 + 2 * 28, 8 + 2 * 28])
    const at = (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)]
    expect(at(0, 0)).toEqual([255, 255, 255, 255])
    expect([at(8, 12), at(8, 13), at(27, 22)]).toEqual([
      [255, 255, 255, 255],
      [200, 0, 0, 255],
      [200, 0, 0, 255],
    ])
    expect(at(41, 8)).toEqual([0, 200, 0, 255])
    expect(at(8, 36)).toEqual([127, 127, 227, 255])
    expect(at(45, 45)).toEqual([255, 255, 255, 255])
  })

  it('refuses nothing, and what is no image, with its place', () => {
    expect(() => contactSheet([])).toThrow(/at least one image/)
    expect(() => contactSheet([plain(2, 2, 0, 0, 0, 255), { data: new Uint8Array(3), width: 1, height: 1 }])).toThrow(
      /images\[1\]: image\.data must be 4 RGBA bytes/,
    )
    expect(() => contactSheet([plain(2, 2, 0, 0, 0, 255)], { side: 0 })).toThrow(/side must be an integer from 1/)
  })
})

describe('encodeJpeg', () => {
  it('writes what other decoders read, transparent pixels on white, without metadata', async () => {
    const image = drawImage(32, 16, (x) => (x < 16 ? [200, 30, 30, 255] : [0, 0, 0, 0]))
    const file = await encodeJpeg(image, { quality: 95 })
    const { format, width, height, exif, icc } = await sharp(file).metadata()
    expect({ format, width, height, exif, icc }).toEqual({ format: 'jpeg', width: 32, height: 16 })
    const { data } = await readImage(file)
    expect([...data.subarray(0, 3)].every((value, c) => Math.abs(value - [200, 30, 30][c]) < 6)).toBe(true)
    expect([...data.subarray(-4)].every((value) => value > 250)).toBe(true)
    await expect(encodeJpeg({ data: new Uint8Array(3), width: 1, height: 1 })).rejects.toMatchObject({
      code: 'InputError',
    })
    await expect(encodeJpeg(image, { quality: 0 })).rejects.toThrow(/quality must be an integer from 1 to 100/)
  })
})
