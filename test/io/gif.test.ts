/** GIF files, read back by libnsgif (sharp) and by a parser of blocks written from the specification. */
import fc from 'fast-check'
import { type EncodeGifOptions, encodeGif, type IndexedImage } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../support/datasets'

function indexedImage(width: number, height: number, entryCount: number, shift = 0): IndexedImage {
  const palette = Uint8Array.from({ length: entryCount * 4 }, (_, i) => {
    return i % 4 === 3 ? 255 : ((i >> 2) * [37, -1, 101][i % 4] + 7 * shift) & 255
  })
  const indices = Uint8Array.from({ length: width * height }, (_, i) => ((i + shift) * 7919 + (i >> 3)) % entryCount)
  return { palette, indices, width, height }
}

function pixelsOf({ palette, indices }: IndexedImage): Buffer {
  const pixels = Buffer.alloc(4 * indices.length)
  indices.forEach((index, pixel) => {
    pixels.set(palette.subarray(index * 4, index * 4 + 4), pixel * 4)
  })
  // What is transparent has no colour.
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 0) pixels.fill(0, at, at + 4)
  return pixels
}

/** Decodes all frames, as a viewer composes them. */
async function decode(gif: Uint8Array) {
  const image = sharp(gif, { animated: true })
  const { pages = 1, delay, loop, pageHeight } = await image.metadata()
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const height = pageHeight ?? info.height
  const size = 4 * info.width * height
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 0) data.fill(0, at, at + 4)
  const frames = Array.from({ length: pages }, (_, page) => data.subarray(page * size, (page + 1) * size))
  return { width: info.width, height, frames, delay, loop }
}

/** The blocks of the file (GIF89a specification, 17 to 26). */
function parseBlocks(gif: Uint8Array) {
  const word = (at: number) => gif[at] + 256 * gif[at + 1]
  expect(String.fromCharCode(...gif.subarray(0, 6))).toBe('GIF89a')
  const tableSize = (flags: number) => (flags & 128 ? 2 << (flags & 7) : 0)
  const globalColors = tableSize(gif[10])
  const frames: {
    localColors: number
    codeSize: number
    delay: number
    transparent: number | null
    dispose: number
  }[] = []
  let control = { delay: 0, transparent: null as number | null, dispose: 0 }
  let repetitions: number | null = null
  let at = 13 + 3 * globalColors
  const skipBlocks = () => {
    while (gif[at] !== 0) at += 1 + gif[at]
    at++
  }
  for (; gif[at] !== 0x3b; ) {
    if (gif[at] === 0x21 && gif[at + 1] === 0xf9) {
      const flags = gif[at + 3]
      control = { delay: word(at + 4), transparent: flags & 1 ? gif[at + 6] : null, dispose: (flags >> 2) & 7 }
      at += 2
      skipBlocks()
    } else if (gif[at] === 0x21 && gif[at + 1] === 0xff) {
      expect(String.fromCharCode(...gif.subarray(at + 3, at + 14))).toBe('NETSCAPE2.0')
      repetitions = word(at + 16)
      at += 2
      skipBlocks()
    } else {
      expect(gif[at]).toBe(0x2c)
      const localColors = tableSize(gif[at + 9])
      at += 10 + 3 * localColors
      frames.push({ localColors, codeSize: gif[at++], ...control })
      skipBlocks()
    }
  }
  expect(at).toBe(gif.length - 1)
  return { width: word(6), height: word(8), globalColors, frames, repetitions }
}

async function expectRoundTrip(images: IndexedImage[], options?: EncodeGifOptions) {
  const gif = await encodeGif(images, options)
  const decoded = await decode(gif)
  expect([decoded.width, decoded.height]).toEqual([images[0].width, images[0].height])
  expect(decoded.frames).toHaveLength(images.length)
  for (const [frame, image] of images.entries()) {
    expect(decoded.frames[frame].equals(pixelsOf(image)), `frame ${frame}`).toBe(true)
  }
  return { gif, blocks: parseBlocks(gif), decoded }
}

const withAlpha = (image: IndexedImage, alphas: Record<number, number>): IndexedImage => {
  const palette = image.palette.slice()
  for (const [entry, alpha] of Object.entries(alphas)) palette[4 * Number(entry) + 3] = alpha
  return { ...image, palette }
}

describe('encodeGif', () => {
  it.each([1, 2, 3, 4, 5, 16, 17, 128, 255, 256])('writes %i entries', async (entryCount) => {
    const { blocks } = await expectRoundTrip([indexedImage(61, 43, entryCount)])
    const bits = Math.max(1, Math.ceil(Math.log2(entryCount)))
    expect(blocks).toMatchObject({ width: 61, height: 43, globalColors: 2 ** bits, repetitions: null })
    expect(blocks.frames).toMatchObject([{ localColors: 0, codeSize: Math.max(2, bits), transparent: null }])
  })

  it.each([
    [1, 1],
    [1, 300],
    [300, 1],
    [7, 5],
    [65535, 1],
  ])('writes %i × %i', async (width, height) => {
    await expectRoundTrip([indexedImage(width, height, 7)])
  })

  it('writes noise and plains, which fill and empty the code table', async () => {
    const random = seededRandom(5)
    const noise = { ...indexedImage(400, 300, 256), indices: new Uint8Array(120_000).map(() => random() * 256) }
    const plain = { ...indexedImage(1200, 900, 256), indices: new Uint8Array(1_080_000).fill(9) }
    await expectRoundTrip([noise])
    const { gif } = await expectRoundTrip([plain])
    expect(gif.length).toBeLessThan(4000)
  })

  it('keeps transparency, merging several transparent entries', async () => {
    const image = withAlpha(indexedImage(31, 17, 9), { 3: 0, 5: 0, 6: 0 })
    const { blocks } = await expectRoundTrip([image])
    expect(blocks.frames[0].transparent).toBe(3)
    expect(pixelsOf(image).some((value, at) => at % 4 === 3 && value === 0)).toBe(true)
    const wide = { ...image, indices: Uint16Array.from(image.indices) }
    expect(await encodeGif(wide)).toEqual(await encodeGif(image))
  })

  it('shares one colour table between frames of one palette, and writes what changed', async () => {
    const first = indexedImage(80, 60, 40)
    const moved = { ...first, indices: first.indices.slice() }
    for (let y = 20; y < 30; y++) moved.indices.fill(7, 80 * y + 20, 80 * y + 40)
    const { gif, blocks, decoded } = await expectRoundTrip([first, moved, moved, first], { delay: [40, 100, 70, 1000] })
    expect(blocks.globalColors).toBe(64)
    expect(blocks.frames.map(({ localColors }) => localColors)).toEqual([0, 0, 0, 0])
    expect(blocks.frames.map(({ transparent }) => transparent)).toEqual([null, 40, 40, 40])
    expect(decoded).toMatchObject({ delay: [40, 100, 70, 1000], loop: 0 })
    expect(gif.length).toBeLessThan(1.5 * (await encodeGif(first)).length)
  })

  it('writes whole frames where that is smaller', async () => {
    const first = { ...indexedImage(80, 60, 16), indices: new Uint8Array(4800).map((_, i) => (i % 80) >> 3) }
    const scattered = { ...first, indices: first.indices.map((index, i) => (Math.imul(i, 2654435761) < 0 ? 5 : index)) }
    const { blocks } = await expectRoundTrip([scattered, first])
    expect(blocks.frames[1].transparent).toBe(null)
  })

  it('finds no room for unchanged pixels in a full palette', async () => {
    const frames = [
      indexedImage(40, 30, 256),
      { ...indexedImage(40, 30, 256), indices: new Uint8Array(1200).fill(200) },
    ]
    const { blocks } = await expectRoundTrip(frames)
    expect(blocks.frames.map(({ transparent }) => transparent)).toEqual([null, null])
  })

  it('gives frames of other palettes their own table', async () => {
    const { blocks } = await expectRoundTrip([indexedImage(20, 10, 5), indexedImage(20, 10, 90, 3)])
    expect(blocks).toMatchObject({ globalColors: 8, frames: [{ localColors: 0 }, { localColors: 128 }] })
  })

  it('clears a frame before one that is transparent', async () => {
    const opaque = indexedImage(20, 10, 6)
    const clear = withAlpha(indexedImage(20, 10, 6, 5), { 2: 0 })
    const { blocks } = await expectRoundTrip([opaque, clear, opaque])
    expect(blocks.frames.map(({ dispose }) => dispose)).toEqual([2, 2, 2])
  })

  it('plays as often as it is told', async () => {
    const frames = [indexedImage(4, 4, 3), indexedImage(4, 4, 3, 1)]
    for (const plays of [0, 1, 2, 65536]) {
      const { decoded, blocks } = await expectRoundTrip(frames, { plays })
      expect(decoded.loop).toBe(plays)
      expect(blocks.repetitions).toBe(plays === 1 ? null : Math.max(0, plays - 1))
    }
  })

  it('writes any frames', async () => {
    const seed = Date.now() & 0xffff
    console.log(`gif: seed ${seed}`)
    const animations = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      shared: fc.boolean(),
      frames: fc.array(
        fc.record({ entryCount: fc.integer({ min: 1, max: 255 }), seed: fc.nat(), clear: fc.boolean() }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
    })
    await fc.assert(
      fc.asyncProperty(animations, async ({ width, height, shared, frames }) => {
        const images = frames.map((frame): IndexedImage => {
          const { entryCount, clear } = shared ? frames[0] : frame
          const random = seededRandom(frame.seed)
          const image = indexedImage(width, height, entryCount, shared ? 0 : frame.seed & 7)
          // Runs of random lengths: repetition is what the codes are about.
          let index = 0
          const indices = image.indices.map(() =>
            random() < 0.3 ? (index = Math.floor(random() * entryCount)) : index,
          )
          return withAlpha({ ...image, indices }, clear ? { [entryCount >> 1]: 0 } : {})
        })
        await expectRoundTrip(images)
      }),
      { seed, numRuns: 60 },
    )
  })

  const image = indexedImage(6, 4, 5)
  it.each<[string, unknown, unknown, RegExp]>([
    ['no frame', [], {}, /at least 1 frame/],
    ['no image', null, {}, /a GIF is made of .*null/],
    ['257 entries', indexedImage(20, 20, 257), {}, /a GIF holds at most 256.*257/],
    ['translucency', withAlpha(image, { 3: 128 }), {}, /entry 3 has alpha 128.*encodePng/],
    ['too large a side', indexedImage(65536, 1, 2), {}, /width.*65535.*65536/],
    ['too few indices', { ...image, indices: image.indices.subarray(1) }, {}, /24.*23/],
    ['an index outside', { ...image, indices: new Uint8Array(24).fill(5, 17) }, {}, /indices\[17\] is 5.*5 entries/],
    ['two sizes', [image, indexedImage(4, 6, 5)], {}, /frame 1 is 4 × 6, the first is 6 × 4/],
    ['a delay below 0', image, { delay: -1 }, /delay.*-1/],
    ['too long a delay', image, { delay: 655_351 }, /655350.*655351/],
    ['two delays for one frame', image, { delay: [1, 2] }, /1 frames, got 2/],
    ['too many plays', image, { plays: 65537 }, /plays.*65536/],
    ['an unknown option', image, { delays: 5 }, /no option 'delays'/],
  ])('refuses %s', async (_, images, options, message) => {
    await expect(encodeGif(images as IndexedImage, options as EncodeGifOptions)).rejects.toMatchObject({
      code: 'InputError',
      message: expect.stringMatching(message),
    })
  })

  it('stops when it is told to', async () => {
    const reason = new Error('enough')
    await expect(encodeGif(image, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const gif = encodeGif(Array(200).fill(indexedImage(300, 300, 250)), { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 1)
    await expect(gif).rejects.toBe(reason)
  })
})
