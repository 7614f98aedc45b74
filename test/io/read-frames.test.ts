/** Frames as a viewer composes them. */
import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readFrames, readImage } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli.js'
import { type Chunk, compressRows, header, pngFile, words } from '../support/png-file.js'

const pathOf = (name: string) => fileURLToPath(new URL(`../data/images/${name}`, import.meta.url))

function hash(frames: readonly { data: Uint8ClampedArray }[]): string {
  const hash = createHash('sha256')
  for (const { data } of frames) {
    const pixels = data.slice()
    // The colours of transparent pixels are nobody's.
    for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] === 0) pixels.fill(0, at, at + 3)
    hash.update(pixels)
  }
  return hash.digest('hex').slice(0, 16)
}

const opaqueIn = ({ data }: { data: Uint8ClampedArray }) => data.filter((value, at) => at % 4 === 3 && value > 0).length

describe('readFrames', () => {
  // The hashes are those of what ImageDecoder of Chrome 147 gives.
  it.each<[string, number, string]>([
    ['disposal-background.gif', 5, '94d79b1ea09c1ce4'],
    ['frames-random.gif', 10, 'f70999f64d47593e'],
    ['frames-gifsicle-background.gif', 5, '9fc491fbfc35c45f'],
    ['frames-gifsicle-cropped.gif', 6, '68c6c80d616e3013'],
    ['frames-pillow.gif', 6, '725f002028f57433'],
    ['frames-outside.gif', 5, 'ebfcc89927349cc2'],
    ['frames-larger-than-screen.gif', 2, 'decd2b56852c4d13'],
    ['frames-first-cleared.gif', 3, '1558e99cae1abee2'],
    ['frames-disposal-4.gif', 9, '7856fab40ce07fac'],
    ['animated.png', 3, '2bbffe933373e418'],
    ['frames-pillow-previous.png', 6, '2fff82a61ab44285'],
    ['frames-pillow-over.png', 6, '6fd298389adfdebe'],
    ['frames-default-image.png', 3, '26eede6eb7d5f46c'],
    ['frames-grey.png', 6, '404b081aa9bf25ea'],
  ])('composes %s as Chrome does', async (name, count, expected) => {
    const { frames, pages, delays } = await readFrames(pathOf(name))
    expect([frames.length, pages, delays.length]).toEqual([count, count, count])
    expect(hash(frames)).toBe(expected)
    const first = await readImage(pathOf(name))
    expect(first.pages).toBe(count)
    if (name !== 'frames-default-image.png') expect(hash([first])).toBe(hash(frames.slice(0, 1)))
  })

  it('clears what is disposed to the background, where the frame is opaque too', async () => {
    const { frames, delays, plays } = await readFrames(pathOf('disposal-background.gif'))
    expect(frames.map(opaqueIn)).toEqual([180, 180, 180, 180, 180])
    expect({ delays, plays }).toEqual({ delays: [50, 100, 150, 200, 250], plays: 4 })
  })

  it('leaves a GIF transparent where its only frame is not', async () => {
    const screen = Buffer.from('GIF89a\x03\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\xff', 'latin1')
    const frame = Buffer.from(',\x01\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x4c\x01\x00;', 'latin1')
    const { data, width } = await readImage(Buffer.concat([screen, frame]))
    expect({ width, data: [...data] }).toEqual({ width: 3, data: [0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0] })
  })

  it('refuses a GIF that ends in the middle of a frame', async () => {
    const file = readFileSync(pathOf('frames-random.gif'))
    for (const length of [file.length - 3, file.length >> 1, 1500]) {
      const error = await readFrames(file.subarray(0, length)).catch((error) => error)
      expect(error.code).toBe('FormatError')
    }
  })
})

describe('an animated PNG', () => {
  const [red, half, clear] = [
    [255, 0, 0, 255],
    [0, 0, 255, 128],
    [9, 9, 9, 0],
  ]
  const row = (...colors: number[][]) => compressRows([Uint8Array.from(colors.flat())])

  /** Frames of one row in an image of 3 × 1 pixels. */
  function animation(frames: readonly { left: number; colors: number[][]; operations?: [number, number] }[]) {
    let sequence = 0
    const parts = frames.flatMap(({ left, colors, operations = [0, 0] }, at): Chunk[] => {
      const control = Buffer.concat([
        words(sequence++, colors.length, 1, left, 0),
        Uint8Array.of(0, 1, 0, 30, ...operations),
      ])
      const data = row(...colors)
      const pixels: Chunk = at === 0 ? ['IDAT', data] : ['fdAT', Buffer.concat([words(sequence++), data])]
      return [['fcTL', control], pixels]
    })
    const chunks: Chunk[] = [header(3, 1, 6), ['acTL', words(frames.length, 7)], ...parts, ['IEND', Buffer.alloc(0)]]
    return { chunks, file: pngFile(chunks) }
  }

  const first = { left: 0, colors: [red, red, red] }
  const [source, over] = [0, 1]

  it('blends over what is there, or replaces it', async () => {
    const { file } = animation([
      first,
      { left: 1, colors: [half, clear], operations: [2, over] },
      { left: 1, colors: [half, clear], operations: [1, source] },
      { left: 0, colors: [half], operations: [0, over] },
    ])
    const { frames, delays, plays, pages, format } = await readFrames(file)
    const mixed = [127, 0, 128, 255]
    expect(frames.map(({ data }) => [...data])).toEqual(
      [
        [red, red, red],
        [red, mixed, red],
        [red, half, clear],
        [mixed, [0, 0, 0, 0], [0, 0, 0, 0]],
      ].map((colors) => colors.flat()),
    )
    expect({ delays, plays, pages, format }).toEqual({
      delays: new Array(4).fill(1000 / 30),
      plays: 7,
      pages: 4,
      format: 'png',
    })
  })

  it('is refused where frames are missing, out of order, or outside', async () => {
    const { chunks } = animation([first, { left: 1, colors: [half] }, { left: 2, colors: [red] }])
    const without = (at: number) => pngFile(chunks.filter((_, index) => index !== at))
    const swapped = [...chunks]
    ;[swapped[4], swapped[6]] = [swapped[6], swapped[4]]
    const bad = [without(4), without(5), without(6), without(7), pngFile(swapped)]
    bad.push(animation([first, { left: 2, colors: [half, half] }]).file)
    for (const [at, file] of bad.entries()) {
      const error = await readFrames(file).catch((error) => error)
      expect(error, `${at}`).toMatchObject({ code: 'FormatError' })
      expect(error.message).toMatch(/^the bytes given is damaged or truncated \(.+\); get an intact copy$/)
    }
  })
})

describe('lloyd quantize', () => {
  const cli = useCli()

  it('keeps all frames of an animated PNG in a GIF, and says so where it takes one', async () => {
    copyFileSync(pathOf('animated.png'), cli.in('animated.png'))
    const gif = await cli.quantize(['animated.png', '-o', 'out.gif', '--json'])
    expect({ code: gif.code, stderr: gif.stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(gif.stdout).images).toMatchObject([{ frames: 3, pages: 3, format: 'png', mse: 0 }])
    const { data, info } = await sharp(cli.in('out.gif'), { animated: true })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info.pages).toBe(3)
    expect(hash([{ data: new Uint8ClampedArray(data) }])).toBe(hash((await readFrames(pathOf('animated.png'))).frames))
    const png = await cli.quantize(['animated.png', '-o', 'out.png', '--json'])
    expect(png.code).toBe(0)
    expect(png.stderr).toBe('lloyd: animated.png has 3 frames; the first is used; --format gif keeps them all\n')
    expect(JSON.parse(png.stdout).images).toMatchObject([{ frames: 1, pages: 3 }])
  })
})
