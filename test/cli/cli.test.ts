import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import { unpackChromium } from '../../src/engine/node/unpack-chromium.js'
import { dist, useCli } from '../support/cli.js'

const cli = useCli()
const { lloyd, quantize } = cli

async function pixelsOf(name: string) {
  const { data, info } = await sharp(cli.in(name)).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Four rectangles, each of one colour. */
const corners = [
  [180, 90, 70],
  [90, 150, 100],
  [80, 100, 170],
  [140, 140, 140],
]
const width = 48
const height = 32

function fourColors(): Sharp {
  const pixels = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const right = pixel % width >= width / 2
    const bottom = pixel >= (width * height) / 2
    pixels.set(corners[Number(right) + 2 * Number(bottom)], pixel * 3)
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

async function expectFourColors(name: string, tolerance: number): Promise<void> {
  const image = await pixelsOf(name)
  expect([image.width, image.height], name).toEqual([width, height])
  corners.forEach((color, corner) => {
    const x = (corner % 2 ? 0.75 : 0.25) * width
    const y = (corner > 1 ? 0.75 : 0.25) * height
    const found = [...image.data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)]
    const largest = Math.max(...[...color, 255].map((value, channel) => Math.abs(value - found[channel])))
    expect(largest, `${name}: ${found} for ${color}`).toBeLessThanOrEqual(tolerance)
  })
}

const noise = (side: number) =>
  sharp(
    Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.imul(i, 2654435761) >>> 15) ^ i),
    { raw: { width: side, height: side, channels: 3 } },
  )

describe('lloyd quantize, bad input', () => {
  beforeEach(async () => {
    const jpeg = await noise(40).jpeg().toBuffer()
    await fourColors().png().toFile(cli.in('good.png'))
    await fourColors().jpeg().toFile(cli.in('good.jpg'))
    await writeFile(cli.in('empty.png'), '')
    await writeFile(cli.in('text.jpg'), 'not an image at all\n')
    await writeFile(cli.in('truncated.jpg'), jpeg.subarray(0, jpeg.length >> 1))
    await writeFile(cli.in('good-256.png'), 'somebody needs this')
    await mkdir(cli.in('folder'))
    await mkdir(cli.in('folder.png'))
  })

  it.each<[string, string[], RegExp]>([
    ['no image', [], /no image/],
    ['a missing file', ['nowhere.jpg'], /no file nowhere\.jpg; check/],
    ['an empty file', ['empty.png'], /empty\.png is empty; give/],
    ['text renamed to .jpg', ['text.jpg'], /text\.jpg is not an image.*; give/],
    ['a truncated JPEG', ['truncated.jpg'], /truncated\.jpg is damaged.*; get/],
    ['a folder without images', ['folder'], /folder folder has no .*; name/],
    ['a pattern without files', ['*.tiff'], /no file matches \*\.tiff/],
    ['--colors 0', ['good.png', '--colors', '0'], /--colors.*1 to 256.*'0'/],
    ['--colors abc', ['good.png', '--colors', 'abc'], /--colors.*1 to 256.*'abc'/],
    ['--colors 1.5', ['good.png', '--colors', '1.5'], /--colors.*'1\.5'/],
    ['--colors -3', ['good.png', '--colors', '-3'], /--colors.*'-3'/],
    ['--colors 300', ['good.png', '--colors', '300'], /indexed PNG.*'300'/],
    ['--colors 70000', ['good.png', '--colors', '70000'], /indexed PNG.*'70000'/],
    ['--iterations -1', ['good.png', '--iterations', '-1'], /--iterations.*'-1'/],
    ['--tolerance -1', ['good.png', '--tolerance', '-1'], /--tolerance.*'-1'/],
    ['an unknown dither', ['good.png', '--dither', 'some'], /--dither.*floyd-steinberg/],
    ['--dither-strength 300', ['good.png', '--dither-strength', '300'], /--dither-strength.*0 to 256.*'300'/],
    ['an unknown space', ['good.png', '--space', 'lab'], /--space.*srgb, oklab/],
    ['an unknown backend', ['good.png', '--backend', 'cuda'], /--backend.*webgpu/],
    ['an unknown option', ['good.png', '--colour', '3'], /unknown option '--colour'.*--help/],
    ['an option without its value', ['good.png', '--colors'], /--colors.*missing/],
    ['an existing output', ['good.png'], /good-256\.png exists.*--force/],
    ['an existing output that was named', ['good.png', '-o', 'good-256.png'], /good-256\.png exists.*--force/],
    ['a directory as output', ['good.png', '-o', 'folder.png', '--force'], /folder\.png is a directory/],
    ['a missing output directory', ['good.png', '-o', 'nowhere/x.png'], /no directory nowhere.*create/],
    ['a missing --out-dir', ['good.png', '--out-dir', 'nowhere'], /no directory nowhere.*create/],
    ['a file as output directory', ['good.png', '-o', 'text.jpg/x.png'], /text\.jpg/],
    ['an output name that is too long', ['good.png', '-o', `${'x'.repeat(300)}.png`], /ENAMETOOLONG/],
    ['an output of another kind', ['good.png', '-o', 'x.jpg'], /-o.*\.png or \.gif, got 'x\.jpg'/],
    ['an output that is not of its --format', ['good.png', '-o', 'x.gif', '--format', 'png'], /--format png.*x\.gif/],
    ['an unknown --format', ['good.png', '--format', 'bmp'], /--format.*png, gif/],
    ['one palette file for two images', ['good.png', 'truncated.jpg', '--palette-out', 'a.gpl'], /--palette-out.*2/],
    ['a palette file of another kind', ['good.png', '-o', 'x.png', '--palette-out', 'a.txt'], /--palette-out.*a\.txt/],
    ['too long a delay', ['good.png', '--delay', '700000'], /--delay.*655350/],
    ['-o for two images', ['good.png', 'good.jpg', '-o', 'x.png'], /-o.*2 images.*--out-dir/],
    ['-o beside --out-dir', ['good.png', '-o', 'x.png', '--out-dir', '.'], /-o.*--out-dir/],
  ])('refuses %s', (_, args, message) => cli.expectRefusal(['quantize', ...args], message))

  it.skipIf(process.platform !== 'linux')('refuses an unwritable output', () =>
    cli.expectRefusal(['quantize', 'good.png', '-o', '/proc/lloyd.png'], /\/proc/),
  )

  it('refuses an unknown command', async () => {
    const { code, stderr } = await lloyd(['quantise', 'good.png'])
    expect(stderr).toMatch(/^lloyd: unknown command 'quantise'[^\n]*\n$/)
    expect(code).toBe(2)
  })

  it('goes on after a failure, and names what failed', async () => {
    const args = ['empty.png', 'nowhere.jpg', 'good.jpg', 'text.jpg', '--colors', '4', '--json']
    const { code, stdout, stderr } = await quantize(args)
    expect(code).toBe(2)
    const lines = stderr.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    for (const [line, name] of ['nowhere.jpg', 'empty.png', 'text.jpg'].entries()) expect(lines[line]).toContain(name)
    expect(lines[3]).toMatch(/3 of 4 images failed: nowhere\.jpg, empty\.png, text\.jpg/)
    const { images, failures } = JSON.parse(stdout)
    expect(images.map((image: { output: string }) => image.output)).toEqual(['good-4.png'])
    expect(failures.map((failure: { code: string }) => failure.code)).toEqual([
      'InputError',
      'FormatError',
      'FormatError',
    ])
    await expectFourColors('good-4.png', 8)
    expect(readdirSync(cli.folder).filter((name) => name.endsWith('-4.png'))).toEqual(['good-4.png'])
  })
})

describe('lloyd quantize', () => {
  it('prints what it did', async () => {
    await noise(40).png().toFile(cli.in('noise.png'))
    const { code, stdout, stderr } = await quantize(['noise.png', '--colors', '16'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^adapter .*CPU/)
    expect(stdout).toMatch(/^image +noise\.png, 40 × 40, [\d,]+ distinct colours$/m)
    expect(stdout).toMatch(/^palette +16 colours after \d+ iterations?, mean squared error [\d,]+\.\d+$/m)
    for (const stage of ['decode', 'count', 'seed', 'cluster', 'map', 'encode', 'write']) {
      expect(stdout).toMatch(new RegExp(`^time .*\\b${stage} [\\d.]+ m?s`, 'm'))
    }
    expect(stdout).toMatch(/^output +noise-16\.png, [\d.]+ (bytes|kB), \d+ % of the input's [\d.]+ kB$/m)
  })

  it('runs on WebGPU where there is an adapter', async () => {
    await noise(64).png().toFile(cli.in('noise.png'))
    const outcome = await lloyd(['quantize', 'noise.png', '--colors', '8', '--json', '--backend', 'webgpu'])
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(outcome.stdout)).toMatchObject({ backend: 'webgpu', images: [{ colors: 8 }] })
  })

  it('prints JSON', async () => {
    await noise(40).png().toFile(cli.in('noise.png'))
    const { stdout } = await quantize(['noise.png', '--colors', '5', '--iterations', '3', '--json'])
    const result = JSON.parse(stdout)
    expect(result).toMatchObject({ backend: 'cpu', adapter: { software: true }, failures: [] })
    expect(result.images).toHaveLength(1)
    const [image] = result.images
    expect(image).toMatchObject({ input: 'noise.png', output: 'noise-5.png', format: 'png', width: 40, height: 40 })
    expect(image).toMatchObject({ pages: 1, colors: 5, outputBytes: readFileSync(cli.in('noise-5.png')).length })
    expect(image.inputBytes).toBe(readFileSync(cli.in('noise.png')).length)
    expect(image.iterations).toBeLessThanOrEqual(3)
    expect(Object.keys(image.stages)).toEqual(
      expect.arrayContaining(['decode', 'count', 'seed', 'cluster', 'map', 'encode', 'write']),
    )

    const original = await pixelsOf('noise.png')
    const reduced = await pixelsOf('noise-5.png')
    let squares = 0
    const colors = new Set<number>()
    const keys = new Set<number>()
    for (let i = 0; i < original.data.length; i++) squares += (original.data[i] - reduced.data[i]) ** 2
    for (let i = 0; i < original.data.length; i += 4) {
      keys.add(original.data.readUInt32LE(i))
      colors.add(reduced.data.readUInt32LE(i))
    }
    expect(image.uniqueColors).toBe(keys.size)
    expect(colors.size).toBe(5)
    expect(image.mse).toBeCloseTo(squares / (40 * 40), 9)
  })

  it('compares colours in Oklab', async () => {
    await noise(40).png().toFile(cli.in('noise.png'))
    const inSpace = async (space: string) => {
      const { stdout } = await quantize(['noise.png', '--colors', '16', '--space', space, '--force', '--json'])
      return JSON.parse(stdout).images[0]
    }
    const [srgb, oklab] = [await inSpace('srgb'), await inSpace('oklab')]
    expect(oklab.oklabMse).toBeLessThan(srgb.oklabMse)
    expect(oklab.mse).toBeGreaterThan(srgb.mse)
  })

  it('reads every format, upright and in sRGB', async () => {
    const to = cli.in
    await fourColors().png().toFile(to('plain.png'))
    await fourColors().tiff({ compression: 'lzw' }).toFile(to('plain.tiff'))
    await fourColors().webp({ lossless: true }).toFile(to('plain.webp'))
    await fourColors().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toFile(to('plain.avif'))
    await fourColors().gif().toFile(to('plain.gif'))
    await fourColors().jpeg({ quality: 95 }).toFile(to('plain.jpg'))
    await fourColors().rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toFile(to('turned.jpg'))
    await fourColors().toColourspace('rgb16').png().toFile(to('deep.png'))
    await fourColors().withIccProfile('p3').png().toFile(to('p3.png'))
    await fourColors().toColourspace('rgb16').withIccProfile('p3').png().toFile(to('p3-deep.png'))
    await fourColors().toColourspace('cmyk').jpeg({ quality: 95 }).toFile(to('cmyk.jpg'))
    await fourColors().toColourspace('b-w').png().toFile(to('grey.png'))
    expect((await sharp(to('turned.jpg')).metadata()).width).toBe(height)
    expect((await sharp(to('deep.png')).metadata()).depth).toBe('ushort')
    expect((await sharp(to('cmyk.jpg')).metadata()).space).toBe('cmyk')
    expect((await sharp(to('grey.png')).metadata()).channels).toBe(1)

    await mkdir(to('all'))
    const { code, stdout, stderr } = await quantize(['*.*', '--out-dir', 'all', '--json', '--colors', '250'])
    // Several are called plain: their outputs would meet.
    expect(code).toBe(2)
    const clash =
      /^lloyd: plain\.\w+ would be written to all\/plain-250\.png, but so would plain\.[^\n]*, plain\.\w+;/gm
    expect(stderr.match(clash)).toHaveLength(6)
    expect(stderr).toMatch(/lloyd: 6 of 12 images failed: plain\.avif, [^\n]*plain\.webp\n$/)
    expect(JSON.parse(stdout).images).toHaveLength(6)

    const tolerances: Record<string, number> = { jpg: 8, avif: 8, png: 1, tiff: 0, webp: 0, gif: 4 }
    for (const kind of Object.keys(tolerances)) {
      await mkdir(to(kind))
      const result = await quantize([`*.${kind}`, '--out-dir', kind, '--colors', '250', '--json'])
      expect(result, kind).toMatchObject({ code: 0, stderr: '' })
      for (const { input, output, format } of JSON.parse(result.stdout).images) {
        expect(format).toBe(kind === 'jpg' ? 'jpeg' : kind)
        // The gamut of CMYK is smaller, and P3 was rounded on the way.
        const tolerance = input === 'cmyk.jpg' ? 30 : input.startsWith('p3') ? 2 : tolerances[kind]
        if (input !== 'grey.png') await expectFourColors(output, tolerance)
      }
    }
    const grey = (await pixelsOf('png/grey-250.png')).data
    expect(grey.every((value, i) => value === (i % 4 === 3 ? 255 : grey[i - (i % 4)]))).toBe(true)
    expect(new Set(grey).size).toBeGreaterThan(2)
  })

  it('takes the first frame of an animation and says so', async () => {
    const red = await fourColors().raw().toBuffer()
    const frames = Buffer.concat([red, red.map((value: number) => 255 - value), red.map((value: number) => value >> 1)])
    const animation = () => sharp(frames, { raw: { width, height: height * 3, channels: 3, pageHeight: height } })
    await animation().gif().toFile(cli.in('moving.gif'))
    await animation().webp({ lossless: true }).toFile(cli.in('waving.webp'))
    const { code, stdout, stderr } = await quantize(['moving.gif', 'waving.webp', '--json'])
    expect(code).toBe(0)
    expect(stderr).toBe(
      ['moving.gif', 'waving.webp']
        .map((name) => `lloyd: ${name} has 3 frames; the first is used; --format gif keeps them all\n`)
        .join(''),
    )
    expect(JSON.parse(stdout).images.map((image: { pages: number }) => image.pages)).toEqual([3, 3])
    await expectFourColors('moving-256.png', 4)
    await expectFourColors('waving-256.png', 0)
  })

  it('keeps transparency', async () => {
    const pixels = Buffer.from([255, 0, 0, 255, 0, 0, 255, 128, 9, 9, 9, 0, 255, 0, 0, 255])
    await sharp(pixels, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toFile(cli.in('glass.png'))
    expect(await quantize(['glass.png'])).toMatchObject({ code: 0 })
    const expected = Buffer.from(pixels)
    expected.fill(0, 8, 12)
    expect((await pixelsOf('glass-256.png')).data).toEqual(expected)
  })

  it('dithers with --dither, as strongly as --dither-strength says', async () => {
    const side = 40
    const ramp = Uint8Array.from({ length: side * side }, (_, i) => 6 * (i % side))
    await sharp(ramp, { raw: { width: side, height: side, channels: 1 } })
      .png()
      .toFile(cli.in('ramp.png'))
    /** Changes from one pixel to the next along the rows, in two colours. */
    const changesWith = async (...args: string[]) => {
      const { code } = await quantize(['ramp.png', '--colors', '2', '-o', 'two.png', '--force', ...args])
      expect(code).toBe(0)
      const { data } = await pixelsOf('two.png')
      return Array.from(ramp.keys()).filter((i) => i % side > 0 && data[4 * i] !== data[4 * i - 4]).length
    }
    expect(await changesWith()).toBe(side)
    for (const dither of ['floyd-steinberg', 'blue-noise', 'ordered']) {
      expect(await changesWith('--dither', dither), dither).toBeGreaterThan(6 * side)
    }
    expect(await changesWith('--dither', 'ordered', '--dither-strength', '0')).toBe(side)
  })

  it('expands patterns, but not the names of files', async () => {
    for (const name of ['b.png', 'a.png', 'a[b].png', 'c.txt']) await fourColors().png().toFile(cli.in(name))
    const first = await quantize(['./b.png', '*.png', '--colors', '4', '--json'])
    expect(first).toMatchObject({ code: 0 })
    expect(JSON.parse(first.stdout).images.map((image: { input: string }) => image.input)).toEqual([
      './b.png',
      'a.png',
      'a[b].png',
    ])
    const second = await quantize(['a[b].png', '--colors', '3', '--json'])
    expect(JSON.parse(second.stdout).images.map((image: { output: string }) => image.output)).toEqual(['a[b]-3.png'])
  })

  it('repeats the sample on the other executor, and says that the bytes are the same', async () => {
    await fourColors().png().toFile(cli.in('four.png'))
    const again = /^again +on (the CPU executor|.+, WebGPU\)), in [\d.]+ m?s: the same \d+ bytes, byte for byte$/m
    const { code, stdout } = await lloyd(['quantize', '--sample', 'four.png', '-o', 'sample.png'])
    expect(code).toBe(0)
    expect(stdout).toMatch(again)
    // Nothing is repeated of an image of one's own, for a program, or where the executor is named.
    for (const given of [['four.png'], ['--sample', 'four.png', '--json']]) {
      const { code, stdout } = await lloyd(['quantize', ...given, '-o', 'other.png', '--force'])
      expect(code).toBe(0)
      expect(stdout).not.toMatch(/again/)
    }
    expect((await quantize(['--sample', 'four.png'])).stdout).not.toMatch(/again/)
  })

  it('replaces an existing output with --force, and the sample without', async () => {
    await fourColors().png().toFile(cli.in('four.png'))
    await writeFile(cli.in('four-256.png'), 'old')
    await writeFile(cli.in('four-64.png'), 'old')
    expect(await quantize(['four.png', '--force'])).toMatchObject({ code: 0, stderr: '' })
    await expectFourColors('four-256.png', 0)
    for (let time = 0; time < 2; time++) {
      expect(await quantize(['--sample', 'four.png'])).toMatchObject({ code: 0, stderr: '' })
      await expectFourColors('four-64.png', 0)
    }
    const named = await quantize(['--sample', 'four.png', '-o', 'four-64.png'])
    expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') })
    const given = await quantize(['--sample', 'nowhere.png', 'four.png', '--colors', '2'])
    expect(given).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(cli.in('four-2.png'))).toBe(true)
  })

  it('does its work when nobody reads what it prints', async () => {
    await fourColors().png().toFile(cli.in('four.png'))
    expect(await quantize(['four.png'], { closeOutput: true })).toMatchObject({ code: 0, stderr: '' })
    await expectFourColors('four-256.png', 0)
  })

  it.skipIf(process.platform === 'win32').each(['cpu', 'webgpu'])(
    'leaves nothing behind when it is interrupted (%s)',
    async (backend) => {
      await noise(400).png({ compressionLevel: 1 }).toFile(cli.in('noise.png'))
      let sent = false
      // So many runs take minutes.
      const outcome = await lloyd(['quantize', 'noise.png', '--backend', backend, '--restarts', '1000'], {
        onOutput: (stdout, child) => {
          // The adapter is printed when the image is decoded and the work begins.
          if (!sent && stdout.startsWith('adapter')) sent = child.kill('SIGINT')
        },
      })
      expect(sent).toBe(true)
      expect(outcome).toMatchObject({ code: 130, stderr: expect.stringMatching(/^lloyd: interrupted[^\n]*\n$/) })
      expect(outcome.stdout).not.toMatch(/^output/m)
      expect(readdirSync(cli.folder)).toEqual(['noise.png'])
    },
  )
})

describe('lloyd', () => {
  it('prints help and version on stdout', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    expect(await lloyd(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    for (const args of [[], ['--help'], ['quantize', '--help']]) {
      const { code, stdout, stderr } = await lloyd(args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: lloyd/)
      expect(stdout).not.toContain('--sample')
    }
    expect((await lloyd(['quantize', '--help'])).stdout).toMatch(/current\s+directory/)
  })

  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'takes the faster of SwiftShader and the CPU, and says so',
    async () => {
      const folder = await unpackChromium('swiftshader')
      const env = { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') }
      const taken = await lloyd(['info'], { env })
      expect(taken).toMatchObject({ code: 0, stderr: '' })
      expect(taken.stdout).toMatch(
        /^adapter +SwiftShader.* is passed over: faster than it, the CPU computes, with SIMD/m,
      )
      const forced = await lloyd(['info', '--backend', 'webgpu'], { env })
      expect(forced.stdout).toMatch(/^adapter +SwiftShader.*\(software, WebGPU\)$/m)
    },
  )

  it('describes the adapter and its limits', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    const json = await lloyd(['info', '--json', '--backend', 'webgpu'])
    expect(json).toMatchObject({ code: 0, stderr: '' })
    const info = JSON.parse(json.stdout)
    expect(info).toMatchObject({ version, backend: 'webgpu' })
    expect(info.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(2 ** 27)
    const text = await lloyd(['info', '--backend', 'cpu'])
    expect(text).toMatchObject({ code: 0, stderr: '' })
    expect(text.stdout).toContain(version)
    expect(text.stdout).toMatch(/^adapter +none/m)
  })

  it('says what to install where sharp and webgpu are missing', async () => {
    // A copy far from node_modules.
    const bare = await mkdtemp(join(tmpdir(), 'lloyd-bare-'))
    try {
      await cp(dist, bare, { recursive: true })
      await writeFile(join(bare, 'package.json'), '{"type":"module"}')
      await fourColors().png().toFile(cli.in('four.png'))
      const command = join(bare, 'cli.js')
      const quantized = await lloyd(['quantize', 'four.png'], { command })
      expect(quantized).toMatchObject({ code: 2, stderr: expect.stringMatching(/^lloyd: [^\n]*npm install sharp\n$/) })
      const info = await lloyd(['info'], { command })
      expect(info).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^lloyd: [^\n]*npm install webgpu[^\n]*\n$/),
      })
    } finally {
      await rm(bare, { recursive: true })
    }
  })
})
