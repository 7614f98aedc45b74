/**
 * Invented images, every engine, the oracle: all equal in every byte and label.
 *
 * A case is a number; its test's name holds it. `LLOYD_SEED=417 LLOYD_CASES=1 npx vitest run test/quantize-properties`
 * runs that one alone. `npm run verify` (LLOYD_VERIFY) runs ten times as many.
 */
import { quantize } from 'lloyd'
import { beforeAll, describe, test } from 'vitest'
import { expectSame } from '../oracle/compare'
import { drawImage, seededRandom } from '../oracle/images'
import { type OracleImage, quantizeOracle } from '../oracle/quantize'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'

const firstCase = Number(process.env.LLOYD_SEED ?? 1)
const caseCount = Number(process.env.LLOYD_CASES ?? (process.env.LLOYD_VERIFY ? 600 : 40))

type Random = () => number
type Kind = (random: Random, width: number, height: number) => OracleImage

const integer = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1))
const pick = <T>(random: Random, values: readonly T[]) => values[integer(random, 0, values.length - 1)]

const kinds: Record<string, Kind> = {
  'few colours': (random, width, height) => {
    const alpha = random() < 0.5
    const colors = Array.from({ length: integer(random, 1, 40) }, () => {
      const channel = () => integer(random, 0, 255)
      return [channel(), channel(), channel(), alpha ? pick(random, [0, 1, 128, 254, 255]) : 255] as const
    })
    return drawImage(width, height, () => pick(random, colors))
  },
  gradient: (random, width, height) => {
    const [a, b, c, d] = [random() * 255, random() * 255, random() * 255, random() * 255]
    return drawImage(width, height, (x, y) => [
      a + ((b - a) * x) / width,
      c + ((d - c) * y) / height,
      (x * 255) / width,
    ])
  },
  grey: (random, width, height) => {
    const step = integer(random, 1, 9)
    return drawImage(width, height, () => {
      const grey = Math.min(255, step * integer(random, 0, Math.floor(255 / step)))
      return [grey, grey, grey]
    })
  },
  noise: (random, width, height) => drawImage(width, height, () => [random() * 256, random() * 256, random() * 256]),
  // A cubic lattice: a great many exactly equal distances.
  lattice: (random, width, height) => {
    const step = pick(random, [16, 32, 51, 85])
    const value = () => step * integer(random, 0, Math.floor(255 / step))
    return drawImage(width, height, () => [value(), value(), value()])
  },
  // Colours so close that centroids round to the same byte, and boxes run out.
  'a pinch': (random, width, height) => {
    const base = integer(random, 0, 250)
    return drawImage(width, height, () => [base + random() * 4, base + random() * 4, base + random() * 4])
  },
  clouds: (random, width, height) => {
    const centers = Array.from({ length: integer(random, 2, 8) }, () => [
      random() * 255,
      random() * 255,
      random() * 255,
    ])
    return drawImage(width, height, () => {
      const near = (v: number) => Math.max(0, Math.min(255, v + 40 * (random() + random() + random() - 1.5)))
      const [r, g, b] = pick(random, centers)
      return [near(r), near(g), near(b)]
    })
  },
  'alpha noise': (random, width, height) =>
    drawImage(width, height, () => [random() * 256, random() * 256, random() * 256, random() * 256]),
  // Different bytes, same premultiplied coordinates.
  'faint alpha': (random, width, height) =>
    drawImage(width, height, () => [random() * 256, random() * 256, random() * 256, random() * 6]),
  sprite: (random, width, height) => {
    const radius = random() * Math.max(width, height)
    return drawImage(width, height, (x, y) => {
      const alpha = Math.max(0, Math.min(255, (radius - Math.hypot(x, y)) * 64))
      return [random() * 256, (x * 255) / width, (y * 255) / height, alpha]
    })
  },
  'one pixel': (random) =>
    drawImage(1, 1, () => [random() * 256, random() * 256, random() * 256, pick(random, [0, 7, 255])]),
}

function inventCase(seed: number) {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1))
  // Neighbouring seeds take the kinds in turn, so that a short run still sees each of them.
  const kind = Object.keys(kinds)[seed % Object.keys(kinds).length]
  const image = kinds[kind](random, integer(random, 1, 70), integer(random, 1, 70))
  const { uniqueColors } = quantizeOracle(image, { colors: 65536 })
  const colors = Math.max(1, pick(random, [1, 2, 3, 7, 16, 64, 256, 300, 1000, uniqueColors - 1, uniqueColors]))
  const maxIterations = pick(random, [0, 1, 2, 5, 20, 20, 100])
  const dither = pick(random, ['none', 'floyd-steinberg', 'blue-noise', 'ordered'] as const)
  const ditherStrength = pick(random, [1, 100, 224, 256])
  const space = pick(random, ['srgb', 'oklab'] as const)
  // Beyond that many colours the oracle takes too long.
  const init = colors <= 64 ? pick(random, ['wu', 'wu', 'maximin', 'k-means++'] as const) : 'wu'
  const restarts = colors <= 16 ? pick(random, [1, 1, 2, 3]) : 1
  const weights = Array.from({ length: image.width * image.height }, () => integer(random, 0, 5) / 7)
  const weighed = random() < 0.3 && weights.some((weight) => weight > 0)
  const options = { colors, space, init, seed: seed % 4, restarts, maxIterations, dither, ditherStrength }
  return { kind, image, options, importance: weighed ? weights : undefined }
}

describe('invented images: every engine equals the oracle', () => {
  let engines: TestEngine[] = []
  beforeAll(async () => {
    engines = await testEngines()
  })

  for (let seed = firstCase; seed < firstCase + caseCount; seed++) {
    test(`LLOYD_SEED=${seed}`, async () => {
      const { kind, image, options, importance } = inventCase(seed)
      const expected = quantizeOracle(image, { ...options, importance })
      for (const { name, engine } of enginesFor(`${seed}`, engines)) {
        const what = `LLOYD_SEED=${seed} (${kind}, ${image.width}×${image.height}, ${JSON.stringify(options)}${importance ? ', weighed' : ''}) on ${name}`
        expectSame(await quantize(engine, image, { ...options, importance }), expected, what)
      }
    })
  }
})
