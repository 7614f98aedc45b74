import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readImage } from '../../src/io/images/read-image.js'

const width = 61
const height = 43
const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * 2654435761) >>> 21)
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2654435761) >>> 19)
const opaque = () => sharp(rgb, { raw: { width, height, channels: 3 } })
const translucent = () => sharp(rgba, { raw: { width, height, channels: 4 } })

function withAlpha(pixels: Uint8Array): Uint8Array {
  const result = new Uint8Array((pixels.length / 3) * 4).fill(255)
  for (let pixel = 0; pixel < pixels.length / 3; pixel++) {
    result.set(pixels.subarray(pixel * 3, pixel * 3 + 3), pixel * 4)
  }
  return result
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]))
  return largest
}

describe('readImage', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lloyd-read-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('returns the stored bytes of an untagged 8-bit PNG, from bytes and from a path', async () => {
    const png = await opaque().png().toBuffer()
    const image = await readImage(png)
    expect(image).toMatchObject({ width, height, format: 'png', pages: 1, bytes: png.length })
    expect(image.data).toBeInstanceOf(Uint8ClampedArray)
    expect(Buffer.from(image.data).equals(withAlpha(rgb))).toBe(true)
    const path = join(folder, 'plain.png')
    await writeFile(path, png)
    expect(Buffer.from((await readImage(path)).data).equals(withAlpha(rgb))).toBe(true)
  })

  it('keeps the colours under transparent pixels', async () => {
    expect(rgba.some((value, i) => i % 4 === 3 && value === 0)).toBe(true)
    const image = await readImage(await translucent().png().toBuffer())
    expect(Buffer.from(image.data).equals(rgba)).toBe(true)
  })

  it.each(['uchar', 'ushort'])('converts Display P3 in %s to sRGB', async (depth) => {
    // Within the gamut of sRGB, so that the way there and back is only rounding.
    const soft = rgb.map((value) => 80 + (value >> 2))
    const source = sharp(soft, { raw: { width, height, channels: 3 } })
    if (depth === 'ushort') source.toColourspace('rgb16')
    const png = await source.withIccProfile('p3').png().toBuffer()
    expect((await sharp(png).metadata()).depth).toBe(depth)
    const stored = await sharp(png).keepIccProfile().toColourspace('srgb').ensureAlpha().raw().toBuffer()
    expect(largestDifference(stored, withAlpha(soft))).toBeGreaterThan(6)
    expect(largestDifference((await readImage(png)).data, withAlpha(soft))).toBeLessThanOrEqual(2)
  })

  it('spreads grey, in 8 and 16 bits', async () => {
    const grey = rgb.subarray(0, width * height)
    const expected = withAlpha(Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)]))
    const source = () => sharp(grey, { raw: { width, height, channels: 1 } })
    for (const space of ['b-w', 'grey16']) {
      const png = await source().toColourspace(space).png().toBuffer()
      expect((await sharp(png).metadata()).channels).toBe(1)
      expect(Buffer.from((await readImage(png)).data).equals(expected)).toBe(true)
    }
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i', async (orientation) => {
    const jpeg = await opaque().blur(4).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer()
    const stored = await sharp(jpeg).ensureAlpha().raw().toBuffer()
    const image = await readImage(jpeg)
    const turned = orientation > 4
    expect([image.width, image.height]).toEqual(turned ? [height, width] : [width, height])
    // Where the stored top left corner is to be seen, by the definition of the tag.
    const right = [2, 3, 6, 7].includes(orientation)
    const bottom = [3, 4, 7, 8].includes(orientation)
    const at = ((bottom ? image.height - 1 : 0) * image.width + (right ? image.width - 1 : 0)) * 4
    expect([...image.data.subarray(at, at + 4)]).toEqual([...stored.subarray(0, 4)])
  })

  it('accepts a JPEG with the harmless scan parameters that some phones write', async () => {
    const jpeg = await opaque().jpeg({ progressive: false }).toBuffer()
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]))
    const scanEnd = scan + 2 + jpeg.readUInt16BE(scan + 2)
    const odd = Buffer.from(jpeg)
    odd[scanEnd - 2] = 0
    await expect(sharp(odd).raw().toBuffer()).rejects.toThrow('Invalid SOS')
    expect((await readImage(odd)).data).toEqual((await readImage(jpeg)).data)
  })

  it('refuses damage, and what is no image', async () => {
    const jpeg = await opaque().jpeg().toBuffer()
    const png = await opaque().png().toBuffer()
    const early = Buffer.from(jpeg)
    early.set([0xff, 0xd9], jpeg.length >> 1)
    const flipped = Buffer.from(png)
    flipped[png.length >> 1] ^= 0x10
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>')
    const bad = {
      empty: new Uint8Array(0),
      text: Buffer.from('just some text'),
      svg,
      'half a JPEG': jpeg.subarray(0, jpeg.length >> 1),
      'a JPEG without its end': jpeg.subarray(0, jpeg.length - 3),
      'the head of a JPEG': jpeg.subarray(0, 100),
      'a JPEG whose scan ends early': early,
      'half a PNG': png.subarray(0, png.length >> 1),
      'a PNG with a flipped bit': flipped,
    }
    for (const [what, bytes] of Object.entries(bad)) {
      const error = await readImage(bytes).catch((error) => error)
      expect(error, what).toMatchObject({ name: 'LloydError', code: 'FormatError' })
      expect(error.message, what).toMatch(/^the bytes given .*; [^\n]+$/)
    }
  })

  it('says what is wrong with a path', async () => {
    const missing = join(folder, 'missing.png')
    await expect(readImage(missing)).rejects.toMatchObject({
      code: 'InputError',
      message: `there is no file ${missing}; check the path`,
    })
    await expect(readImage(folder)).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringContaining('directory'),
    })
  })
})

it.each([3, 4] as const)('16-bit samples of %i channels are rounded to bytes', async (channels) => {
  const samples = Uint16Array.from({ length: 512 * channels }, (_, i) => Math.min(65535, i * 43))
  const image = sharp(samples, { raw: { width: 512, height: 1, channels } })
  const { data } = await readImage(await image.toColourspace('rgb16').png().toBuffer())
  for (const [i, v] of samples.entries()) {
    expect(data[4 * Math.floor(i / channels) + (i % channels)], `${v}`).toBe(Math.round((v * 255) / 65535))
  }
  if (channels === 3) for (let i = 3; i < data.length; i += 4) expect(data[i]).toBe(255)
})
