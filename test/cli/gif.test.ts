import { readdirSync, readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli.js'

const cli = useCli()

const width = 40
const height = 30

/** A field with a square that has moved `step` pixels to the right. */
function frame(step: number): Buffer {
  const pixels = Buffer.alloc(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = y >= 10 && y < 20 && x >= step && x < step + 10
      pixels.set(inside ? [230, 40, 20, 255] : [x * 5, y * 7, 90, 255], 4 * (y * width + x))
    }
  }
  return pixels
}

const still = (pixels: Buffer) => sharp(pixels, { raw: { width, height, channels: 4 } })
const animation = (frames: Buffer[]) =>
  sharp(Buffer.concat(frames), {
    raw: { width, height: height * frames.length, channels: 4, pageHeight: height },
  })

async function decode(name: string) {
  const image = sharp(cli.in(name), { animated: true })
  const { pages = 1, delay, loop, format } = await image.metadata()
  const { data } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { pages, delay, loop, format, data }
}

function meanSquaredError(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length)
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return sum / (a.length / 4)
}

describe('lloyd quantize to GIF', () => {
  it('writes one image', async () => {
    await still(frame(3)).png().toFile(cli.in('a.png'))
    const { code, stdout, stderr } = await cli.quantize(['a.png', '--colors', '60', '--format', 'gif', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [report] = JSON.parse(stdout).images
    expect(report).toMatchObject({ output: 'a-60.gif', colors: 60, frames: 1, pages: 1 })
    const decoded = await decode('a-60.gif')
    expect(decoded).toMatchObject({ pages: 1, format: 'gif' })
    expect(meanSquaredError(decoded.data, frame(3))).toBeCloseTo(report.mse, 9)
  })

  it('makes one animation of several images, with one palette, in the order of their numbers', async () => {
    const steps = [1, 2, 10, 20]
    for (const step of steps)
      await still(frame(step))
        .png()
        .toFile(cli.in(`frame-${step}.png`))
    const args = ['frame-*.png', '-o', 'film.gif', '--colors', '50', '--delay', '40', '--plays', '3', '--json']
    const { code, stdout, stderr } = await cli.quantize([...args, '--palette-out', 'film.css'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { images, summary } = JSON.parse(stdout)
    expect(images).toMatchObject([{ input: 'frame-1.png … frame-20.png', output: 'film.gif', frames: 4, colors: 50 }])
    expect(summary).toMatchObject({ images: 1, done: 1 })
    const decoded = await decode('film.gif')
    expect(decoded).toMatchObject({ pages: 4, delay: [40, 40, 40, 40], loop: 3 })
    expect(meanSquaredError(decoded.data, Buffer.concat(steps.map(frame)))).toBeCloseTo(images[0].mse, 9)
    expect(readFileSync(cli.in('film.css'), 'utf8').match(/--color-\d+: #[0-9a-f]{6};/g)).toHaveLength(50)
  })

  it.each(['gif', 'webp'] as const)('keeps the frames, delays and plays of an animated %s', async (format) => {
    const frames = [frame(0), frame(8), frame(16)]
    const options = { delay: [70, 200, 500], loop: 2 }
    const source = animation(frames)
    await (format === 'gif' ? source.gif(options) : source.webp({ ...options, lossless: true })).toFile(
      cli.in(`moving.${format}`),
    )
    const { code, stdout, stderr } = await cli.quantize([`moving.${format}`, '-o', 'out.gif', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [report] = JSON.parse(stdout).images
    const [before, after] = [await decode(`moving.${format}`), await decode('out.gif')]
    expect(after).toMatchObject({ pages: 3, delay: [70, 200, 500], loop: 2 })
    expect(meanSquaredError(after.data, before.data)).toBeCloseTo(report.mse, 9)
    expect(report).toMatchObject({ width, height, frames: 3, pages: 3, format })
  })

  it('makes translucent pixels transparent or opaque, and says so', async () => {
    const pixels = Buffer.from([255, 0, 0, 255, 0, 0, 255, 127, 0, 0, 255, 128, 9, 9, 9, 0])
    await sharp(pixels, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toFile(cli.in('glass.png'))
    const { code, stderr } = await cli.quantize(['glass.png', '-o', 'glass.gif'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^lloyd: glass\.gif cannot be translucent.*\.png keeps it\n$/)
    const { data } = await decode('glass.gif')
    expect([...data]).toEqual([255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0])
  })

  it('refuses frames of two sizes', async () => {
    await still(frame(3)).png().toFile(cli.in('a.png'))
    await still(frame(3)).rotate(90).png().toFile(cli.in('b.png'))
    const { code, stderr } = await cli.quantize(['a.png', 'b.png', '-o', 'film.gif'])
    expect(code).toBe(2)
    expect(stderr).toBe(
      'lloyd: b.png is 30 × 40, but a.png is 40 × 30; the frames of an animation must be of equal size\n',
    )
    expect(readdirSync(cli.folder).sort()).toEqual(['a.png', 'b.png'])
  })
})
