import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { quantize, readImage } from 'lloyd'
import { meanSquaredError, type NodeSuite, type Photo, type Row } from '../suite.js'

const goldenFile = fileURLToPath(new URL('../../test/golden/cq100-subset.csv', import.meta.url))
const colorCounts = [4, 16, 32, 64, 128, 256]
/** Enough for every image to converge: the slowest of the goldens took 400. */
const MAX_ITERATIONS = 20_000

interface Golden {
  /** After 10 updates from Wu's means, with the palette rounded to bytes; null where it had converged before. */
  rounded: number | null
  /** Error at convergence, unrounded. */
  converged: number
}

export const cq100Suite: NodeSuite = {
  title: 'errors of the returned bytes beside those of an independent float64 computation',
  notes: [
    'error: squared error of the returned bytes, summed over red, green and blue, mean over pixels',
    'golden 10: Wu, 10 updates, palette rounded, all colours mapped again; golden ∞: at convergence, not rounded',
    'within: 10 updates at most 1.005 × golden 10 (where it had converged before, of golden ∞), converged at most 1.005 × golden ∞ + 0.3',
    'the images are from CQ100 (M. E. Celebi and M. L. Pérez-Delgado, 2023); over all 100 of them and 32 to 256 colours the',
    'published means are 221.75 (Wu), 862.07 (median cut), 508.74 (octree), 211.41 (k-means); 10 updates from exact Wu give 172.4',
  ],
  columns: [
    { key: 'image', heading: 'image' },
    { key: 'colors', heading: 'colours' },
    { key: 'uniqueColors', heading: 'distinct' },
    { key: 'error', heading: '10 updates', decimals: 3 },
    { key: 'goldenError', heading: 'golden 10', decimals: 3 },
    { key: 'ratio', heading: '÷', decimals: 4 },
    { key: 'converged', heading: 'converged', decimals: 3 },
    { key: 'goldenConverged', heading: 'golden ∞', decimals: 3 },
    { key: 'convergedRatio', heading: '÷', decimals: 4 },
    { key: 'iterations', heading: 'iterations' },
    { key: 'within', heading: 'within' },
  ],
  packages: [],

  async run({ engine, images, report }) {
    const goldens = readGoldens()
    const rows: Row[] = []
    for (const [number, path] of images.entries()) {
      const name = basename(path, extname(path))
      report(`[${number + 1}/${images.length}] ${name}`)
      const photo = { name, ...(await readImage(path)) }
      for (const colors of colorCounts) {
        const golden = goldens.get(`${name},${colors}`)
        const ten = await quantize(engine, photo, { colors, maxIterations: 10 })
        const converged = await quantize(engine, photo, { colors, maxIterations: MAX_ITERATIONS, tolerance: 0 })
        rows.push(
          compare(
            { image: name, colors, uniqueColors: ten.uniqueColors, iterations: converged.iterations },
            errorOf(photo, ten),
            errorOf(photo, converged),
            golden,
          ),
        )
      }
    }
    return [...rows, ...meansOf(rows)]
  },
}

function readGoldens(): Map<string, Golden> {
  const [heading, ...lines] = readFileSync(goldenFile, 'utf8').trim().split('\n')
  const names = heading.split(',')
  return new Map(
    lines.map((line) => {
      const cells = line.split(',')
      const cell = (name: string) => cells[names.indexOf(name)]
      const rounded = cell('wu_lloyd10_rounded_mse')
      return [
        `${cell('image')},${cell('colors')}`,
        { rounded: rounded === '' ? null : Number(rounded), converged: Number(cell('wu_lloyd_converged_mse')) },
      ]
    }),
  )
}

function errorOf(photo: Photo, { palette, indices }: { palette: Uint8Array; indices: Uint8Array | Uint16Array }) {
  return meanSquaredError(photo, (pixel, channel) => palette[4 * indices[pixel] + channel])
}

function compare(row: Row, error: number, converged: number, golden: Golden | undefined): Row {
  if (!golden) return { ...row, error, converged }
  const goldenError = golden.rounded ?? golden.converged
  const within = error <= 1.005 * goldenError && converged <= 1.005 * golden.converged + 0.3
  return {
    ...row,
    error,
    goldenError: golden.rounded,
    ratio: golden.rounded === null ? null : error / golden.rounded,
    converged,
    goldenConverged: golden.converged,
    convergedRatio: converged / golden.converged,
    within: within ? 'yes' : 'NO',
  }
}

/** A row for each number of colours, and one for all; the goldens' means where every image has one. */
function meansOf(rows: readonly Row[]): Row[] {
  const meanRow = (label: string, colors: number | null, of: readonly Row[]): Row => {
    const mean = (key: string) => {
      const values = of.map((row) => row[key]).filter((value) => typeof value === 'number')
      return values.length === of.length ? values.reduce((sum, value) => sum + value, 0) / of.length : null
    }
    const known = of.filter((row) => row.within !== undefined)
    const within = known.filter((row) => row.within === 'yes').length
    return {
      image: label,
      colors,
      error: mean('error'),
      goldenError: mean('goldenError'),
      ratio: mean('ratio'),
      converged: mean('converged'),
      goldenConverged: mean('goldenConverged'),
      convergedRatio: mean('convergedRatio'),
      iterations: mean('iterations'),
      within: known.length > 0 ? `${within} of ${known.length}` : null,
    }
  }
  return [
    ...colorCounts.map((colors) =>
      meanRow(
        'mean',
        colors,
        rows.filter((row) => row.colors === colors),
      ),
    ),
    meanRow(
      'mean of 32 to 256',
      null,
      rows.filter((row) => (row.colors as number) >= 32),
    ),
    meanRow('mean of all', null, rows),
  ]
}
