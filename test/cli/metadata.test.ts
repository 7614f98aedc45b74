/** Metadata that a PNG keeps from its input, options of the search for a palette, and skipped files. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { useCli } from '../support/cli.js'

const cli = useCli()
const [width, height] = [40, 24]

const picture = (channels: 3 | 4 = 3, at: (i: number) => number = (i) => (i * 7) & 255) =>
  sharp(
    Uint8Array.from({ length: width * height * channels }, (_, i) => at(i)),
    { raw: { width, height, channels } },
  )

function chunk(type: string, data: Uint8Array | string): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), Buffer.from(data), Buffer.alloc(4)])
  bytes.writeUInt32BE(bytes.length - 12)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4)
  return bytes
}

/** A PNG file that has more chunks, before or after its pixels. */
async function pngWith(before: Buffer[], after: Buffer[] = []): Promise<Buffer> {
  const plain = await picture().png().toBuffer()
  const chunks = chunksOf(plain).filter(({ type }) => type !== 'pHYs')
  const isHead = (type: string) => type === 'IHDR'
  const encode = (list: typeof chunks) => list.map(({ type, data }) => chunk(type, data))
  return Buffer.concat([
    plain.subarray(0, 8),
    ...encode(chunks.filter(({ type }) => isHead(type))),
    ...before,
    ...encode(chunks.filter(({ type }) => !isHead(type) && type !== 'IEND')),
    ...after,
    chunk('IEND', ''),
  ])
}

/** All chunks, once their sums are found to be right and the file to end with the last. */
function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = []
  let at = 8
  while (at < png.length) {
    const end = at + 8 + png.readUInt32BE(at)
    expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)))
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) })
    at = end + 4
  }
  return chunks
}

async function quantized(input: string, ...args: string[]) {
  const { code, stderr } = await cli.quantize([input, '--colors', '4', '-o', 'out.png', '--force', ...args])
  expect({ code, stderr }, input).toEqual({ code: 0, stderr: '' })
  const file = readFileSync(cli.in('out.png'))
  const chunks = chunksOf(file)
  if (existsSync('/usr/bin/pngcheck')) execFileSync('pngcheck', ['-q', cli.in('out.png')])
  const data = (type: string) => chunks.find((one) => one.type === type)?.data
  const texts = chunks.filter(({ type }) => type.endsWith('Xt')).map(({ data }) => data.toString('utf8'))
  return { chunks, data, texts, types: chunks.map(({ type }) => type), metadata: await sharp(file).metadata() }
}

function physOf(x: number, y: number, unit = 1): Buffer {
  const data = Buffer.alloc(9)
  data.writeUInt32BE(x)
  data.writeUInt32BE(y, 4)
  data[8] = unit
  return data
}

/** A JPEG file with the density that JFIF states. */
async function jpegWith(unit: number, x: number, y: number, image = picture().jpeg()): Promise<Buffer> {
  const jpeg = await image.toBuffer()
  expect(jpeg.includes('JFIF')).toBe(false)
  const jfif = Buffer.from('\xff\xe0\0\x10JFIF\0\x01\x01\0\0\0\0\0\0\0', 'latin1')
  jfif[11] = unit
  jfif.writeUInt16BE(x, 12)
  jfif.writeUInt16BE(y, 14)
  return Buffer.concat([jpeg.subarray(0, 2), jfif, jpeg.subarray(2)])
}

/** A TIFF file of one white pixel with a description and a copyright. */
function tiffWith(description: string, copyright: string): Buffer {
  const texts = [description, copyright].map((text) => Buffer.from(`${text}\0`))
  const entries = 10
  const after = 8 + 2 + 12 * entries + 4
  const [textAt, rightAt, pixelAt] = [after, after + texts[0].length, after + texts[0].length + texts[1].length]
  const file = Buffer.alloc(pixelAt + 3, 255)
  file.write('II*\0', 0, 'latin1')
  file.writeUInt32LE(8, 4)
  file.writeUInt16LE(entries, 8)
  const tags = [
    [0x100, 4, 1, 1],
    [0x101, 4, 1, 1],
    [0x102, 3, 1, 8],
    [0x103, 3, 1, 1],
    [0x106, 3, 1, 2],
    [0x10e, 2, texts[0].length, textAt],
    [0x111, 4, 1, pixelAt],
    [0x115, 3, 1, 3],
    [0x117, 4, 1, 3],
    [0x8298, 2, texts[1].length, rightAt],
  ]
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    file.writeUInt16LE(tag, 10 + 12 * i)
    file.writeUInt16LE(type, 12 + 12 * i)
    file.writeUInt32LE(count, 14 + 12 * i)
    file.writeUInt32LE(value, 18 + 12 * i)
  }
  file.writeUInt32LE(0, after - 4)
  texts[0].copy(file, textAt)
  texts[1].copy(file, rightAt)
  return file
}

const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" tiff:Make="Acme"/>' +
  '</rdf:RDF></x:xmpmeta>'

describe('the resolution', () => {
  it.each<[string, () => Promise<Buffer>, Buffer | undefined]>([
    ['a.png', () => pngWith([chunk('pHYs', physOf(2835, 3000))]), physOf(2835, 3000)],
    ['shape.png', () => pngWith([chunk('pHYs', physOf(4, 3, 0))]), physOf(4, 3, 0)],
    ['zero.png', () => pngWith([chunk('pHYs', physOf(0, 3000))]), undefined],
    ['none.png', () => pngWith([]), undefined],
    ['inch.jpg', () => jpegWith(1, 300, 300), physOf(11811, 11811)],
    ['fax.jpg', () => jpegWith(1, 204, 98), physOf(8031, 3858)],
    ['centimetre.jpg', () => jpegWith(2, 118, 118), physOf(11800, 11800)],
    ['shape.jpg', () => jpegWith(0, 2, 1), physOf(2, 1, 0)],
    ['square.jpg', () => jpegWith(0, 1, 1), undefined],
    ['a.tif', () => picture().tiff({ xres: 10, yres: 5 }).toBuffer(), physOf(10_000, 5000)],
    [
      'inch.tif',
      () => picture().tiff({ xres: 23.622, yres: 23.622, resolutionUnit: 'inch' }).toBuffer(),
      physOf(23622, 23622),
    ],
    ['a.webp', () => picture().withMetadata({ density: 150 }).webp().toBuffer(), physOf(5906, 5906)],
    ['a.avif', () => picture().withMetadata({ density: 150 }).avif().toBuffer(), physOf(5906, 5906)],
    ['a.gif', () => picture().gif().toBuffer(), undefined],
  ])('of %s is kept', async (name, make, expected) => {
    await writeFile(cli.in(name), await make())
    const { data, types } = await quantized(name)
    expect(data('pHYs')).toEqual(expected)
    expect(types).toEqual(['IHDR', 'PLTE', ...(expected ? ['pHYs'] : []), 'IDAT', 'IEND'])
  })

  it('turns with the image', async () => {
    const image = picture().jpeg().withMetadata({ orientation: 6 })
    await writeFile(cli.in('turned.jpg'), await jpegWith(1, 100, 200, image))
    const { data, types, metadata } = await quantized('turned.jpg')
    expect([metadata.width, metadata.height]).toEqual([height, width])
    expect(data('pHYs')).toEqual(physOf(7874, 3937))
    expect(types).not.toContain('eXIf')
  })
})

describe('--keep-metadata', () => {
  it('keeps texts and time of a PNG, before or after its pixels, but no colour profile', async () => {
    const time = Buffer.of(0x07, 0xe4, 1, 2, 3, 4, 5)
    const text = chunk('tEXt', 'Author\0Ada')
    const packed = chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync('long '.repeat(99))]))
    const foreign = chunk('iTXt', Buffer.from('Title\0\0\0fr\0Titre\0Été'))
    const icc = await picture().withIccProfile('p3').png().toBuffer()
    const profile = chunk('zTXt', Buffer.concat([Buffer.from('Raw profile type icc\0\0'), deflateSync('icc')]))
    const iccp = chunksOf(icc).find(({ type }) => type === 'iCCP')!
    const gamma = chunk('gAMA', Buffer.of(0, 0, 0xb1, 0x8f))
    const xmp = chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${XMP}`))
    const head = [chunk('iCCP', iccp.data), gamma, text, profile, xmp]
    await writeFile(cli.in('a.png'), await pngWith(head, [packed, foreign, chunk('tIME', time)]))
    const { chunks, data, texts, types } = await quantized('a.png', '--keep-metadata')
    expect(types).toEqual(['IHDR', 'PLTE', 'tIME', 'iTXt', 'tEXt', 'zTXt', 'iTXt', 'IDAT', 'IEND'])
    expect(data('tIME')).toEqual(time)
    expect(texts[0]).toBe(`XML:com.adobe.xmp\0\0\0\0\0${XMP.replace('"6"', '"1"')}`)
    for (const kept of [text, packed, foreign]) {
      expect(chunks.some((one) => chunk(one.type, one.data).equals(kept))).toBe(true)
    }
    expect((await quantized('a.png')).types).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  })

  it('keeps EXIF, XMP and the comment of a JPEG, true of upright sRGB pixels', async () => {
    const exif = { IFD0: { Copyright: 'Mine' }, IFD2: { ColorSpace: '65535' }, IFD3: { GPSLatitudeRef: 'N' } }
    const image = picture().jpeg().withMetadata({ orientation: 6, density: 72 }).withIccProfile('p3').withXmp(XMP)
    const jpeg = await image.withExifMerge(exif).toBuffer()
    const comment = Buffer.from('\xff\xfe\0\x08schön', 'latin1')
    comment[3] = comment.length - 2
    await writeFile(cli.in('a.jpg'), Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]))
    expect((await sharp(jpeg).metadata()).orientation).toBe(6)
    const { data, texts, types, metadata } = await quantized('a.jpg', '--keep-metadata')
    expect(types).toEqual(['IHDR', 'PLTE', 'pHYs', 'eXIf', 'iTXt', 'iTXt', 'IDAT', 'IEND'])
    expect(metadata).toMatchObject({ width: height, height: width, orientation: 1, hasProfile: false })
    expect(texts).toEqual([expect.stringContaining('tiff:Orientation="1" tiff:Make="Acme"'), 'Comment\0\0\0\0\0schön'])
    expect(data('eXIf')!.toString('latin1')).toContain('Mine')
    if (!existsSync('/usr/bin/exiftool')) return
    const options = ['-j', '-G1', '-s', '-n', '-validate', '-warning']
    const [found] = JSON.parse(execFileSync('exiftool', [...options, '-all', cli.in('out.png')], { encoding: 'utf8' }))
    expect(found).toMatchObject({
      'IFD0:Orientation': 1,
      'IFD0:Copyright': 'Mine',
      'ExifIFD:ColorSpace': 1,
      'GPS:GPSLatitudeRef': 'N',
      'XMP-tiff:Orientation': 1,
    })
    expect(found['PNG:Warning']).toBeUndefined()
  })

  it.each(['webp', 'avif'] as const)('keeps what a %s file has', async (format) => {
    const image = picture().withExif({ IFD0: { Copyright: 'Mine', ImageDescription: 'a sea' } })
    await image
      .withXmp(XMP)
      .toFormat(format)
      .toFile(cli.in(`a.${format}`))
    const { chunks } = await quantized(`a.${format}`, '--keep-metadata')
    const all = Buffer.concat(chunks.map(({ data }) => data)).toString('latin1')
    for (const text of ['tiff:Make="Acme"', 'Mine', 'a sea']) expect(all, format).toContain(text)
  })

  it('keeps the texts of a TIFF file', async () => {
    await writeFile(cli.in('a.tif'), tiffWith('Der Rhein bei Köln', 'Ada Byron'))
    const { texts } = await quantized('a.tif', '--keep-metadata')
    expect(texts).toEqual(['Description\0\0\0\0\0Der Rhein bei Köln', 'Copyright\0\0\0\0\0Ada Byron'])
  })

  it('leaves out damaged EXIF, and says so', async () => {
    await writeFile(cli.in('a.png'), await pngWith([chunk('eXIf', 'MM\0*\0\0\xff\xff')]))
    const { code, stderr } = await cli.quantize(['a.png', '--keep-metadata', '-o', 'b.png'])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'lloyd: a.png has damaged EXIF data, which the PNG cannot keep\n',
    })
    expect(chunksOf(readFileSync(cli.in('b.png'))).map(({ type }) => type)).not.toContain('eXIf')
  })

  it('works through pipes, and is refused for a GIF', async () => {
    const input = await pngWith([chunk('pHYs', physOf(2835, 2835)), chunk('tEXt', 'Author\0Ada')])
    expect(await cli.quantize(['-', '-o', 'a.png', '--keep-metadata'], { input })).toMatchObject({
      code: 0,
      stderr: '',
    })
    const types = chunksOf(readFileSync(cli.in('a.png'))).map(({ type }) => type)
    expect(types).toEqual(['IHDR', 'PLTE', 'pHYs', 'tEXt', 'IDAT', 'IEND'])
    const args = ['quantize', 'a.png', '--backend', 'cpu', '--keep-metadata', '-o', 'a.gif']
    await cli.expectRefusal(args, /GIF cannot hold metadata; leave out --keep-metadata/)
  })
})

describe('--skip-if-larger', () => {
  const busy = (i: number) => (Math.imul(i, 2654435761) >>> 15) & 255

  it('leaves the output alone, exits 98 and says why', async () => {
    await picture(3, busy).webp({ quality: 1 }).toFile(cli.in('a.webp'))
    await writeFile(cli.in('a-256.png'), 'old')
    const { code, stdout, stderr } = await cli.quantize(['a.webp', '--skip-if-larger', '--force'])
    expect(code).toBe(98)
    expect(stderr).toMatch(/^lloyd: a\.webp: \d+ bytes would become [\d,]+, so nothing is written\n$/)
    expect(stdout).not.toMatch(/^output/m)
    expect(readFileSync(cli.in('a-256.png'), 'utf8')).toBe('old')
    expect(readdirSync(cli.folder).sort()).toEqual(['a-256.png', 'a.webp'])
  })

  it('tells in JSON which of a batch are skipped, and an error counts for more', async () => {
    await picture(3, () => 9)
      .webp()
      .toFile(cli.in('a.webp'))
    await picture(3, busy).png().toFile(cli.in('b.png'))
    const args = ['--colors', '4', '--skip-if-larger', '--json']
    const { code, stdout } = await cli.quantize(['a.webp', 'b.png', ...args])
    expect(code).toBe(98)
    const { images, failures, skipped, summary } = JSON.parse(stdout)
    expect(images).toMatchObject([{ input: 'b.png', output: 'b-4.png' }])
    expect(failures).toEqual([])
    expect(skipped).toMatchObject([
      { input: 'a.webp', output: 'a-4.png', inputBytes: readFileSync(cli.in('a.webp')).length },
    ])
    expect(skipped[0].outputBytes).toBeGreaterThanOrEqual(skipped[0].inputBytes)
    expect(summary).toMatchObject({ images: 2, done: 1, skipped: 1 })
    expect(readdirSync(cli.folder).sort()).toEqual(['a.webp', 'b-4.png', 'b.png'])
    await writeFile(cli.in('c.png'), 'no image')
    expect(await cli.quantize(['a.webp', 'c.png', ...args])).toMatchObject({ code: 2 })
  })

  it('counts equal sizes as no gain, and passes a piped PNG on as it is', async () => {
    const args = ['--colors', '4', '--skip-if-larger']
    await picture().png().toFile(cli.in('a.png'))
    expect(await cli.quantize(['a.png', '-o', 'b.png', ...args])).toMatchObject({ code: 0 })
    const input = readFileSync(cli.in('b.png'))
    const parts: Buffer[] = []
    const same = await cli.quantize(['-', ...args], { input, onBytes: (part) => parts.push(part) })
    expect(same).toMatchObject({
      code: 98,
      stderr: expect.stringMatching(/^lloyd: standard input: .*passed on unchanged\n$/),
    })
    expect(Buffer.concat(parts).equals(input)).toBe(true)
  })
})

describe('the options of the library', () => {
  it('are there as --init, --restarts and --seed', async () => {
    await picture(3, (i) => (Math.imul(i, 2654435761) >>> 15) & 255)
      .png()
      .toFile(cli.in('a.png'))
    const run = async (...args: string[]) => {
      const { code, stdout } = await cli.quantize([
        'a.png',
        '--colors',
        '7',
        '--force',
        '--json',
        '--iterations',
        '3',
        ...args,
      ])
      expect(code, args.join(' ')).toBe(0)
      return JSON.parse(stdout).images[0].mse as number
    }
    const drawn = ['--init', 'k-means++']
    const [wu, maximin, first, again, other] = [
      await run(),
      await run('--init', 'maximin'),
      await run(...drawn, '--seed', '1'),
      await run(...drawn, '--seed', '1'),
      await run(...drawn, '--seed', '4294967295'),
    ]
    expect(new Set([wu, maximin, first, other]).size).toBe(4)
    expect(again).toBe(first)
    expect(await run('--restarts', '4')).toBeLessThanOrEqual(wu)
    expect(await run(...drawn, '--seed', '1', '--restarts', '8')).toBeLessThan(first)
    const shown = await cli.lloyd([
      'palette',
      'a.png',
      '--backend',
      'cpu',
      '--restarts',
      '2',
      '--seed',
      '3',
      '--init',
      'maximin',
    ])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
  })

  it('are checked', async () => {
    await picture().png().toFile(cli.in('a.png'))
    const refusals: [string[], RegExp][] = [
      [['--restarts', '0'], /--restarts must be an integer from 1 to 1000, got '0'/],
      [['--restarts', '1001'], /--restarts must be an integer from 1 to 1000/],
      [['--seed', '4294967296'], /--seed must be an integer from 0 to 4294967295/],
      [['--seed', '1.5'], /--seed must be an integer/],
      [['--init', 'random'], /--init.*wu, maximin, k-means\+\+/],
      [['--palette', '#000', '--seed', '1'], /--palette gives all the colours, so --seed has no effect/],
      [['--palette', '#000', '--restarts', '2'], /so --restarts has no effect/],
      [['--palette', '#000', '--init', 'wu'], /so --init has no effect/],
    ]
    for (const [args, message] of refusals) await cli.expectRefusal(['quantize', 'a.png', ...args], message)
  })
})

describe('a palette without a transparent entry', () => {
  const remarked = /^lloyd: (\S+) has transparent pixels, which become more opaque: no entry is transparent; [^\n]*\n$/

  it('gets a remark for images that have transparent pixels', async () => {
    await picture(4, (i) => (i % 4 === 3 ? (i % 8) * 36 : i & 255))
      .png()
      .toFile(cli.in('clear.png'))
    await picture(4, (i) => (i % 4 === 3 ? 128 : i & 255))
      .png()
      .toFile(cli.in('veil.png'))
    await picture().png().toFile(cli.in('opaque.png'))
    const run = (input: string, ...args: string[]) => cli.quantize([input, '-o', 'out.png', '--force', ...args])
    for (const name of ['clear.png', 'veil.png']) {
      const { code, stderr } = await run(name, '--palette', '#000,#fff')
      expect({ code, name: remarked.exec(stderr)?.[1] }).toEqual({ code: 0, name })
    }
    expect((await run('clear.png', '--fixed', '#000,#fff', '--colors', '2')).stderr).toMatch(remarked)
    expect(await run('clear.png', '--palette', '#000,#00000000')).toMatchObject({ code: 0, stderr: '' })
    expect(await run('clear.png', '--fixed', '#000,#fff', '--colors', '9')).toMatchObject({ code: 0, stderr: '' })
    expect(await run('veil.png', '--palette', '#00000080')).toMatchObject({ code: 0, stderr: '' })
    expect((await run('clear.png', '--palette', '#00000080')).stderr).toMatch(
      /more opaque: no entry has an alpha below 128;/,
    )
    expect(await run('opaque.png', '--palette', '#000,#fff')).toMatchObject({ code: 0, stderr: '' })
  })
})
