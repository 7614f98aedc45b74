import { PNG } from 'pngjs'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { encodePng } from '../../src/io/images/png.js'
import { drawImage, noiseImage, seededRandom } from '../oracle/images'

const random = seededRandom(3)
const images = {
  'one pixel': drawImage(1, 1, () => [1, 2, 3]),
  'one translucent pixel': drawImage(1, 1, () => [1, 2, 3, 4]),
  gradients: drawImage(61, 47, (x, y) => [4 * x, 5 * y, x + y]),
  'gradients under alpha': drawImage(61, 47, (x, y) => [4 * x, 5 * y, x * y, 4 * x]),
  noise: noiseImage(33, 40, 7),
  'more than a block': drawImage(700, 90, (x, y) => [x ^ y, (x * y) >> 4, (x + 3 * y) & 255]),
}

test.each(Object.entries(images))('RGBA, %s: two readers read the same bytes', async (_, { data, width, height }) => {
  const opaque = data.every((value, at) => at % 4 < 3 || value === 255)
  const png = await encodePng({ data: new Uint8ClampedArray(data), width, height })
  expect([png[24], png[25]]).toEqual([8, opaque ? 2 : 6])
  const { data: read, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([width, height])
  expect(read.equals(Buffer.from(data))).toBe(true)
  expect(PNG.sync.read(Buffer.from(png)).data.equals(Buffer.from(data))).toBe(true)
})

test('16-bit grey: the same samples', async () => {
  const gray = Uint16Array.from({ length: 70 * 31 }, (_, at) => (at < 900 ? 30 * at : 65536 * random()))
  const png = await encodePng({ gray, width: 70, height: 31 })
  const { data, info } = await sharp(png)
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([70, 31, 1])
  expect(new Uint16Array(data.buffer, data.byteOffset, gray.length)).toEqual(gray)
})

test('every filter is chosen for the rows it suits, and makes the file smaller', async () => {
  const { data, width, height } = images.gradients
  const png = await encodePng({ data: new Uint8Array(data), width, height })
  expect(png.length).toBeLessThan(data.length / 20)
})

test.each([
  [{ data: new Uint8Array(12), width: 2, height: 2 }, /data must be 16 bytes.*got 12/],
  [{ data: new Float32Array(16) as never, width: 2, height: 2 }, /data must be 16 bytes/],
  [{ gray: new Uint16Array(3), width: 2, height: 2 }, /gray must be a Uint16Array of 4/],
  [{ gray: new Uint16Array(0), width: 0, height: 2 }, /width must be/],
])('refuses what is no image: %#', async (image, message) => {
  await expect(encodePng(image)).rejects.toThrow(message)
})
