import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { dist, useCli } from '../support/cli.js'

const cli = useCli()

/** A gradient of its own for each `seed`. */
const picture = (seed: number) =>
  sharp(
    Uint8Array.from({ length: 30 * 20 * 3 }, (_, i) => (i * (3 + seed)) & 255),
    { raw: { width: 30, height: 20, channels: 3 } },
  )

async function writeFolder(): Promise<void> {
  await mkdir(cli.in('in'))
  await mkdir(cli.in('out'))
  await mkdir(cli.in('in/deeper.png'))
  await picture(1).png().toFile(cli.in('in/a.PNG'))
  await picture(2).jpeg().toFile(cli.in('in/b.jpeg'))
  await picture(3).webp().toFile(cli.in('in/c10.webp'))
  await picture(4).tiff().toFile(cli.in('in/c9.tif'))
  await writeFile(cli.in('in/notes.txt'), 'not an image')
  await writeFile(cli.in('in/.hidden.png'), 'not an image')
}

describe('lloyd quantize on a folder', () => {
  it('does all images in it, with one summary', async () => {
    await writeFolder()
    const args = ['in', '--out-dir', 'out', '--colors', '9']
    const { code, stdout, stderr } = await cli.quantize(args)
    // The folder deeper.png cannot be read as an image.
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^lloyd: in\/deeper\.png is a directory[^\n]*\nlloyd: 1 of 5 images failed: in\/deeper\.png\n$/,
    )
    expect(readdirSync(cli.in('out')).sort()).toEqual(['a-9.png', 'b-9.png', 'c10-9.png', 'c9-9.png'])
    const inputs = [...stdout.matchAll(/^image +in\/([^,]+),/gm)].map(([, name]) => name)
    expect(inputs).toEqual(['a.PNG', 'b.jpeg', 'c9.tif', 'c10.webp'])
    expect(stdout).toMatch(
      /\n\nsummary +4 of 5 images, mean squared error [\d.]+ on average, [\d.]+ (bytes|kB), \d+ % of the input's [\d.]+ kB; [\d.]+ m?s\n$/,
    )
    expect(stdout.match(/summary/g)).toHaveLength(1)
  })

  it('names those that failed while the others are done, and leaves no partial file', async () => {
    await writeFolder()
    const good = await picture(5).png().toBuffer()
    await writeFile(cli.in('in/cut.png'), good.subarray(0, good.length >> 1))
    await writeFile(cli.in('in/empty.gif'), '')
    await writeFile(cli.in('out/b-9.png'), 'somebody needs this')
    const { code, stdout, stderr } = await cli.quantize(['in/*.*', '--out-dir', 'out', '--colors', '9', '--json'])
    expect(code).toBe(2)
    const { images, failures, summary } = JSON.parse(stdout)
    expect(images.map(({ input }: { input: string }) => input)).toEqual(['in/a.PNG', 'in/c9.tif', 'in/c10.webp'])
    expect(failures.map(({ input, code }: { input: string; code: string }) => [input, code])).toEqual([
      ['in/b.jpeg', 'InputError'],
      ['in/cut.png', 'FormatError'],
      ['in/empty.gif', 'FormatError'],
      ['in/notes.txt', 'FormatError'],
    ])
    const sum = (key: string) => images.reduce((total: number, image: Record<string, number>) => total + image[key], 0)
    expect(summary).toMatchObject({
      images: 7,
      done: 3,
      inputBytes: sum('inputBytes'),
      outputBytes: sum('outputBytes'),
    })
    expect(summary.mse).toBeCloseTo(sum('mse') / 3, 9)
    expect(stderr).toMatch(/lloyd: 4 of 7 images failed: in\/b\.jpeg, in\/cut\.png, in\/empty\.gif, in\/notes\.txt\n$/)
    expect(readdirSync(cli.in('out')).sort()).toEqual(['a-9.png', 'b-9.png', 'c10-9.png', 'c9-9.png'])
  })
})

it.skipIf(process.platform !== 'linux')('tells in a terminal which image of how many is at work', async () => {
  await mkdir(cli.in('in'))
  await mkdir(cli.in('out'))
  for (const [at, name] of ['a', 'b', 'c'].entries()) {
    const noise = Uint8Array.from({ length: 500 * 400 * 3 }, (_, i) => Math.imul(i + at, 2654435761) >>> 24)
    await sharp(noise, { raw: { width: 500, height: 400, channels: 3 } })
      .png()
      .toFile(cli.in(`in/${name}.png`))
  }
  const command = `${process.execPath} ${join(dist, 'cli.js')} quantize in --out-dir out --backend cpu`
  const output = execFileSync('script', ['-qec', command, '/dev/null'], { cwd: cli.folder }).toString()
  const told = new Set(
    [...output.matchAll(/\[(\d)\/3\] in\/(\w)\.png: [a-z]+/g)].map(([, place, name]) => place + name),
  )
  expect([...told]).toEqual(['1a', '2b', '3c'])
})

describe('lloyd quantize --report', () => {
  it('prints a table with a mean, and JSON', async () => {
    await writeFolder()
    const args = ['in/a.PNG', 'in/b.jpeg', '--out-dir', 'out', '--colors', '4', '--force', '--report']
    const table = await cli.quantize(args)
    expect(table).toMatchObject({ code: 0, stderr: '' })
    expect(table.stdout).toMatch(/^report +colours +MSE +Oklab MSE +PSNR dB +SSIM +ΔE2000 +before +after/m)
    for (const name of ['a-4.png', 'b-4.png', 'mean']) {
      expect(table.stdout).toMatch(
        new RegExp(
          `^${name} +4 +[\\d.]+ +\\d\\.\\d\\de-\\d +\\d\\d\\.\\d\\d +0\\.\\d{4} +[\\d.]+ +[\\d.]+ (bytes|kB) +\\d+ bytes`,
          'm',
        ),
      )
    }
    const { images } = JSON.parse((await cli.quantize([...args, '--json'])).stdout)
    for (const { mse, quality } of images) {
      expect(quality).toEqual({
        mse,
        psnr: expect.closeTo(10 * Math.log10((3 * 255 ** 2) / mse), 9),
        ssim: expect.any(Number),
        deltaE: expect.any(Number),
      })
    }
    const { images: equal } = JSON.parse((await cli.quantize(['out/a-4.png', '--report', '--json'])).stdout)
    expect(equal[0].quality).toMatchObject({ mse: 0, psnr: null, deltaE: 0 })
  })
})
