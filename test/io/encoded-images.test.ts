/**
 * Encoded photographs and random images, read back by strict readers that share nothing with the encoders. They reveal a
 * compressor or packer that damages one stream in some hundreds, unlike single synthetic images, whose repetitions are
 * regular.
 */
import { createHash } from 'node:crypto'
import { createEngine, encodeGif, encodePng, type IndexedImage, quantizeTogether } from 'lloyd'
import sharp from 'sharp'
import { afterAll, describe, expect, test } from 'vitest'
import { launchBrowser, openPage, servePages } from '../../bench/browser.js'
import { readGif } from '../oracle/gif'
import { photographs, readPart, readPhotograph, seededRandom } from '../oracle/images'
import { readIndexedPng } from '../oracle/png'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const DITHERS = ['none', 'floyd-steinberg', 'blue-noise', 'ordered'] as const
const COLORS = [2, 3, 4, 16, 17, 256]
/** By turns. */
const dithersOf = (colors: number) => DITHERS.filter((_, at) => VERIFY || at === COLORS.indexOf(colors) % 4)
const RANDOM_IMAGES = VERIFY ? 1000 : 500
/** The bytes are those of every executor (quantize.test.ts); this one has nothing to compile. */
const engine = await createEngine({ backend: 'cpu' })
afterAll(() => engine.destroy())

/** The input of the browser at the end: files in base64, and digests of their pixels. */
const written: { file: string; digest: string }[] = []

async function expectPng(image: IndexedImage, what: string): Promise<void> {
  const { palette, indices } = image
  const file = await encodePng(image)
  const read = readIndexedPng(file)
  expect([read.width, read.height], what).toEqual([image.width, image.height])
  expect(Buffer.compare(read.indices, Uint8Array.from(indices)), what).toBe(0)
  const entries = Array.from({ length: palette.length / 4 }, (_, entry) => {
    return [...read.colors.subarray(3 * entry, 3 * entry + 3), read.alphas[entry] ?? 255]
  })
  expect(Uint8Array.from(entries.flat()), what).toEqual(Uint8Array.from(palette))
  const pixels = await sharp(file, { failOn: 'warning' }).ensureAlpha().raw().toBuffer()
  expect(Buffer.compare(pixels, pixelsOf(image)), what).toBe(0)
  written.push({ file: Buffer.from(file).toString('base64'), digest: digestOf(pixels) })
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function expectGif(image: IndexedImage, what: string): Promise<void> {
  const file = await encodeGif(image)
  const read = readGif(file)
  expect([read.width, read.height, read.frames.length], what).toEqual([image.width, image.height, 1])
  expect(Buffer.compare(read.frames[0].indices, Uint8Array.from(image.indices)), what).toBe(0)
  const pixels = await sharp(file, { failOn: 'warning' }).ensureAlpha().raw().toBuffer()
  expect(Buffer.compare(pixels, pixelsOf(image)), what).toBe(0)
}

function pixelsOf({ palette, indices }: IndexedImage): Buffer {
  const pixels = Buffer.alloc(4 * indices.length)
  const entries = new Uint32Array(palette.slice().buffer)
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, indices.length)
  for (let i = 0; i < indices.length; i++) words[i] = entries[indices[i]]
  return pixels
}

const parts = await Promise.all(photographs.map(({ name }) => (VERIFY ? readPhotograph(name) : readPart(name))))

describe.each(COLORS)('photographs in %i colours', (colors) => {
  // Whole photographs take minutes where the machine is busy.
  const timeout = VERIFY ? 1_800_000 : undefined
  const title = 'are written so that strict readers give them back, dithered by %s'
  test.each(dithersOf(colors))(title, { timeout }, async (dither) => {
    const { palette, images } = await quantizeTogether(engine, parts, { colors, dither, maxIterations: 4 })
    expect(images.length).toBe(14)
    for (const [at, image] of images.entries()) {
      await expectPng({ ...image, palette }, photographs[at].name)
      if (colors >= 17) await expectGif({ ...image, palette }, photographs[at].name)
    }
  })
})

test(`${RANDOM_IMAGES} random index images are written so that strict readers give them back`, async () => {
  const random = seededRandom(20)
  const below = (limit: number) => Math.floor(random() * limit)
  for (let round = 0; round < RANDOM_IMAGES; round++) {
    const [width, height, entryCount] = [1 + below(70), 1 + below(70), 1 + below(256)]
    const clear = below(3) === 0 ? below(entryCount) : -1
    const palette = Uint8Array.from({ length: 4 * entryCount }, (_, i) => (i % 4 === 3 ? 255 : below(256)))
    if (clear >= 0) palette.fill(0, 4 * clear, 4 * clear + 4)
    // From noise to long runs, and repetitions of what came some pixels before.
    const [change, repeat] = [random() ** 3, random() ** 2]
    const distance = 1 + below(width * 3)
    const indices = new Uint8Array(width * height)
    for (let i = 0; i < indices.length; i++) {
      if (i >= distance && random() < repeat) indices[i] = indices[i - distance]
      else indices[i] = i > 0 && random() > change ? indices[i - 1] : below(entryCount)
    }
    const image = { palette, indices, width, height }
    const what = `image ${round}: ${width} × ${height}, ${entryCount} entries`
    await expectPng(image, what)
    await expectGif(image, what)
  }
})

test('indices that a stream of matches once damaged', async () => {
  const white = new Uint8Array(4 * 17).fill(255)
  await expectPng({ palette: white, indices: Uint8Array.of(0, 0, 2, 0, 0, 0), width: 1, height: 6 }, 'six pixels')
})

test('a browser shows every PNG above as it is', async () => {
  expect(written.length).toBe(14 * COLORS.flatMap(dithersOf).length + RANDOM_IMAGES + 1)
  const [browser, pages] = await Promise.all([launchBrowser(), servePages({})])
  try {
    const page = await openPage(browser, `${pages.url}test/support/browser-page.html`, 'quantizeInPage', () => {})
    for (let at = 0; at < written.length; at += 100) {
      const part = written.slice(at, at + 100)
      const digests = await page.evaluate(
        async (files) => {
          const digests: string[] = []
          for (const file of files) {
            const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0))
            const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }), {
              premultiplyAlpha: 'none',
            })
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
            canvas.drawImage(bitmap, 0, 0)
            const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height)
            const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
            digests.push(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join(''))
          }
          return digests
        },
        part.map(({ file }) => file),
      )
      expect(digests).toEqual(part.map(({ digest }) => digest))
    }
  } finally {
    await browser.close()
    await pages.close()
  }
})
