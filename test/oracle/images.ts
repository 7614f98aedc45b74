/** Images for tests: the photographs of the repository, and seeded synthetic ones. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import type { OracleImage } from './quantize'
import { seededRandom } from './random'

export { seededRandom }

const repositoryFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Parses a CSV table without quoted line breaks; quoted fields may contain commas. */
function readTable(path: string): Record<string, string>[] {
  const lines = readFileSync(repositoryFile(path), 'utf8').trim().split(/\r?\n/)
  const fields = (line: string) =>
    [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, bare]) => quoted ?? bare)
  const names = fields(lines[0])
  return lines.slice(1).map((line) => Object.fromEntries(fields(line).map((value, i) => [names[i], value])))
}

/** The 14 photographs by name, with the number of distinct colours that their list states. */
export const photographs = readTable('demo/photos/ATTRIBUTION.csv').map((row) => ({
  name: row.file.replace(/\.png$/, ''),
  uniqueColors: Number(row.unique_colors),
}))

/** The row of test/golden/cq100-subset.csv for an image and a number of colours; empty cells are NaN. */
export function golden(image: string, colors: number): Record<string, number> {
  const row = goldenRows.find((candidate) => candidate.image === image && Number(candidate.colors) === colors)
  if (!row) throw new Error(`no golden row for ${image} at ${colors} colours`)
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === '' ? Number.NaN : Number(value)]),
  )
}
const goldenRows = readTable('test/golden/cq100-subset.csv')

export async function readPhotograph(name: string): Promise<OracleImage> {
  const file = repositoryFile(`demo/photos/${name}.png`)
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data: new Uint8Array(data), width: info.width, height: info.height }
}

/** An image from a function of the pixel's position; channels are floored and clamped to bytes. */
export function drawImage(
  width: number,
  height: number,
  color: (x: number, y: number) => readonly [number, number, number, number?],
): OracleImage {
  const data = new Uint8ClampedArray(4 * width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b, a = 255] = color(x, y)
      data.set([Math.floor(r), Math.floor(g), Math.floor(b), Math.floor(a)], 4 * (y * width + x))
    }
  }
  return { data, width, height }
}

/** Opaque noise with `levels` values per channel. */
export function noiseImage(width: number, height: number, seed: number, levels = 256): OracleImage {
  const random = seededRandom(seed)
  const value = () => Math.floor((Math.floor(random() * levels) * 255) / Math.max(1, levels - 1))
  return drawImage(width, height, () => [value(), value(), value()])
}

/** A soft disc on a fully transparent ground whose hidden colours differ from pixel to pixel. */
export function spriteImage(width: number, height: number, seed: number): OracleImage {
  const random = seededRandom(seed)
  const radius = Math.min(width, height) * 0.4
  return drawImage(width, height, (x, y) => {
    const distance = Math.hypot(x - width / 2, y - height / 2)
    const alpha = Math.max(0, Math.min(255, (radius - distance) * 40))
    return [random() * 256, 40 + (180 * x) / width, (255 * y) / height, alpha]
  })
}

/** A colour gradient under an alpha ramp that reaches neither 0 nor 255. */
export function veilImage(width: number, height: number): OracleImage {
  return drawImage(width, height, (x, y) => [
    (255 * x) / width,
    (255 * y) / height,
    255 - (255 * x) / width,
    1 + (253 * (x + y)) / (width + height),
  ])
}

/** Every channel random, alpha too: about one pixel in 256 is transparent and one opaque. */
export function alphaNoiseImage(width: number, height: number, seed: number): OracleImage {
  const random = seededRandom(seed)
  return drawImage(width, height, () => [random() * 256, random() * 256, random() * 256, random() * 256])
}

/** The middle of a photograph, 96 × 64 pixels. */
export async function readPart(name: string) {
  const photograph = await readPhotograph(name)
  const [width, height] = [96, 64]
  const [left, top] = [(photograph.width - width) >> 1, (photograph.height - height) >> 1]
  const data = new Uint8Array(4 * width * height)
  for (let y = 0; y < height; y++) {
    const from = 4 * ((top + y) * photograph.width + left)
    data.set(photograph.data.subarray(from, from + 4 * width), 4 * y * width)
  }
  return { data, width, height }
}
