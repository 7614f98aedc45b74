import { type Engine, segmentImage } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { toPixels } from '../../../src/color/image/image.js'
import { PixelStore } from '../../../src/color/image/pixels.js'
import { Reporter } from '../../../src/color/reporter.js'
import { superpixelGrid } from '../../../src/color/segments/superpixel-grid.js'
import { assignPixels, createSuperpixels } from '../../../src/color/segments/superpixels.js'
import { BufferScope, executorOf } from '../../../src/engine/engine.js'
import { oracleComponents, oracleSegments } from '../../oracle/color/segments'
import { type OraclePixels, oracleSuperpixels } from '../../oracle/color/superpixels'
import { expectSameValues } from '../../oracle/compare'
import { drawImage, seededRandom } from '../../oracle/images'
import { enginesFor, type TestEngine, testEngines } from '../../support/engines'

let engines: TestEngine[]
beforeAll(async () => {
  engines = await testEngines()
})

const DEFAULTS = { segments: 20, compactness: 20, iterations: 10 }

async function segment(
  engine: Engine,
  image: OraclePixels,
  settings: Partial<typeof DEFAULTS> = {},
): Promise<Uint32Array> {
  const executor = executorOf(engine)
  const scope = new BufferScope(executor)
  try {
    const data = Uint8Array.from(image.data)
    const pixels = await toPixels(executor, new PixelStore(scope), { ...image, data })
    const reporter = new Reporter(executor)
    const labels = new Uint32Array(image.width * image.height)
    const { segments, compactness, iterations } = { ...DEFAULTS, ...settings }
    const grid = superpixelGrid(image.width, image.height, segments, compactness)
    const superpixels = await createSuperpixels(executor, scope, grid, pixels.alpha)
    await assignPixels({ executor, reporter }, pixels, superpixels, { iterations })
    await executor.readInto(superpixels.buffers.labels, labels)
    return labels
  } finally {
    scope.release()
  }
}

/** Discs of colours, noise, and with `alpha` a transparent edge. */
function scene(width: number, height: number, alpha = false) {
  const random = seededRandom(4)
  return drawImage(width, height, (x, y) => {
    const noise = random() * 50
    const inside = Math.hypot(x - width / 3, y - height / 2) < height / 3
    const opacity = alpha ? Math.min(255, 12 * x) : 255
    return inside ? [200 + noise, 40 + y, 30 + noise, opacity] : [x + noise, 90 + y, 200 - x, opacity]
  })
}

describe('superpixels are those of the definition in float64', () => {
  test.each([
    ['opaque', scene(61, 47), {}],
    ['with alpha', scene(48, 40, true), { iterations: 1 }],
    ['compact', scene(61, 47), { compactness: 120, segments: 12 }],
    ['loose', scene(61, 47), { compactness: 4, iterations: 3 }],
    ['one column', scene(1, 90), { segments: 7 }],
  ] as const)('%s', async (name, image, settings) => {
    const all = { ...DEFAULTS, ...settings }
    const { columns, rows } = superpixelGrid(image.width, image.height, all.segments, all.compactness)
    const expected = oracleSuperpixels(image, { ...all, columns, rows })
    const [first, ...others] = enginesFor(name, engines)
    const labels = await segment(first.engine, image, all)
    const same = labels.filter((label, at) => label === expected[at]).length
    // Rounding moves pixels that are nearly as near to another centre; alpha is in 124 steps.
    expect(same / labels.length).toBeGreaterThan(name === 'with alpha' ? 0.92 : 0.97)
    for (const { engine } of others) expectSameValues(await segment(engine, image, all), [...labels], name)
  })
})

test('one colour leaves the cells of the grid', async () => {
  const labels = await segment(
    engines[0].engine,
    drawImage(60, 40, () => [90, 20, 200]),
    { segments: 6 },
  )
  expect([...labels]).toEqual(
    Array.from({ length: 2400 }, (_, at) => Math.floor((at % 60) / 20) + 3 * Math.floor(at / 60 / 20)),
  )
})

test.each([
  [1, 1, 1],
  [5, 4, 20],
  [1, 9, 9],
  [9, 1, 9],
])('%i × %i pixels and as many segments: one each', async (width, height, segments) => {
  const labels = await segment(engines[0].engine, scene(width, height), { segments })
  expect([...labels]).toEqual([...Array(segments).keys()])
})

test('segments are connected, numbered in order, and large enough, on every engine', async () => {
  const image = scene(90, 70)
  const data = Uint8Array.from(image.data)
  const settings = { segments: 25, compactness: 6 }
  const [first, ...others] = await Promise.all(
    engines.map(({ engine }) => segmentImage(engine, { ...image, data }, settings)),
  )
  const { labels } = first
  const { count } = first.regions
  expect([...new Set(labels)]).toEqual([...Array(count).keys()])
  expect(new Set(oracleComponents(labels, 90, 70)).size).toBe(count)
  const sizes = Array(count).fill(0)
  for (const label of labels) sizes[label]++
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual((90 * 70) / 24 / 4)
  for (const other of others) expect(other).toEqual(first)
})

test.each([
  // Hundreds of fragments, which merge into more regions than asked for.
  { segments: 12, compactness: 1, cells: 12 },
  { segments: 11, compactness: 8, cells: 12 },
])('of $segments segments with compactness $compactness as many remain', async ({ cells, ...settings }) => {
  const image = scene(48, 40)
  const data = Uint8Array.from(image.data)
  const { labels, regions } = await segmentImage(engines[0].engine, { ...image, data }, settings)
  const names = await segment(engines[0].engine, image, settings)
  expectSameValues(labels, oracleSegments(names, data, 48, 40, (48 * 40) / cells / 4, cells), 'labels')
  expect(regions.count).toBe(cells)
})

test.each([400, 800, 1e9])('compactness %f leaves nearly the cells of the grid', async (compactness) => {
  const labels = await segment(engines[0].engine, scene(64, 64), { segments: 16, compactness })
  const grid = labels.filter((label, at) => label === Math.floor((at % 64) / 16) + 4 * Math.floor(at / 1024))
  expect(grid.length).toBeGreaterThan(3600)
})

test('more segments than pixels are as many as pixels', async () => {
  const labels = await segment(engines[0].engine, scene(6, 5), { segments: 2 ** 31 - 1 })
  expect([...labels]).toEqual([...Array(30).keys()])
})
