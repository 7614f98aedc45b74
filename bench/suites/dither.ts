import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Engine, type Quantized, quantize, readImage } from 'lloyd'
import { meanSquaredError, type NodeSuite, type Photo, type Row, summarize } from '../suite.js'

const sheetFile = fileURLToPath(new URL('../results/dither-contact-sheet.png', import.meta.url))
/** The photographs on the sheet, each from this place on, at its own size. */
const shown: Record<string, { left: number; top: number }> = {
  kingfisher: { left: 120, top: 60 },
  astronaut: { left: 110, top: 20 },
  lights: { left: 300, top: 200 },
}
const tile = { width: 300, height: 260 }
const GAP = 4
const dithers = ['none', 'floyd-steinberg', 'blue-noise', 'ordered'] as const
const COLORS = 16
/** Standard deviation of the blur that stands for an eye at some distance, in pixels. */
const SIGMA = 1

export const ditherSuite: NodeSuite = {
  title: `dithering with ${COLORS} colours`,
  notes: [
    `writes bench/results/dither-contact-sheet.png; from left to right the image, then ${dithers.join(', ')}`,
    'map: warm median, from the finished palette to indices',
    'error: squared error of the returned bytes, summed over red, green and blue, mean over pixels',
    `blurred: the same of both after a Gaussian blur of ${SIGMA} pixel, which is what dithering is to make small`,
  ],
  columns: [
    { key: 'image', heading: 'image' },
    { key: 'dither', heading: 'dither' },
    { key: 'map', heading: 'map ms', decimals: 1 },
    { key: 'error', heading: 'error', decimals: 1 },
    { key: 'blurred', heading: 'blurred', decimals: 1 },
  ],
  packages: ['sharp'],

  async run({ engine, images, repeats, report }) {
    const rows: Row[] = []
    const tiles: Uint8Array[] = []
    for (const [number, path] of images.entries()) {
      const name = basename(path, extname(path))
      report(`[${number + 1}/${images.length}] ${name}`)
      const photo: Photo = { name, ...(await readImage(path)) }
      const blurredPhoto = blur(photo)
      if (name in shown) tiles.push(await cut(photo))
      for (const dither of dithers) {
        const result = await quantize(engine, photo, { colors: COLORS, dither })
        const output = { ...photo, data: paint(result) }
        const blurred = blur(output)
        rows.push({
          image: name,
          dither,
          map: await timeMapping(engine, photo, dither, repeats),
          error: meanSquaredError(photo, (pixel, channel) => output.data[4 * pixel + channel]),
          blurred: blurred.reduce((sum, value, i) => sum + (value - blurredPhoto[i]) ** 2, 0) / (blurred.length / 3),
        })
        if (name in shown) tiles.push(await cut(output))
      }
    }
    if (tiles.length > 0) await writeSheet(tiles)
    return rows
  },
}

async function timeMapping(engine: Engine, photo: Photo, dither: (typeof dithers)[number], repeats: number) {
  const times: number[] = []
  for (let run = -1; run < repeats; run++) {
    let start = 0
    await quantize(engine, photo, {
      colors: COLORS,
      maxIterations: 1,
      dither,
      onProgress({ stage }) {
        if (stage === 'map' && start === 0) start = performance.now()
      },
    })
    if (run >= 0) times.push(performance.now() - start)
  }
  return summarize(times).median
}

function paint({ palette, indices }: Quantized): Uint8ClampedArray<ArrayBuffer> {
  const data = new Uint8ClampedArray(4 * indices.length)
  for (let i = 0; i < indices.length; i++) data.set(palette.subarray(4 * indices[i], 4 * indices[i] + 4), 4 * i)
  return data
}

/** Red, green and blue after a Gaussian blur along rows and columns; the border goes on beyond the image. */
function blur({ data, width, height }: Photo): Float32Array {
  const reach = Math.ceil(3 * SIGMA)
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * SIGMA ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight)
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value))
  const pass = (read: (x: number, y: number, channel: number) => number, along: 0 | 1) => {
    const result = new Float32Array(3 * width * height)
    for (let i = 0; i < result.length; i++) {
      const [channel, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / (3 * width))]
      let sum = 0
      for (let d = -reach; d <= reach; d++) {
        const value = along ? read(x, clamp(y + d, height - 1), channel) : read(clamp(x + d, width - 1), y, channel)
        sum += weights[d + reach] * value
      }
      result[i] = sum / total
    }
    return result
  }
  const rows = pass((x, y, channel) => data[4 * (y * width + x) + channel], 0)
  return pass((x, y, channel) => rows[3 * (y * width + x) + channel], 1)
}

async function cut({ name, data, width, height }: Photo): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  return sharp(data, { raw: { width, height, channels: 4 } })
    .extract({ ...shown[name], ...tile })
    .png()
    .toBuffer()
}

/** A row for each photograph. */
async function writeSheet(tiles: readonly Uint8Array[]): Promise<void> {
  const { default: sharp } = await import('sharp')
  const columns = dithers.length + 1
  const [right, down] = [tile.width + GAP, tile.height + GAP]
  const [width, height] = [columns * right - GAP, (tiles.length / columns) * down - GAP]
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite(
      tiles.map((input, i) => ({
        input: Buffer.from(input),
        left: (i % columns) * right,
        top: Math.floor(i / columns) * down,
      })),
    )
    .png({ compressionLevel: 9, effort: 10 })
    .toFile(sheetFile)
}
