import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Engine, type Progress, quantize, readImage } from 'lloyd'
import { timeScikitLearnPass } from '../peers/lloyd-pass.js'
import { withoutAlpha } from '../peers/python.js'
import { type NodeSuite, type Photo, type Row, summarize } from '../suite.js'

const megapixels = [1, 2.5, 5, 10, 25, 50, 100]
const colorCounts = [16, 64, 256, 1024, 4096]
/** Number of iterations of a run, timed between progress reports, which excludes counting, seeding and mapping. */
const ITERATIONS = 22
/** Maximum pixels × colours for a peer: some seconds. */
const MAX_DISTANCES = 2.6e9

export const scalingSuite: NodeSuite = {
  title: 'cost of a Lloyd pass over the pixels of an image and the colours of its palette',
  notes: [
    'the images are the photograph, enlarged or reduced to the nearest pixel, with uniform noise of −2 … 2 added to each channel',
    `lloyd: between the first and the last time that progress of ${ITERATIONS} iterations is told, from Wu's seeds, with candidates listed anew in each`,
    `scikit-learn: an iteration over all pixels, up to ${MAX_DISTANCES / 1e9} · 10⁹ distances`,
    'ns: of a pass, for each distinct colour',
  ],
  columns: [
    { key: 'library', heading: 'library' },
    { key: 'megapixels', heading: 'megapixels', decimals: 1 },
    { key: 'uniqueColors', heading: 'distinct' },
    { key: 'colors', heading: 'colours' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'perColor', heading: 'ns', decimals: 1 },
  ],
  packages: ['@observablehq/plot'],

  async run({ engine, images: [path], repeats, report }) {
    const source = { name: basename(path), ...(await readImage(path)) }
    const folder = await mkdtemp(join(tmpdir(), 'lloyd-bench-'))
    try {
      const rows: Row[] = []
      for (const size of megapixels) {
        const image = resize(source, size * 1e6)
        for (const colors of colorCounts) {
          report(`${size} megapixels, ${colors} colours`)
          rows.push({ megapixels: size, colors, ...(await timePass(engine, image, colors, repeats)) })
          if (image.width * image.height * colors > MAX_DISTANCES) continue
          const milliseconds = await timeScikitLearnPass(withoutAlpha(image.data), 3, colors, folder)
          if (milliseconds !== null) rows.push({ library: 'scikit-learn', megapixels: size, colors, milliseconds })
        }
      }
      return rows
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function timePass(engine: Engine, image: Photo, colors: number, repeats: number): Promise<Row> {
  const samples: number[] = []
  let uniqueColors = 0
  for (let repeat = 0; repeat < repeats; repeat++) {
    const told: { done: number; time: number }[] = []
    const onProgress = ({ stage, done }: Progress) => {
      if (stage === 'cluster' && done > 0 && done < ITERATIONS) told.push({ done, time: performance.now() })
    }
    const result = await quantize(engine, image, { colors, maxIterations: ITERATIONS, onProgress })
    uniqueColors = result.uniqueColors
    const [first, last] = [told[0], told[told.length - 1]]
    samples.push((last.time - first.time) / (last.done - first.done))
  }
  const { median, deviation } = summarize(samples)
  const library = `lloyd (${engine.backend})`
  return { library, uniqueColors, milliseconds: median, deviation, samples, perColor: (1e6 * median) / uniqueColors }
}

/** The photograph at another number of pixels, with noise, so that distinct colours grow as they do in larger ones. */
function resize(photo: Photo, pixels: number): Photo {
  const scale = Math.sqrt(pixels / (photo.width * photo.height))
  const [width, height] = [Math.round(photo.width * scale), Math.round(photo.height * scale)]
  const data = new Uint8ClampedArray(4 * width * height)
  let state = 1
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor(y / scale) * photo.width
    for (let x = 0; x < width; x++, to += 4) {
      const from = 4 * (row + Math.floor(x / scale))
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = photo.data[from + channel] + (((state >>> (8 * channel + 4)) & 255) % 5) - 2
      }
      data[to + 3] = 255
    }
  }
  return { name: photo.name, data, width, height }
}
