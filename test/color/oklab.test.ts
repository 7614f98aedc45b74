/**
 * Oklab in integers: the committed tables anew in exact arithmetic, the twin and the shaders against the oracle, and the
 * oracle against the formula. `npm run verify` (LLOYD_VERIFY) takes all 2²⁴ colours.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { placePalette } from '../../src/kernels/color/palette/place-palette.js'
import { roundPalette } from '../../src/kernels/color/palette/round-palette.js'
import { oklabCoordinates } from '../../src/kernels/color/space/oklab.js'
import { oklabColor } from '../../src/kernels/color/space/oklab-color.js'
import { THRESHOLDS, transfer } from '../../src/kernels/color/space/transfer.js'
import * as oracle from '../oracle/color/oklab'
import { expectSameValues } from '../oracle/compare'
import { seededRandom } from '../oracle/images'
import { type TestEngine, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)

const rgba = (color: number) => [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff, color >>> 24]
const word = ([r, g, b, a]: readonly number[]) => (r | (g << 8) | (b << 16) | (a << 24)) >>> 0

/** The corners and a lattice of the colour cube, and random colours; with `alpha` of all degrees. */
function someColors(count: number, alpha: boolean): Uint32Array<ArrayBuffer> {
  const random = seededRandom(91)
  const lattice = [0, 1, 2, 11, 85, 170, 254, 255]
  const colors: number[] = []
  for (const r of lattice) {
    for (const g of lattice) {
      for (const b of lattice) for (const a of alpha ? [0, 1, 2, 100, 255] : [255]) colors.push(word([r, g, b, a]))
    }
  }
  while (colors.length < count) {
    const byte = () => Math.floor(random() * 256)
    colors.push(word([byte(), byte(), byte(), alpha ? byte() : 255]))
  }
  return Uint32Array.from(colors)
}

test('the committed tables are what exact arithmetic gives', () => {
  const expected = [...oracle.lightOfByte, ...oracle.lightBetween].map(Number)
  expectSameValues(transfer, expected, 'transfer')
  expect(THRESHOLDS).toBe(256)
  expect(transfer[255]).toBe(2 ** 27)
})

test('black, white and greys lie where they should', () => {
  expect(oracle.oklabCoordinates([0, 0, 0, 255], 3)).toEqual([0, 7500, 10000])
  expect(oracle.oklabCoordinates([255, 255, 255, 255], 3)).toEqual([31875, 7500, 10000])
  for (let v = 0; v < 256; v++) expect(oracle.oklabCoordinates([v, v, v, 255], 3).slice(1)).toEqual([7500, 10000])
  expect(oracle.oklabCoordinates([200, 100, 50, 0], 4)).toEqual(oracle.ORIGIN)
})

test('the oracle is within 1.2 units of the formula', () => {
  for (const color of someColors(20_000, false)) {
    const exact = oracle.oklab(rgba(color))
    const coordinates = oracle.oklabCoordinates(rgba(color), 3)
    for (let axis = 0; axis < 3; axis++) {
      const real = exact[axis] * oracle.UNITS + oracle.ORIGIN[axis]
      expect(Math.abs(coordinates[axis] - real), `axis ${axis} of ${rgba(color)}`).toBeLessThan(1.2)
    }
  }
})

describe.each([false, true])('alpha: %s', (alpha) => {
  const channels = alpha ? 4 : 3
  const colors = someColors(VERIFY ? 200_000 : 12_000, alpha)
  const expected = Uint32Array.from(
    [...colors].flatMap((color) => [...oracle.oklabCoordinates(rgba(color), channels), 0].slice(0, 4)),
  )
  // Means of a few colours, which may lie outside the gamut, and every colour's own coordinates.
  const random = seededRandom(92)
  const centroids = expected.slice()
  for (let k = 1; k < colors.length; k += 2) {
    const others = [1, 2, 3].map(() => Math.floor(random() * colors.length))
    for (let axis = 0; axis < 4; axis++) {
      const sum = others.reduce((total, other) => total + expected[4 * other + axis], 0)
      centroids[4 * k + axis] = Math.floor((2 * sum + 3) / 6)
    }
  }
  const rounded = Uint32Array.from(colors, (_, k) =>
    word(oracle.oklabRounded([...centroids.subarray(4 * k, 4 * k + channels)])),
  )

  let engines: TestEngine[] = []
  beforeAll(async () => {
    engines = await testEngines()
  })

  test('every engine gives the coordinates of the oracle, and its way back', async () => {
    for (const { name, engine } of engines) {
      const executor = executorOf(engine)
      const flags = { ALPHA: alpha, OKLAB: true }
      const table = executor.upload('transfer', transfer as Uint32Array<ArrayBuffer>)
      const palette = executor.upload('palette', colors)
      const entries = executor.allocate('entries', 16 * colors.length)
      const place = await executor.compile(placePalette, { flags })
      executor.run(place, { entryCount: colors.length }, { palette, transfer: table, entries })
      expectSameValues(new Uint32Array(await executor.read(entries)), expected, `coordinates on ${name}`)

      const round = await executor.compile(roundPalette, { flags })
      const means = executor.upload('centroids', centroids)
      executor.run(
        round,
        { centroidCount: colors.length, fixedCount: 0 },
        { centroids: means, transfer: table, palette },
      )
      expectSameValues(new Uint32Array(await executor.read(palette)), rounded, `bytes on ${name}`)
      for (const buffer of [table, palette, entries, means]) executor.release(buffer)
    }
  })
})

test('an opaque colour comes back from its own coordinates, and no two share theirs', () => {
  const coordinates = new Uint32Array(4)
  const step = VERIFY ? 1 : 97
  const seen = new Float64Array(Math.ceil(2 ** 24 / step))
  let count = 0
  for (let rgb = 0; rgb < 2 ** 24; rgb += step) {
    const color = (rgb | 0xff000000) >>> 0
    oklabCoordinates(color, false, coordinates)
    const [L, a, b] = coordinates
    const asked = !VERIFY || rgb % 5 === 0
    if (asked && oklabColor(coordinates, false) !== color) expect.fail(`${rgba(color)} comes back as another colour`)
    // What the cells of the colour cube rely on.
    if (L >= 2 ** 15 || a >= 2 ** 14 || b >= 2 ** 14) expect.fail(`${rgba(color)} lies at ${coordinates}`)
    seen[count++] = (L * 2 ** 14 + a) * 2 ** 14 + b
  }
  seen.sort()
  for (let i = 1; i < count; i++) if (seen[i] === seen[i - 1]) expect.fail(`two colours share ${seen[i]}`)
}, 900_000)
