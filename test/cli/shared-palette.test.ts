import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createEngine, decodePalette, quantizeTogether, readImage } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli.js'

const cli = useCli()

/** A gradient of its own for each `seed`. */
async function writePicture(name: string, width: number, height: number, seed: number): Promise<void> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * (3 + seed)) & 255)
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(cli.in(name))
}

async function writeFolder(): Promise<void> {
  await mkdir(cli.in('in'))
  await mkdir(cli.in('out'))
  await writePicture('in/a.png', 30, 20, 1)
  await writePicture('in/b.png', 17, 40, 4)
}

/** The result of the library for both. */
async function together(colors: number) {
  const engine = await createEngine({ backend: 'cpu' })
  const images = [await readImage(cli.in('in/a.png')), await readImage(cli.in('in/b.png'))]
  const result = await quantizeTogether(engine, images, { colors })
  engine.destroy()
  return result
}

/** The bytes of PLTE. */
function storedPalette(name: string): Buffer {
  const file = readFileSync(cli.in(name))
  const at = file.indexOf('PLTE')
  return file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4))
}

describe('lloyd quantize --shared-palette', () => {
  it('writes images of several sizes with one palette, and the palette', async () => {
    await writeFolder()
    const args = ['in', '--shared-palette', '--out-dir', 'out', '--colors', '12', '--palette-out', 'out/both.act']
    const { code, stdout, stderr } = await cli.quantize([...args, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const expected = await together(12)
    const { images } = JSON.parse(stdout)
    for (const [at, name] of ['a', 'b'].entries()) {
      const { width, height, mse, oklabMse } = expected.images[at]
      expect(images[at]).toMatchObject({ input: `in/${name}.png`, colors: 12, width, height, mse, oklabMse })
      expect(images[at].uniqueColors).toBe(expected.uniqueColors)
      const rgb = expected.palette.filter((_, i) => i % 4 < 3)
      expect([...storedPalette(`out/${name}-12.png`)]).toEqual([...rgb])
      const { data } = await readImage(cli.in(`out/${name}-12.png`))
      const pixels = [...expected.images[at].indices].flatMap((k) => [...expected.palette.subarray(4 * k, 4 * k + 4)])
      expect([...data]).toEqual(pixels)
    }
    expect([...decodePalette(readFileSync(cli.in('out/both.act')), 'act')]).toEqual([...expected.palette])
  })

  it('leaves out what cannot be read', async () => {
    await writeFolder()
    const args = ['in/a.png', 'nowhere.png', 'in/b.png', '--shared-palette', '--out-dir', 'out', '--colors', '12']
    const { code, stderr } = await cli.quantize(args)
    expect(code).toBe(2)
    expect(stderr).toBe(
      'lloyd: there is no file nowhere.png; check the path\nlloyd: 1 of 3 images failed: nowhere.png\n',
    )
    expect(readdirSync(cli.in('out')).sort()).toEqual(['a-12.png', 'b-12.png'])
  })

  it('is what --palette-out needs for several images', async () => {
    await writeFolder()
    const args = ['quantize', '--backend', 'cpu', 'in', '--out-dir', 'out', '--palette-out', 'p.gpl']
    await cli.expectRefusal(args, /--palette-out writes one palette, but there are 2 outputs; give --shared-palette/)
  })
})

it('lloyd palette: one of several images or a folder', async () => {
  await writeFolder()
  const expected = await together(5)
  for (const names of [['in/a.png', 'in/b.png'], ['in']]) {
    const { code, stdout } = await cli.lloyd(['palette', ...names, '--backend', 'cpu', '--colors', '5', '--json'])
    expect(code).toBe(0)
    const { inputs, colors, mse } = JSON.parse(stdout)
    expect(inputs).toEqual([
      { input: 'in/a.png', width: 30, height: 20 },
      { input: 'in/b.png', width: 17, height: 40 },
    ])
    expect(mse).toBe(expected.mse)
    expect(colors.reduce((sum: number, { pixels }: { pixels: number }) => sum + pixels, 0)).toBe(30 * 20 + 17 * 40)
    const found = colors.map(({ rgba }: { rgba: number[] }) => rgba.join()).sort()
    const wanted = [0, 1, 2, 3, 4].map((k) => expected.palette.subarray(4 * k, 4 * k + 4).join()).sort()
    expect(found).toEqual(wanted)
  }
})
