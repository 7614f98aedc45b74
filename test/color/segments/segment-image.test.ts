import {
  describeRegions,
  drawBoundaries,
  fillRegions,
  quantize,
  type Segmented,
  type SegmentImageOptions,
  segmentImage,
} from 'lloyd'
import { beforeAll, expect, test, vi } from 'vitest'
import { numbered, oracleComponents, oracleRegions, oracleSegments } from '../../oracle/color/segments'
import { expectSameValues } from '../../oracle/compare'
import {
  alphaNoiseImage,
  drawImage,
  noiseImage,
  photographs,
  readPart,
  readPhotograph,
  spriteImage,
} from '../../oracle/images'
import { enginesFor, type TestEngine, testEngines, withSmallBuffers } from '../../support/engines'
import { COPY_DST, COPY_SRC, textureOf } from '../../support/textures'

let engines: TestEngine[]
let cpu: TestEngine['engine']
beforeAll(async () => {
  engines = await testEngines()
  cpu = engines[0].engine
})

const images = {
  'one pixel': drawImage(1, 1, () => [9, 8, 7]),
  'one row': drawImage(40, 1, (x) => [x & 4 ? 255 : 0, 60, x]),
  'one column': drawImage(1, 40, (_, y) => [y & 4 ? 255 : 0, 60, y]),
  'one colour': drawImage(20, 9, () => [200, 100, 50]),
  'squares that touch at corners': drawImage(20, 20, (x, y) =>
    ((x >> 2) + (y >> 2)) % 2 ? [255, 255, 255] : [0, 0, 0],
  ),
  rings: drawImage(23, 21, (x, y) => [Math.max(Math.abs(x - 11), Math.abs(y - 10)) & 2 ? 250 : 20, 90, 90]),
  noise: noiseImage(12, 9, 3),
  'noise with alpha': alphaNoiseImage(10, 11, 4),
  sprites: spriteImage(17, 14, 5),
}
const cases: { k: number; minArea?: number }[] = [
  { k: 2, minArea: 1 },
  { k: 5, minArea: 6 },
  { k: 12, minArea: 1000 },
]

test.each(Object.entries(images).flatMap(([name, image]) => cases.map((options) => ({ name, image, options }))))(
  '$name, $options: the parts of each colour, and what is measured of them',
  async ({ name, image, options }) => {
    const { data, width, height } = image
    const { indices } = await quantize(cpu, image, { colors: options.k })
    const labels = oracleSegments(indices, data, width, height, options.minArea ?? 1)
    for (const { engine } of enginesFor(`${name} ${options.k}`, engines)) {
      const found = await segmentImage(engine, image, options)
      expectSameValues(found.labels, labels, 'labels')
      expect({ width: found.width, height: found.height, count: found.regions.count }).toEqual({
        width,
        height,
        count: Math.max(...labels) + 1,
      })
      expect(describeRegions(found.regions)).toEqual(oracleRegions(labels, data, width, height))
    }
  },
)

/** Asserts what holds for regions of any image. */
function expectRegions({ labels, regions, width, height }: Segmented): void {
  expectSameValues(labels, numbered(oracleComponents(labels, width, height)), 'connected, in the order of first pixels')
  expect(regions.areas.reduce((sum, area) => sum + area)).toBe(width * height)
  const all = describeRegions(regions)
  for (const { label, neighbors, perimeter, box, area, centroid } of all) {
    const borders = neighbors.reduce((sum, { border }) => sum + border, 0)
    expect(perimeter).toBeGreaterThanOrEqual(borders)
    expect(box.width * box.height).toBeGreaterThanOrEqual(area)
    expect(centroid.x >= box.x && centroid.x < box.x + box.width).toBe(true)
    for (const other of neighbors) {
      expect(all[other.label].neighbors).toContainEqual({ label, border: other.border })
    }
  }
}

test('a photograph: the same bytes on every engine, from memory and from a texture', async () => {
  const image = await readPart('kingfisher')
  const options: SegmentImageOptions = { k: 6, minArea: 4, space: 'oklab' }
  const expected = await segmentImage(cpu, image, options)
  expectRegions(expected)
  expect(Math.min(...expected.regions.areas)).toBeGreaterThanOrEqual(4)
  for (const { engine } of engines.slice(1)) {
    const texture = textureOf(engine.device!, image, 'bgra8unorm', COPY_SRC | COPY_DST)
    expect(await segmentImage(engine, texture, options)).toEqual(expected)
    expect(await segmentImage(engine, image, options)).toEqual(expected)
    texture.destroy()
  }
})

test.runIf(process.env.LLOYD_VERIFY).each(photographs)(
  'the whole photograph $name, on every engine',
  async ({ name }) => {
    const image = await readPhotograph(name)
    for (const options of [{ k: 12 }, { segments: 700 }]) {
      const expected = await segmentImage(cpu, image, options)
      expectRegions(expected)
      for (const { engine } of engines.slice(1)) expect(await segmentImage(engine, image, options)).toEqual(expected)
    }
  },
)

test('16-bit samples and hidden colours of transparent pixels make no difference', async () => {
  const { data, width, height } = drawImage(30, 25, (x, y) => [8 * x, y, 50, (x + y) % 9 < 4 ? 0 : 255])
  const expected = await segmentImage(cpu, { data, width, height }, { k: 5 })
  const wide = { data: Uint16Array.from(data, (value) => 257 * value), width, height }
  expect(await segmentImage(cpu, wide, { k: 5 })).toEqual(expected)
  const hidden = data.map((value, at) => (data[at | 3] === 0 && at % 4 < 3 ? (7 * at) % 256 : value))
  expect(await segmentImage(cpu, { data: hidden, width, height }, { k: 5 })).toEqual(expected)
  const transparent = describeRegions(expected.regions).filter(({ color }) => color[3] === 0)
  expect(transparent.length).toBeGreaterThan(0)
  for (const { color } of transparent) expect(color).toEqual([0, 0, 0, 0])
})

test('minArea is 1/10 000 of the image by default', async () => {
  const image = drawImage(200, 150, (x, y) => (y === 75 && x % 50 === 9 ? [255, 255, 255] : [0, 0, 0]))
  image.data.set([255, 255, 255, 255], 4 * (75 * 200 + 10))
  image.data.set([255, 255, 255, 255], 4 * (75 * 200 + 11))
  const { regions } = await segmentImage(cpu, image, { k: 2 })
  expect([...regions.areas]).toEqual([200 * 150 - 3, 3])
})

test('needs segments or k, and refuses what is no image', async () => {
  await expect(segmentImage(cpu, images.noise, {})).rejects.toThrow('k')
  await expect(segmentImage(cpu, images.noise, { k: 0 })).rejects.toThrow('k must be')
  await expect(segmentImage(cpu, images.noise, { k: 2, minArea: 0 })).rejects.toThrow('minArea must be')
  await expect(segmentImage(cpu, { ...images.noise, width: 3 }, { k: 2 })).rejects.toThrow('image.data has')
})

test('reports its stages in order', async () => {
  const stages: string[] = []
  await segmentImage(cpu, images.noise, {
    k: 4,
    onProgress: ({ stage, done, total }) => {
      expect(done).toBeLessThanOrEqual(total)
      if (stages.at(-1) !== stage) stages.push(stage)
    },
  })
  expect(stages).toEqual(['count', 'seed', 'cluster', 'map', 'connect', 'measure'])
})

test.each([
  { segments: 1 },
  { segments: 9, compactness: 20 },
  { segments: 40, iterations: 2, minArea: 30 },
  { segments: 5000 },
])('superpixels, %j: the same regions on every engine', async (options) => {
  for (const image of [images['one row'], images['noise with alpha'], await readPart('kingfisher')]) {
    const expected = await segmentImage(cpu, image, options)
    expectRegions(expected)
    const { labels, regions, width, height } = expected
    expect(describeRegions(regions)).toEqual(
      width > 50 ? expect.anything() : oracleRegions(labels, image.data, width, height),
    )
    if (options.minArea && regions.count > 1) expect(Math.min(...regions.areas)).toBeGreaterThanOrEqual(30)
    for (const { engine } of enginesFor(`${options.segments} ${width}`, engines).slice(1)) {
      expect(await segmentImage(engine, image, options)).toEqual(expected)
    }
  }
})

test('boundaries are white on one side and black on the other; other pixels stay', async () => {
  const image = drawImage(6, 4, (x, y) => (x < 3 || y > 1 ? [90, 80, 70, 200] : [10, 200, 30]))
  const segmented = await segmentImage(cpu, image, { k: 2 })
  const { data, width, height } = drawBoundaries(image, segmented)
  expect([width, height]).toEqual([6, 4])
  const signs = new Map([
    ['255,255,255,255', 'W'],
    ['0,0,0,255', 'B'],
  ])
  const drawn = Array.from({ length: 24 }, (_, at) => {
    const pixel = data.slice(4 * at, 4 * at + 4)
    return signs.get(pixel.join()) ?? (pixel.join() === image.data.slice(4 * at, 4 * at + 4).join() ? '.' : '?')
  })
  expect([0, 6, 12, 18].map((at) => drawn.slice(at, at + 6).join(''))).toEqual(['..WB..', '..WWWW', '...BBB', '......'])
  expect(() => drawBoundaries({ ...image, width: 4, height: 6 }, segmented)).toThrow('4 × 6')
  const filled = fillRegions(segmented)
  expect([...filled.data.slice(0, 4), ...filled.data.slice(12, 16)]).toEqual([90, 80, 70, 200, 10, 200, 30, 255])
})

test('takes either superpixels or colours', async () => {
  const image = images.noise
  await expect(segmentImage(cpu, image, { k: 2, segments: 3 })).rejects.toThrow('only one of segments')
  await expect(segmentImage(cpu, image, { k: 2, compactness: 3 })).rejects.toThrow('compactness')
  await expect(segmentImage(cpu, image, { segments: 3, space: 'srgb' })).rejects.toThrow('space with k only')
  const wide = { data: new Uint8Array(4 * 65_536), width: 65_536, height: 1 }
  await expect(segmentImage(cpu, wide, { segments: 3 })).rejects.toThrow('sides of at most 65535 pixels, got 65536 × 1')
  await expect(segmentImage(cpu, image, { segments: 3, compactness: -1 })).rejects.toThrow('compactness must be')
})

test('superpixels of more pixels than the device binds are refused with both sizes', async () => {
  const { engine } = engines[1]
  const image = drawImage(129, 128, () => [1, 2, 3])
  await withSmallBuffers(engine, 65_536, async () => {
    await expect(segmentImage(engine, image, { segments: 3 })).rejects.toThrow(
      'superpixels of 129 × 128 pixels need a buffer of 66048 bytes, and the device binds at most 65536',
    )
  })
})

test('says so where there is no memory for the regions', async () => {
  class Full {
    constructor() {
      throw new RangeError('Array buffer allocation failed')
    }
  }
  // Only once the regions are measured: until then, the executor clears its memory by the same class.
  const onProgress = ({ stage }: { stage: string }) => {
    if (stage === 'measure') vi.stubGlobal('Float64Array', Full)
  }
  try {
    await expect(segmentImage(cpu, images.noise, { segments: 3, onProgress })).rejects.toMatchObject({
      code: 'OutOfMemoryError',
      message: expect.stringContaining('(Array buffer allocation failed); give fewer colours'),
    })
  } finally {
    vi.unstubAllGlobals()
  }
})

test('ends on abort while regions are measured', async () => {
  const controller = new AbortController()
  const stages: string[] = []
  const onProgress = ({ stage }: { stage: string }) => {
    stages.push(stage)
    if (stage === 'measure') controller.abort(new Error('enough'))
  }
  const run = segmentImage(cpu, images.sprites, { segments: 6, signal: controller.signal, onProgress })
  await expect(run).rejects.toThrow('enough')
  expect(stages.filter((stage) => stage === 'measure')).toHaveLength(1)
})
