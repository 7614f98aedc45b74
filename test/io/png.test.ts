import { PNG } from 'pngjs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { IndexedImage } from '../../src/io/images/indexed-image.js'
import { encodePng } from '../../src/io/images/png.js'

/** An image whose every palette entry is used (where it has enough pixels), in an order that no filter helps. */
function indexedImage(
  width: number,
  height: number,
  entryCount: number,
  alpha = (_entry: number) => 255,
): IndexedImage {
  const palette = new Uint8Array(entryCount * 4)
  for (let entry = 0; entry < entryCount; entry++) {
    palette.set([(entry * 37) & 255, 255 - entry, (entry * 101 + 7) & 255, alpha(entry)], entry * 4)
  }
  const indices = new (entryCount > 256 ? Uint16Array : Uint8Array)(width * height)
  for (let pixel = 0; pixel < indices.length; pixel++) indices[pixel] = (pixel * 7919 + (pixel >> 3)) % entryCount
  return { palette, indices, width, height }
}

function expectedPixels({ palette, indices }: IndexedImage): Uint8Array {
  const pixels = new Uint8Array(indices.length * 4)
  indices.forEach((index, pixel) => {
    pixels.set(palette.subarray(index * 4, index * 4 + 4), pixel * 4)
  })
  return pixels
}

/** The chunks of a file, by type; the CRCs are left to the decoders. */
function chunksOf(png: Uint8Array): Record<string, Uint8Array> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const chunks: Record<string, Uint8Array> = {}
  for (let offset = 8; offset < png.length; ) {
    const length = view.getUint32(offset)
    const type = String.fromCharCode(...png.subarray(offset + 4, offset + 8))
    expect(chunks[type], `second ${type}`).toBeUndefined()
    chunks[type] = png.subarray(offset + 8, offset + 8 + length)
    offset += 12 + length
  }
  return chunks
}

/** Decodes with two readers that share no code with the writer, and checks the container. */
async function expectRoundTrip(image: IndexedImage, bitDepth: number) {
  const png = await encodePng(image)
  const pixels = expectedPixels(image)

  const pngjs = PNG.sync.read(Buffer.from(png))
  expect([pngjs.width, pngjs.height]).toEqual([image.width, image.height])
  expect(pngjs.data.equals(pixels)).toBe(true)

  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels]).toEqual([image.width, image.height, 4])
  expect(data.equals(pixels)).toBe(true)

  const chunks = chunksOf(png)
  expect([...chunks.IHDR.subarray(8)]).toEqual([bitDepth, 3, 0, 0, 0])
  expect(chunks.PLTE.length).toBe((image.palette.length / 4) * 3)
  expect(chunks.IEND.length).toBe(0)
  return { png, chunks }
}

describe('encodePng', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 4],
    [16, 4],
    [17, 8],
    [255, 8],
    [256, 8],
  ])('writes %i entries at %i bits', async (entryCount, bitDepth) => {
    const { chunks } = await expectRoundTrip(indexedImage(40, 30, entryCount), bitDepth)
    expect(chunks.tRNS).toBeUndefined()
  })

  it.each([
    [1, 1, 1],
    [1, 1, 256],
    [1, 9, 2],
    [7, 5, 2],
    [9, 3, 2],
    [5, 5, 4],
    [3, 7, 16],
    [13, 1, 16],
    [257, 3, 200],
    [1, 7000, 3],
    [70000, 1, 5],
  ])('pads the rows of %i × %i pixels with %i entries', async (width, height, entryCount) => {
    const bitDepth = [1, 2, 4].find((bits) => entryCount <= 2 ** bits) ?? 8
    await expectRoundTrip(indexedImage(width, height, entryCount), bitDepth)
  })

  it('cuts tRNS after the last entry that is not opaque', async () => {
    const { chunks } = await expectRoundTrip(
      indexedImage(20, 20, 12, (entry) => [0, 255, 128][entry] ?? 255),
      4,
    )
    expect([...chunks.tRNS]).toEqual([0, 255, 128])
  })

  it('writes an alpha for every entry when the last one is transparent', async () => {
    const { chunks } = await expectRoundTrip(
      indexedImage(20, 20, 256, (entry) => (entry === 255 ? 254 : 255)),
      8,
    )
    expect(chunks.tRNS.length).toBe(256)
  })

  it('joins blocks of rows into one stream', async () => {
    await expectRoundTrip(indexedImage(1021, 997, 100), 8)
  })

  it('reads 16-bit indices and views into larger arrays', async () => {
    const image = indexedImage(11, 6, 9)
    const indices = new Uint16Array(100).subarray(20, 20 + 66)
    indices.set(image.indices)
    const palette = new Uint8Array(100).subarray(3, 3 + 36)
    palette.set(image.palette)
    const { png } = await expectRoundTrip({ ...image, indices, palette }, 4)
    expect(png).toEqual(await encodePng(image))
  })

  it('compresses better than the depth alone', async () => {
    const flat: IndexedImage = { ...indexedImage(512, 512, 16), indices: new Uint8Array(512 * 512) }
    expect((await encodePng(flat)).length).toBeLessThan(1000)
  })

  it('names the number, the limit and the remedy above 256 entries', async () => {
    await expect(encodePng(indexedImage(20, 20, 257))).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(/256.*257.*colors/),
    })
  })

  it.each<[string, (image: IndexedImage) => Partial<IndexedImage>, RegExp]>([
    ['no palette', () => ({ palette: new Uint8Array(0) }), /palette/],
    ['a palette of 3 bytes an entry', () => ({ palette: new Uint8Array(9) }), /palette/],
    ['too few indices', (image) => ({ indices: image.indices.subarray(1) }), /24.*23/],
    [
      'an index beyond the palette',
      () => ({ indices: new Uint8Array(24).fill(5, 17) }),
      /indices\[17\] is 5.*5 entries/,
    ],
    ['no width', () => ({ width: 0 }), /width.*0/],
    ['half a pixel', () => ({ height: 1.5 }), /height.*1\.5/],
  ])('refuses %s', async (_, change, message) => {
    const image = indexedImage(6, 4, 5)
    await expect(encodePng({ ...image, ...change(image) })).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(message),
    })
  })

  it('stops when it is told to', async () => {
    const reason = new Error('enough')
    await expect(encodePng(indexedImage(6, 4, 5), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const png = encodePng(indexedImage(4000, 3000, 250), { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 1)
    await expect(png).rejects.toBe(reason)
  })
})
