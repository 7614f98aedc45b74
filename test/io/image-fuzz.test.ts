/** Damaged and hostile image files: each gives a result or one clear error, and nothing partial on the disk. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createEngine, type Engine, LloydError, quantize } from 'lloyd'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readJob } from '../../src/cli/images/frames.js'
import type { ImageFormat, Job } from '../../src/cli/images/plan.js'
import { useCli } from '../support/cli.js'
import { seededRandom } from '../support/datasets'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const seed = Number(process.env.LLOYD_FUZZ_SEED ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const below = (limit: number) => Math.floor(random() * limit)

/** Files in the process, and those that the command is given. */
const FILES = VERIFY ? 5000 : 400
const COMMAND_FILES = VERIFY ? 500 : 80
/** Milliseconds after which work on a file of a few hundred bytes hangs. */
const HANGS = 300_000

const width = 25
const height = 17

type Seeds = Record<string, Buffer>

async function makeSeeds(): Promise<Seeds> {
  const pixels = Buffer.from({ length: width * height * 4 }).map((_, i) =>
    i % 4 === 3 && i % 52 > 20 ? 200 : 128 + 90 * Math.sin(i / 40) + (i % 4) * 9,
  )
  const image = () => sharp(pixels, { raw: { width, height, channels: 4 } })
  const opaque = () => image().removeAlpha()
  const film = () =>
    sharp(Buffer.concat([pixels, pixels.map((value) => 255 - value), pixels]), {
      raw: { width, height: height * 3, channels: 4, pageHeight: height },
    })
  return {
    'plain.png': await image().png().toBuffer(),
    'indexed.png': await image().png({ palette: true, colours: 16 }).toBuffer(),
    'interlaced.png': await opaque().png({ progressive: true }).toBuffer(),
    'deep.png': await opaque().toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    'baseline.jpg': await opaque().jpeg({ progressive: false }).toBuffer(),
    'progressive.jpg': await opaque().withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
    'cmyk.jpg': await opaque().toColourspace('cmyk').jpeg().toBuffer(),
    'still.gif': await image().gif().toBuffer(),
    'film.gif': await film()
      .gif({ delay: [10, 20, 30] })
      .toBuffer(),
    'film.png': readFileSync(new URL('../data/images/frames-pillow-over.png', import.meta.url)),
    'lossy.webp': await image().webp().toBuffer(),
    'lossless.webp': await image().webp({ lossless: true }).toBuffer(),
    'film.webp': await film()
      .webp({ delay: [10, 20, 30] })
      .toBuffer(),
    'small.avif': await opaque().avif({ effort: 0 }).toBuffer(),
    'lzw.tiff': await image().tiff({ compression: 'lzw' }).toBuffer(),
    'tiled.tiff': await opaque().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    'jpeg.tiff': await opaque().tiff({ compression: 'jpeg' }).toBuffer(),
  }
}

const mutations: Record<string, (file: Buffer) => Buffer> = {
  truncate: (file) => file.subarray(0, below(file.length)),
  flipBits(file) {
    const changed = Buffer.from(file)
    for (let flips = 1 + below(8); flips > 0; flips--) changed[below(file.length)] ^= 1 << below(8)
    return changed
  },
  // What says sizes, counts and offsets is at the start.
  flipHeader(file) {
    const changed = Buffer.from(file)
    for (let flips = 1 + below(4); flips > 0; flips--) changed[below(Math.min(64, file.length))] ^= 1 << below(8)
    return changed
  },
  overwrite(file) {
    const changed = Buffer.from(file)
    const at = below(file.length)
    for (let i = at; i < Math.min(file.length, at + 1 + below(16)); i++) changed[i] = [0, 255, below(256)][below(3)]
    return changed
  },
  drop(file) {
    const at = below(file.length)
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + below(32))])
  },
  repeat(file) {
    const at = below(file.length)
    return Buffer.concat([file.subarray(0, at + below(64)), file.subarray(at)])
  },
  // An intact checksum over a changed header.
  hugeSizes(file) {
    const sizes = [65535, 16384, 1, 0]
    return withSize(file, sizes[below(4)], sizes[below(4)])
  },
}

/** The file with other sizes in its header, where this knows it; the data are as they were. */
function withSize(file: Buffer, newWidth: number, newHeight: number): Buffer {
  const changed = Buffer.from(file)
  const kind = file.subarray(0, 16).toString('latin1')
  if (kind.startsWith('\x89PNG')) {
    changed.writeUInt32BE(newWidth, 16)
    changed.writeUInt32BE(newHeight, 20)
    changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29)
  } else if (kind.startsWith('GIF8')) {
    changed.writeUInt16LE(newWidth, 6)
    changed.writeUInt16LE(newHeight, 8)
    // The first frame too: its descriptor follows the global table and the extensions.
    let at = 13 + (file[10] & 128 ? 3 * (2 << (file[10] & 7)) : 0)
    while (file[at] === 0x21) for (at += 2; file[at++] !== 0; ) at += file[at - 1]
    changed.writeUInt16LE(newWidth, at + 5)
    changed.writeUInt16LE(newHeight, at + 7)
  } else if (kind.startsWith('\xff\xd8')) {
    for (let at = 2; at < file.length - 9; at += 2 + file.readUInt16BE(at + 2)) {
      if (![0xc0, 0xc1, 0xc2].includes(file[at + 1])) continue
      changed.writeUInt16BE(newHeight, at + 5)
      changed.writeUInt16BE(newWidth, at + 7)
      break
    }
  } else if (kind.startsWith('RIFF')) {
    const chunk = kind.slice(12, 16)
    if (chunk === 'VP8X') {
      changed.writeUIntLE(Math.max(0, newWidth - 1), 24, 3)
      changed.writeUIntLE(Math.max(0, newHeight - 1), 27, 3)
    } else if (chunk === 'VP8 ') {
      changed.writeUInt16LE(newWidth & 0x3fff, 26)
      changed.writeUInt16LE(newHeight & 0x3fff, 28)
    } else changed.writeUInt32LE((((newWidth - 1) & 0x3fff) | (((newHeight - 1) & 0x3fff) << 14)) >>> 0, 21)
  } else if (kind.startsWith('II*')) {
    const directory = file.readUInt32LE(4)
    for (let entry = 0; entry < file.readUInt16LE(directory); entry++) {
      const at = directory + 2 + 12 * entry
      // ImageWidth and ImageLength, as 32-bit numbers.
      if (![256, 257].includes(file.readUInt16LE(at))) continue
      changed.writeUInt16LE(4, at + 2)
      changed.writeUInt32LE(file.readUInt16LE(at) === 256 ? newWidth : newHeight, at + 8)
    }
  } else {
    const sizes = file.indexOf('ispe')
    changed.writeUInt32BE(newWidth, sizes + 8)
    changed.writeUInt32BE(newHeight, sizes + 12)
  }
  return changed
}

function mutated(seeds: Seeds): { name: string; what: string; bytes: Buffer } {
  const [name, file] = Object.entries(seeds)[below(Object.keys(seeds).length)]
  const what = Object.keys(mutations)[below(Object.keys(mutations).length)]
  return { name, what, bytes: mutations[what](file) }
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), HANGS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

describe(`mutated image files, seed ${seed}`, () => {
  const cli = useCli()
  let seeds: Seeds
  let folder: string
  let engine: Engine
  beforeAll(async () => {
    console.log(`image files: LLOYD_FUZZ_SEED=${seed}`)
    seeds = await makeSeeds()
    folder = await mkdtemp(join(tmpdir(), 'lloyd-fuzz-'))
    engine = await createEngine({ backend: 'cpu' })
  })
  afterAll(async () => {
    engine.destroy()
    await rm(folder, { recursive: true })
  })

  /** The command's work on a file before it writes; null if the file is refused correctly. */
  async function readAndQuantize(name: string, bytes: Buffer, format: ImageFormat, quantized: boolean) {
    const path = join(folder, name)
    await writeFile(path, bytes)
    const job: Job = { inputs: [path], output: `${path}.${format}`, format, replace: false }
    try {
      const { data, width, height, delays } = await readJob(job)
      const image = { data, width, height: height * delays.length }
      expect(data.length).toBe(4 * image.width * image.height)
      // Larger ones are a matter of time, not of their bytes.
      if (!quantized || data.length > 2 ** 20) return image
      return await quantize(engine, image, { colors: 5, maxIterations: 2 })
    } catch (error) {
      if (!(error instanceof LloydError)) throw error
      expect(['InputError', 'FormatError']).toContain(error.code)
      expect(error.message).toMatch(/^[^\n]{10,400}$/)
      expect(error.message).toContain(name)
      return null
    }
  }

  it('intact, are all read', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      for (const [name, bytes] of Object.entries(seeds)) {
        for (const format of ['png', 'gif'] as const) {
          expect(await readAndQuantize(name, bytes, format, true), name).toMatchObject({ mse: expect.any(Number) })
        }
      }
    } finally {
      stderr.mockRestore()
    }
  })

  it(`${FILES} of them give a result or one error`, async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    let refused = 0
    try {
      for (let number = 0; number < FILES; number++) {
        const { name, what, bytes } = mutated(seeds)
        try {
          const format = number % 2 ? 'gif' : 'png'
          // What the quantizer is given is an image like any other, so some will do.
          const work = readAndQuantize(name, bytes, format, VERIFY || number % 5 === 0)
          if (!(await withinTime(work))) refused++
        } catch (error) {
          const dump = bytes.toString('base64')
          throw new Error(`file ${number}, ${name}, ${what}: ${dump}`, { cause: error })
        }
      }
    } finally {
      stderr.mockRestore()
    }
    // Not all damage shows, nor is all of it hidden.
    expect(refused).toBeGreaterThan(FILES / 4)
    expect(refused).toBeLessThan(FILES)
  }, 600_000)

  it(`${COMMAND_FILES} of them in one command: the others are done, and nothing is left half`, async () => {
    await mkdir(cli.in('in'))
    await mkdir(cli.in('out'))
    const names: string[] = []
    for (let number = 0; number < COMMAND_FILES; number++) {
      const { name, bytes } = mutated(seeds)
      names.push(`${number}-${name}`)
      await writeFile(cli.in(`in/${names[number]}`), bytes)
    }
    await writeFile(cli.in('in/intact.png'), seeds['plain.png'])
    const args = ['in', '--out-dir', 'out', '--colors', '7', '--iterations', '2', '--json']
    const { code, stdout, stderr } = await withinTime(cli.quantize(args))
    const { images, failures } = JSON.parse(stdout)
    const inputs = [...images, ...failures].map(({ input }: { input: string }) => input.slice('in/'.length))
    expect(inputs.sort()).toEqual([...names, 'intact.png'].sort())
    expect(code).toBe(failures.length > 0 ? 2 : 0)
    for (const { code, input } of failures) {
      expect(['InputError', 'FormatError'], input).toContain(code)
      expect(stderr.split('\n').filter((line) => line.includes(`${input} `) || line.includes(`${input}:`)).length).toBe(
        1,
      )
    }
    expect(images.map(({ input }: { input: string }) => input)).toContain('in/intact.png')
    const outputs = readdirSync(cli.in('out'))
    expect(outputs.sort()).toEqual(images.map(({ output }: { output: string }) => output.slice('out/'.length)).sort())
    for (const [number, output] of outputs.entries()) {
      const { width, height } = images.find((image: { output: string }) => image.output === `out/${output}`)
      const { info } = await sharp(readFileSync(cli.in(`out/${output}`)))
        .raw()
        .toBuffer({ resolveWithObject: true })
      expect([info.width, info.height], `${number}`).toEqual([width, height])
    }
  }, 600_000)

  it.each(['plain.png', 'baseline.jpg', 'film.gif', 'film.webp', 'lzw.tiff', 'small.avif'])(
    'a %s that claims 65 535 × 65 535 pixels is refused at once',
    async (name) => {
      await writeFile(cli.in(name), withSize(seeds[name], 65535, 65535))
      await cli.expectRefusal(['quantize', '--backend', 'cpu', name], new RegExp(`${name} .*; `))
    },
  )
})
