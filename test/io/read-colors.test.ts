/** The meaning of samples in image files: gamma, profiles, depths. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deflateSync } from 'node:zlib'
import { readImage } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type Chunk, rowPng, words } from '../support/png-file.js'

const pathOf = (name: string) => fileURLToPath(new URL(`../data/images/${name}`, import.meta.url))

const colors = [
  [128, 128, 128],
  [20, 20, 20],
  [100, 155, 40],
]
const pngWith = (...chunks: Chunk[]) => rowPng(Uint8Array.from(colors.flat()), colors.length, 2, chunks)
const gamma = (value: number): Chunk => ['gAMA', words(value)]
const srgb: Chunk = ['sRGB', Uint8Array.of(0)]
const codes = (primaries: number, transfer: number): Chunk => ['cICP', Uint8Array.of(primaries, transfer, 0, 1)]
const primaries = (...values: number[]): Chunk => ['cHRM', words(...values)]
const adobe = primaries(31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
const p3 = primaries(31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
const usual = primaries(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)

async function colorsIn(file: Buffer): Promise<number[][]> {
  const { data } = await readImage(file)
  return colors.map((_, at) => [...data.subarray(4 * at, 4 * at + 3)])
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let largest = 0
  for (let at = 0; at < a.length; at++) largest = Math.max(largest, Math.abs(a[at] - b[at]))
  return largest
}

describe('a PNG that says what its samples stand for', () => {
  it('shows 128 at a gamma of 1 as 188, as browsers do', async () => {
    const { data } = await readImage(pathOf('gamma-linear.png'))
    expect([...data.subarray(0, 8 * 4)]).toEqual(new Array(8).fill([229, 96, 96, 255]).flat())
    expect((await colorsIn(pngWith(gamma(100_000))))[0]).toEqual([188, 188, 188])
  })

  // As Chrome 147 draws them, but for sRGB's primaries with 0.45455, which change nothing here.
  it.each<[string, Chunk[], number[][]]>([
    ['nothing', [], colors],
    ['the gamma of sRGB', [gamma(45455)], colors],
    ['nearly that', [gamma(44000)], colors],
    ['the gamma and the primaries of sRGB', [gamma(45455), usual], colors],
    ['a gamma of 0', [gamma(0)], colors],
    ['primaries alone', [adobe], colors],
    ['sRGB above gamma', [gamma(100_000), srgb], colors],
    ['cICP above gamma and sRGB', [gamma(100_000), srgb, codes(1, 13)], colors],
    ['cICP that is not specified', [codes(2, 2)], colors],
    [
      'a gamma of 1/1.8',
      [gamma(55556)],
      [
        [146, 146, 146],
        [26, 26, 26],
        [119, 171, 53],
      ],
    ],
    [
      'a gamma of 0.22222',
      [gamma(22222)],
      [
        [60, 60, 60],
        [0, 0, 0],
        [32, 92, 1],
      ],
    ],
    [
      'linear light',
      [gamma(100_000)],
      [
        [188, 188, 188],
        [79, 79, 79],
        [168, 205, 110],
      ],
    ],
    [
      'linear light of Adobe RGB',
      [gamma(100_000), adobe],
      [
        [188, 188, 188],
        [79, 79, 79],
        [150, 205, 104],
      ],
    ],
    [
      'Display P3 by gamma',
      [gamma(45455), p3],
      [
        [129, 129, 129],
        [12, 12, 12],
        [80, 158, 0],
      ],
    ],
    [
      'Display P3 by cICP',
      [codes(12, 13)],
      [
        [128, 128, 128],
        [20, 20, 20],
        [81, 157, 0],
      ],
    ],
    [
      'BT.2020 by cICP',
      [codes(9, 13)],
      [
        [128, 128, 128],
        [20, 20, 20],
        [36, 161, 0],
      ],
    ],
    [
      'video by cICP',
      [codes(1, 1)],
      [
        [121, 121, 121],
        [7, 7, 7],
        [91, 150, 28],
      ],
    ],
  ])('%s', async (_, chunks, expected) => {
    const found = await colorsIn(pngWith(...chunks))
    if (expected === colors) expect(found).toEqual(expected)
    else expect(largestDifference(found.flat(), expected.flat())).toBeLessThanOrEqual(1)
  })

  it('cICP comes before a profile, and a profile before gamma', async () => {
    const icc = await profileOf('p3')
    const profile: Chunk = ['iCCP', Buffer.concat([Buffer.from('p3\0\0', 'latin1'), deflateSync(icc)])]
    expect(await colorsIn(pngWith(codes(1, 13), profile))).toEqual(colors)
    const tagged = await colorsIn(pngWith(profile))
    expect(tagged[2]).not.toEqual(colors[2])
    expect(await colorsIn(pngWith(profile, gamma(100_000)))).toEqual(tagged)
  })

  it('keeps alpha, and reads 16 bits, grey and indexed ones', async () => {
    const alpha = await readImage(rowPng(Uint8Array.of(128, 20, 200, 77), 1, 6, [gamma(100_000)]))
    expect([...alpha.data]).toEqual([188, 79, 229, 77])
    const deep = await readImage(rowPng(Uint8Array.of(0x80, 0x80, 0, 0, 255, 255), 1, 2, [gamma(100_000)], 16))
    expect([...deep.data]).toEqual([188, 0, 255, 255])
    const grey = await readImage(rowPng(Uint8Array.of(128), 1, 0, [gamma(100_000)]))
    expect([...grey.data]).toEqual([188, 188, 188, 255])
    const indexed = rowPng(Uint8Array.of(0), 1, 3, [gamma(100_000), ['PLTE', Uint8Array.of(128, 20, 200)]])
    expect([...(await readImage(indexed)).data]).toEqual([188, 79, 229, 255])
  })

  it.each([
    [9, 16, /high dynamic range \(PQ\); convert it to sRGB/],
    [9, 18, /high dynamic range \(HLG\)/],
    [1, 9, /unknown colour encoding \(primaries 1, transfer 9 in its cICP chunk\); convert/],
    [200, 13, /unknown colour encoding \(primaries 200/],
  ])('refuses primaries %i with transfer %i', async (primaries, transfer, message) => {
    const refusal = { code: 'InputError', message: expect.stringMatching(message) }
    await expect(readImage(pngWith(codes(primaries, transfer)))).rejects.toMatchObject(refusal)
  })
})

async function profileOf(name: string): Promise<Buffer> {
  const image = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } }).withIccProfile(name)
  return (await sharp(await image.png().toBuffer()).metadata()).icc!
}

/** A profile of curves and primaries, with an exponent as its curve. */
function matrixProfile(space: 'RGB ' | 'GRAY', exponent: number, columns: readonly number[][] = []): Buffer {
  const curve = Buffer.alloc(16)
  curve.write('curv')
  curve.writeUInt32BE(1, 8)
  curve.writeUInt16BE(Math.round(256 * exponent), 12)
  const xyz = (values: readonly number[]) =>
    Buffer.concat([Buffer.from('XYZ \0\0\0\0'), ...values.map((value) => words(Math.round(value * 65536) >>> 0))])
  const names = space === 'GRAY' ? ['kTRC'] : ['rTRC', 'gTRC', 'bTRC', 'rXYZ', 'gXYZ', 'bXYZ']
  const tags: [string, Buffer][] = names.map((name) => {
    return [name, name.endsWith('TRC') ? curve : xyz(columns['rgb'.indexOf(name[0])])]
  })
  tags.push(['wtpt', xyz([0.9642, 1, 0.8249])])
  const head = Buffer.alloc(128)
  head.write('mntr', 12)
  head.write(space, 16)
  head.write('XYZ ', 20)
  head.write('acsp', 36)
  head.writeUInt32BE(0x02400000, 8)
  head.write(words(0xf6d6, 0x10000, 0xd32d).toString('latin1'), 68, 'latin1')
  let at = 132 + 12 * tags.length
  const table = [words(tags.length)]
  for (const [name, data] of tags) {
    table.push(Buffer.from(name), words(at, data.length))
    at += data.length
  }
  head.writeUInt32BE(at, 0)
  return Buffer.concat([head, ...table, ...tags.map(([, data]) => data)])
}

/** Adobe RGB, and wider: ProPhoto. */
const wide = {
  adobe: matrixProfile('RGB ', 2.2, [
    [0.6097, 0.3111, 0.0195],
    [0.2053, 0.6257, 0.0609],
    [0.1492, 0.0632, 0.7446],
  ]),
  prophoto: matrixProfile('RGB ', 1.8, [
    [0.7977, 0.288, 0],
    [0.1352, 0.7119, 0],
    [0.0313, 0.0001, 0.8249],
  ]),
}

describe('16 bits with a profile are as the same pixels in 8 bits', () => {
  const width = 300
  const noise = (channels: number) =>
    Uint8Array.from({ length: width * channels }, (_, at) => Math.imul(at + 7, 2654435761) >>> 13)
  const deep = (samples: Uint8Array) => Uint8Array.from({ length: 2 * samples.length }, (_, at) => samples[at >> 1])

  it('of the case with the profile of sRGB, as stored', async () => {
    const { data } = await readImage(pathOf('srgb-16-bit-icc.png'))
    const options = { ignoreIcc: true }
    const stored = await sharp(pathOf('srgb-16-bit-icc.png'), options)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer()
    expect(largestDifference(data, stored)).toBeLessThanOrEqual(1)
  })

  it.each(['srgb', 'p3', 'adobe', 'prophoto'])('%s, in PNG and TIFF', async (name) => {
    const icc = name in wide ? wide[name as keyof typeof wide] : await profileOf(name)
    const profile: Chunk = ['iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(icc)])]
    for (const [type, channels] of [
      [2, 3],
      [6, 4],
    ]) {
      const samples = noise(channels)
      const eight = await readImage(rowPng(samples, width, type, [profile]))
      const png = rowPng(deep(samples), width, type, [profile], 16)
      expect((await sharp(png).metadata()).depth).toBe('ushort')
      expect(largestDifference((await readImage(png)).data, eight.data), `${type}`).toBeLessThanOrEqual(1)
      const tiff = await sharp(png).keepIccProfile().toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer()
      expect((await sharp(tiff).metadata()).depth).toBe('ushort')
      expect(largestDifference((await readImage(tiff)).data, eight.data), `TIFF ${type}`).toBeLessThanOrEqual(1)
    }
  })

  it.each([1, 1.8, 2.2])('grey of gamma %f, by its formula', async (exponent) => {
    const icc = matrixProfile('GRAY', exponent)
    const profile: Chunk = ['iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(icc)])]
    const samples = Uint8Array.from({ length: 512 }, (_, at) => (at % 2 ? 200 : at >> 1))
    const encode = (light: number) => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)
    const power = Math.round(256 * exponent) / 256
    for (const depth of [8, 16]) {
      const file = rowPng(depth === 8 ? samples : deep(samples), 256, 4, [profile], depth)
      const { data } = await readImage(file)
      for (let value = 0; value < 256; value++) {
        const expected = Math.round(255 * encode((value / 255) ** power))
        expect([...data.subarray(4 * value, 4 * value + 4)]).toEqual([expected, expected, expected, 200])
      }
    }
  })
})

describe('samples that are no bytes', () => {
  const tiff = async (values: number[], depth: Depth, channels: 1 | 3 = 1) => {
    return tiffFile(values, depth, channels)
  }

  it('scales floating-point samples of 0 … 1', async () => {
    const { data } = await readImage(pathOf('float.tif'))
    const stored = readFileSync(pathOf('float.tif'))
    expect(stored.length).toBeGreaterThan(1600)
    expect(new Set(data.filter((_, at) => at % 4 === 0)).size).toBeGreaterThan(10)
    expect(Math.max(...data.filter((_, at) => at % 4 < 3))).toBeGreaterThan(200)
    const grey = await readImage(await tiff([0, 0.25, 0.5, 1], 'float'))
    expect([...grey.data.filter((_, at) => at % 4 === 0)]).toEqual([0, 64, 128, 255])
    const rgb = await readImage(await tiff([0.1, 0.5, 0.75], 'float', 3))
    expect([...rgb.data]).toEqual([26, 128, 191, 255])
  })

  it('refuses YCbCr that is not compressed as JPEG, and floating-point samples whose 0 is white', async () => {
    const [rgb, float] = [tiffFile([76, 84, 255], 'byte', 3), tiffFile([0, 1], 'float', 1)]
    const photometric = (file: Buffer, value: number) => {
      file.writeUInt32LE(value, 10 + 12 * 4 + 8)
      return readImage(file)
    }
    await expect(photometric(rgb, 6)).rejects.toMatchObject({
      code: 'InputError',
      message: 'the bytes given has YCbCr samples, which are not supported; save it as RGB',
    })
    await expect(photometric(float, 0)).rejects.toMatchObject({ message: expect.stringMatching(/inverted/) })
  })

  it.each<[number[], Depth, RegExp]>([
    [[0, 255], 'float', /floating-point samples of 0 to 255, outside 0 to 1; scale them/],
    [[-0.5, 1], 'float', /of -0\.5 to 1/],
    [[0, Number.NaN], 'float', /not numbers \(NaN\)/],
    [[0, Number.POSITIVE_INFINITY], 'float', /of 0 to Infinity/],
    [[0, 10], 'int', /32-bit integer samples, which are not supported; save it with 8 or 16 bits/],
    [[0, 10], 'uint', /32-bit integer samples/],
    [[0, -10], 'short', /signed 16-bit samples/],
    [[0, -10], 'char', /signed 8-bit samples/],
  ])('refuses %j as %s', async (values, depth, message) => {
    const refusal = { code: 'InputError', message: expect.stringMatching(message) }
    await expect(readImage(await tiff(values, depth))).rejects.toMatchObject(refusal)
  })
})

type Depth = 'byte' | 'float' | 'int' | 'uint' | 'short' | 'char'

/** A TIFF of one row. */
function tiffFile(values: number[], depth: Depth, channels: number): Buffer {
  const kinds = {
    byte: [Uint8Array, 1],
    float: [Float32Array, 3],
    int: [Int32Array, 2],
    uint: [Uint32Array, 1],
    short: [Int16Array, 2],
    char: [Int8Array, 2],
  } as const
  const [Kind, format] = kinds[depth]
  const data = Buffer.from(new Kind(values).buffer)
  const bits = (8 * data.length) / values.length
  const entries = [
    [256, values.length / channels],
    [257, 1],
    [258, bits],
    [259, 1],
    [262, channels === 3 ? 2 : 1],
    [273, 0],
    [277, channels],
    [278, 1],
    [279, data.length],
    [284, 1],
    [339, format],
  ]
  const start = 8 + 2 + 12 * entries.length + 4
  const file = Buffer.alloc(start + 12)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(8, 4)
  file.writeUInt16LE(entries.length, 8)
  for (const [at, [tag, value]] of entries.entries()) {
    const place = 10 + 12 * at
    const many = channels === 3 && (tag === 258 || tag === 339)
    file.writeUInt16LE(tag, place)
    file.writeUInt16LE(many ? 3 : 4, place + 2)
    file.writeUInt32LE(many ? 3 : 1, place + 4)
    file.writeUInt32LE(tag === 273 ? start + 12 : many ? start + (tag === 258 ? 0 : 6) : value, place + 8)
  }
  for (let at = 0; at < 3; at++) {
    file.writeUInt16LE(bits, start + 2 * at)
    file.writeUInt16LE(format, start + 6 + 2 * at)
  }
  return Buffer.concat([file, data])
}
