/**
 * `quantize` on photographs and edge cases: the golden errors, the same bytes from every engine, and agreement with the
 * oracle. `npm run verify` (LLOYD_VERIFY) runs every photograph, and every case on every engine.
 */
import {
  createEngine,
  type Engine,
  LloydError,
  type Progress,
  type Quantized,
  type QuantizeOptions,
  quantize,
} from 'lloyd'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { executorOf } from '../../src/engine/engine.js'
import { expectSame, expectSameValues } from '../oracle/compare'
import {
  alphaNoiseImage,
  drawImage,
  golden,
  noiseImage,
  photographs,
  readPart,
  readPhotograph,
  seededRandom,
  spriteImage,
  veilImage,
} from '../oracle/images'
import { meanSquaredError, type OracleImage, quantizeOracle } from '../oracle/quantize'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
if (VERIFY) vi.setConfig({ testTimeout: 900_000 })

let engines: TestEngine[] = []
/** The adapter that a user of this machine would get. */
let gpu: Engine
let cpu: Engine

beforeAll(async () => {
  engines = await testEngines()
  cpu = engines.find(({ engine }) => engine.backend === 'cpu')!.engine
  gpu = engines.find(({ engine }) => engine.backend === 'webgpu')!.engine
})

/** Quantizes and asserts that each result is the oracle's. */
async function expectOracle(image: OracleImage, options: QuantizeOptions, what: string): Promise<Quantized> {
  const expected = quantizeOracle(image, options)
  let result: Quantized | undefined
  for (const { name, engine } of enginesFor(what, engines)) {
    result = await quantize(engine, image, options)
    expectSame(result, expected, `${what} on ${name}`)
  }
  expect(meanSquaredError(image, result!.palette, result!.indices), `${what}: error of the bytes`).toBe(result!.mse)
  return result!
}

/** The RGBA bytes that a palette and its indices stand for. */
function repaint({ palette, indices }: Quantized): Uint8Array {
  const data = new Uint8Array(4 * indices.length)
  for (let i = 0; i < indices.length; i++) data.set(palette.subarray(4 * indices[i], 4 * indices[i] + 4), 4 * i)
  return data
}

function expectOrdered(palette: Uint8Array): void {
  const keys = Array.from({ length: palette.length / 4 }, (_, entry) => {
    const [r, g, b, a] = palette.subarray(4 * entry, 4 * entry + 4)
    return [a, 299 * r + 587 * g + 114 * b, (r * 256 + g) * 256 + b]
  })
  for (let i = 1; i < keys.length; i++) {
    const difference = keys[i].map((value, part) => value - keys[i - 1][part]).find((value) => value !== 0)
    expect(difference, `entries ${i - 1} and ${i} are equal or out of order`).toBeGreaterThan(0)
  }
}

const GOLDEN_COLORS = [4, 16, 32, 64, 128, 256]

describe('photographs', () => {
  test('are 14, with 16, 64 and 256 colours in the golden table', () => {
    expect(photographs.length).toBe(14)
    for (const { name } of photographs) for (const colors of [16, 64, 256]) golden(name, colors)
  })

  const measured = photographs.filter(({ name }) => VERIFY || ['color_chart', 'kingfisher'].includes(name))
  for (const [number, { name, uniqueColors }] of measured.entries()) {
    test(`${name}: within 0.5 % of the golden error after 10 iterations`, async () => {
      const image = await readPhotograph(name)
      for (const [step, colors] of (VERIFY ? GOLDEN_COLORS : [16]).entries()) {
        const row = golden(name, colors)
        // Where the program converged before the tenth it did not round.
        const limit = Number.isNaN(row.wu_lloyd10_rounded_mse)
          ? 1.005 * row.wu_lloyd10_mse + 0.3
          : 1.005 * row.wu_lloyd10_rounded_mse
        // The engines take turns, which covers each of them in a third of the time.
        for (const { name: engineName, engine } of VERIFY ? engines : [engines[(number + step) % engines.length]]) {
          const result = await quantize(engine, image, { colors, maxIterations: 10 })
          const what = `${name}, ${colors} colours on ${engineName}`
          const measured = meanSquaredError(image, result.palette, result.indices)
          expect(measured, what).toBeLessThanOrEqual(limit)
          expect(result.mse, what).toBe(measured)
          expect(result.uniqueColors, what).toBe(uniqueColors)
          expect(result.iterations, what).toBeLessThanOrEqual(10)
          expect(result.colors, what).toBeGreaterThan(0.9 * colors)
          expect(result.colors, what).toBeLessThanOrEqual(colors)
          expect(result.palette.length, what).toBe(4 * result.colors)
          expect(new Set(result.indices).size, `${what}: entries in use`).toBe(result.colors)
          expectOrdered(result.palette)
        }
      }
    })
  }

  const converging = VERIFY ? photographs.map(({ name }) => name) : ['color_chart']
  test.each(converging)('%s: converged, within 0.5 % of the golden error and 0.3', async (name) => {
    const image = await readPhotograph(name)
    for (const [step, colors] of (VERIFY ? GOLDEN_COLORS : [16, 256]).entries()) {
      const { engine } = engines[step % 2]
      const { mse, iterations } = await quantize(engine, image, { colors, tolerance: 0, maxIterations: 5000 })
      expect(iterations, `${colors} colours`).toBeLessThan(5000)
      expect(mse, `${colors} colours`).toBeLessThanOrEqual(1.005 * golden(name, colors).wu_lloyd_converged_mse + 0.3)
    }
  })

  const compared = VERIFY ? photographs.map(({ name }) => name) : ['tablet', 'astronaut', 'shopping_bags']
  for (const name of compared) {
    test(`${name}: every engine gives the oracle's bytes at 2, 16 and 256 colours`, async () => {
      const image = await (VERIFY ? readPhotograph(name) : readPart(name))
      await expectOracle(image, { colors: 2 }, `${name}, 2 colours`)
      await expectOracle(image, { colors: 16, maxIterations: 10 }, `${name}, 16 colours`)
      await expectOracle(image, { colors: 256, maxIterations: VERIFY ? 20 : 4 }, `${name}, 256 colours`)
    })
  }

  test.runIf(VERIFY)(
    'the same bytes from every engine where colours are many: lights, 256 colours, 2 iterations',
    async () => {
      const image = await readPhotograph('lights')
      await expectOracle(image, { colors: 256, maxIterations: 2 }, 'lights')
    },
  )

  test('sums beyond 32 bits: one colour, to convergence', async () => {
    const image = await readPhotograph('shopping_bags')
    const result = await expectOracle(image, { colors: 1 }, 'shopping_bags')
    expect(result.colors).toBe(1)
    expect(result.iterations).toBe(2)
    expectSameValues(new Set(result.indices).size === 1 ? [result.indices[0]] : [], [0], 'the one label')
  })

  test.runIf(VERIFY)('with alpha: a photograph under a soft round mask', async () => {
    const photograph = await readPhotograph('tablet')
    const { width, height, data } = photograph
    const image = drawImage(width, height, (x, y) => {
      const at = 4 * (y * width + x)
      const alpha = Math.max(0, Math.min(255, 2.5 * (height / 2 - Math.hypot(x - width / 2, y - height / 2))))
      return [data[at], data[at + 1], data[at + 2], alpha]
    })
    const result = await expectOracle(image, { colors: 32, maxIterations: 4 }, 'masked tablet')
    expect([...result.palette.subarray(0, 4)]).toEqual([0, 0, 0, 0])
    expect(result.centroids.columns).toBe(4)
  })
})

describe('iterations and tolerance', () => {
  const image = noiseImage(61, 47, 5, 40)

  test.each([0, 1, 2, 3])('maxIterations %i is kept, and an uncounted mapping follows', async (maxIterations) => {
    const result = await expectOracle(image, { colors: 12, maxIterations }, `maxIterations ${maxIterations}`)
    expect(result.iterations).toBe(maxIterations)
  })

  test('the default is 20', async () => {
    const result = await expectOracle(noiseImage(120, 90, 6), { colors: 32 }, 'default')
    expect(result.iterations).toBe(20)
  })

  test('run to convergence, the confirming iteration counts and more change nothing', async () => {
    const result = await expectOracle(image, { colors: 12, maxIterations: 500 }, 'converged')
    expect(result.iterations).toBeGreaterThan(5)
    expect(result.iterations).toBeLessThan(500)
    const exactly = await quantize(gpu, image, { colors: 12, maxIterations: result.iterations })
    expectSame(exactly, result, 'maxIterations at the converged number')
    const before = await quantize(gpu, image, { colors: 12, maxIterations: result.iterations - 1 })
    expect(before.iterations).toBe(result.iterations - 1)
    expectSameValues(before.palette, result.palette, 'palette before the confirming iteration')
  })

  test.each([1e-4, 0.01, 0.1, 1, 1e6])('tolerance %d stops where the centroids move by less', async (tolerance) => {
    for (const [what, subject] of [
      ['opaque', image],
      ['alpha', alphaNoiseImage(40, 40, 8)],
      ['transparent ground', spriteImage(50, 40, 9)],
    ] as const) {
      const options = { colors: 9, maxIterations: 100, tolerance }
      await expectOracle(subject, options, `${what}, tolerance ${tolerance}`)
    }
  })
})

test('tolerance is measured on the variance of all pixels, the transparent ones too', async () => {
  // Bright noise on a large transparent ground: without the ground the variance would be a fraction.
  const random = seededRandom(19)
  const image = drawImage(60, 60, (x, y) =>
    x > 40 && y > 40 ? [200 + random() * 55, 200 + random() * 55, 200 + random() * 55] : [0, 0, 0, 0],
  )
  for (const tolerance of [0.01, 0.02, 0.05, 0.1, 0.2]) {
    await expectOracle(image, { colors: 9, maxIterations: 100, tolerance }, `tolerance ${tolerance}`)
  }
})

describe('halves are rounded up', () => {
  test('a mean between two steps of 1/128', async () => {
    const image = drawImage(16, 16, (x, y) => (x === 3 && y === 5 ? [11, 12, 13] : [10, 10, 10]))
    const result = await expectOracle(image, { colors: 1 }, '256 pixels')
    expect([...result.centroids.data]).toEqual([1281 / 128, 1281 / 128, 1282 / 128])
    expect([...result.palette]).toEqual([10, 10, 10, 255])
  })

  test('a mean between two bytes', async () => {
    const image = drawImage(2, 1, (x) => [10 + x, 10 + 3 * x, 10])
    const result = await expectOracle(image, { colors: 1 }, 'two pixels')
    expect([...result.centroids.data]).toEqual([10.5, 11.5, 10])
    expect([...result.palette]).toEqual([11, 12, 10, 255])
    // Distances to 11, 12, 10 are 1 + 4 and 0 + 1.
    expect(result.mse).toBe(3)
  })

  test('a mean between two alphas, and the colour under it', async () => {
    const image = drawImage(2, 1, (x) => [255, 0, 0, 100 + x])
    const result = await expectOracle(image, { colors: 1 }, 'two alphas')
    expect([...result.centroids.data]).toEqual([100.5, 0, 0, 100.5])
    expect([...result.palette]).toEqual([255, 0, 0, 101])
  })
})

describe('few colours: the image comes back unchanged', () => {
  const random = seededRandom(77)
  const swatches = Array.from({ length: 200 }, () => [random() * 256, random() * 256, random() * 256] as const)
  const cases: [string, OracleImage, number][] = [
    ['black', drawImage(9, 9, () => [0, 0, 0]), 1],
    ['white, one colour asked of many', drawImage(9, 9, () => [255, 255, 255]), 256],
    ['200 swatches, as many asked', drawImage(50, 40, (x, y) => swatches[(y * 50 + x) % 200]), 200],
    ['200 swatches, 65536 asked', drawImage(50, 40, (x, y) => swatches[(y * 50 + x) % 200]), 65536],
    ['700 greys and tints', drawImage(100, 7, (x, y) => [x, y, x]), 700],
    ['nothing but transparent', drawImage(7, 5, (x) => [x * 30, 9, 9, 0]), 1],
    ['translucent tints that premultiply alike', drawImage(3, 1, (x) => [100 + x, 0, 0, 1]), 3],
    ['two alphas', drawImage(6, 6, (x) => [10, 20, 30, x < 3 ? 255 : 100]), 2],
  ]
  test.each(cases)('%s', async (what, image, colors) => {
    const result = await expectOracle(image, { colors }, what)
    expect(result.mse).toBe(0)
    expect(result.iterations).toBe(0)
    expect(result.colors).toBe(result.uniqueColors)
    const whole = Uint8Array.from(image.data)
    for (let i = 0; i < whole.length; i += 4) if (whole[i + 3] === 0) whole.fill(0, i, i + 4)
    expectSameValues(repaint(result), whole, what)
    expectOrdered(result.palette)
  })

  test('one colour fewer than the image has is not the same', async () => {
    const image = drawImage(50, 40, (x, y) => swatches[(y * 50 + x) % 200])
    const result = await expectOracle(image, { colors: 199 }, '199 of 200')
    expect(result.mse).toBeGreaterThan(0)
  })
})

describe('odd sizes', () => {
  test('1×1', async () => {
    const result = await expectOracle(
      drawImage(1, 1, () => [1, 2, 3]),
      { colors: 256 },
      '1×1',
    )
    expect([...result.palette]).toEqual([1, 2, 3, 255])
    expect([...result.indices]).toEqual([0])
  })
  test('1×70000', async () => {
    await expectOracle(noiseImage(1, 70000, 2, 20), { colors: 16, maxIterations: 5 }, '1×70000')
  })
  test('70000×1', async () => {
    await expectOracle(noiseImage(70000, 1, 3, 12), { colors: 5, maxIterations: 5 }, '70000×1')
  })
  test('65537×3', async () => {
    await expectOracle(noiseImage(65537, 3, 4, 20), { colors: 16, maxIterations: 5 }, '65537×3')
  })
  test('337×211', async () => {
    await expectOracle(noiseImage(337, 211, 5, 24), { colors: 19, maxIterations: 5 }, '337×211')
  })
})

describe('alpha', () => {
  test('a sprite keeps its transparent ground as entry 0,0,0,0', async () => {
    const image = spriteImage(64, 48, 1)
    for (const colors of [2, 3, 16, 255]) {
      const result = await expectOracle(image, { colors }, `sprite, ${colors} colours`)
      expect([...result.palette.subarray(0, 4)]).toEqual([0, 0, 0, 0])
      for (let pixel = 0; pixel < result.indices.length; pixel++) {
        if (image.data[4 * pixel + 3] === 0) expect(result.indices[pixel]).toBe(0)
      }
      expectOrdered(result.palette)
    }
  })

  test('a sprite at one colour', async () => {
    const image = spriteImage(64, 48, 1)
    for (const maxIterations of [0, 1, 20]) {
      const result = await expectOracle(image, { colors: 1, maxIterations }, `maxIterations ${maxIterations}`)
      expect(result.colors).toBe(1)
    }
  })

  test('what a transparent pixel hides does not matter', async () => {
    const [one, two] = [spriteImage(40, 40, 1), spriteImage(40, 40, 1)]
    for (let i = 0; i < two.data.length; i += 4) if (two.data[i + 3] === 0) two.data.fill(i % 251, i, i + 3)
    for (const { name, engine } of engines) {
      const [a, b] = [await quantize(engine, one, { colors: 12 }), await quantize(engine, two, { colors: 12 })]
      expectSame(a, b, `hidden colours on ${name}`)
    }
  })

  test('a veil without a single opaque or transparent pixel', async () => {
    const result = await expectOracle(veilImage(90, 70), { colors: 24 }, 'veil')
    expect(result.centroids.columns).toBe(4)
    expectOrdered(result.palette)
  })

  test('one translucent pixel makes the image one with alpha', async () => {
    const image = noiseImage(40, 40, 12)
    image.data[4 * 777 + 3] = 254
    const result = await expectOracle(image, { colors: 10 }, 'one translucent pixel')
    expect(result.centroids.columns).toBe(4)
  })

  test('noise in every channel', async () => {
    await expectOracle(alphaNoiseImage(80, 60, 3), { colors: 50 }, 'alpha noise')
  })
})

describe('many entries', () => {
  test('300 asked: 16-bit indices above 256 entries', async () => {
    const result = await expectOracle(noiseImage(100, 80, 21), { colors: 300, maxIterations: 3 }, '300 colours')
    expect(result.colors).toBeGreaterThan(256)
    expect(result.indices).toBeInstanceOf(Uint16Array)
  })

  test('256 entries: 8-bit indices', async () => {
    const result = await expectOracle(noiseImage(100, 80, 22), { colors: 256, maxIterations: 3 }, '256 colours')
    expect(result.colors).toBe(256)
    expect(result.indices).toBeInstanceOf(Uint8Array)
  })

  test('two narrow clouds, where many centroids lie close together', async () => {
    const random = seededRandom(23)
    const image = drawImage(90, 70, (x) => {
      const base = x < 45 ? 20 : 200
      return [base + random() * 8, base + random() * 8, base + random() * 8]
    })
    await expectOracle(image, { colors: 400 }, '400 colours')
  })

  test('more colours than Wu has cells: his boxes are cut on between colours', async () => {
    const random = seededRandom(24)
    // A grey ramp with noise lies in 32 cells; 90 narrow clouds lie in few.
    const grey = drawImage(100, 60, (x, y) => {
      const v = Math.min(255, 2 * x + y / 2 + random() * 9)
      return [v, v, v]
    })
    const result = await expectOracle(grey, { colors: 64 }, '64 greys')
    expect(result.colors).toBeGreaterThan(50)
    const clouds = drawImage(120, 100, (x) => [90 + random() * 40, 60 + (x % 9) * 3 + random() * 30, random() * 40])
    const many = await expectOracle(clouds, { colors: 2000, maxIterations: 2 }, '2000 colours')
    expect(many.indices).toBeInstanceOf(Uint16Array)
    expect(many.colors).toBeGreaterThan(1500)
  })

  test.runIf(VERIFY)('65536 colours of a noisy image', async () => {
    // Too many for the oracle: what must hold is checked, and that every engine gives the same.
    const random = seededRandom(24)
    const image = drawImage(259, 259, () => [random() * 256, random() * 256, random() * 256])
    const results = []
    for (const { engine } of engines) results.push(await quantize(engine, image, { colors: 65536, maxIterations: 1 }))
    const [result] = results
    for (const other of results) expectSame(other, result, '65536 colours')
    expect(result.uniqueColors).toBeGreaterThan(65536)
    expect(result.indices).toBeInstanceOf(Uint16Array)
    expect(result.colors).toBeGreaterThan(60000)
    expect(result.mse).toBe(meanSquaredError(image, result.palette, result.indices))
    expect(result.mse).toBeLessThan(0.2)
  })
})

describe('what comes back is plain, repeatable and the caller keeps his image', () => {
  test('a fresh engine gives the same', async () => {
    const image = noiseImage(70, 70, 31)
    const first = await quantize(gpu, image, { colors: 20 })
    for (const backend of ['cpu', 'webgpu', 'auto'] as const) {
      const engine = await createEngine({ backend })
      expectSame(await quantize(engine, image, { colors: 20 }), first, `a fresh ${backend} engine`)
      engine.destroy()
    }
  })

  test('several at once on one engine do not disturb each other', async () => {
    const jobs: [OracleImage, QuantizeOptions][] = [
      [noiseImage(80, 60, 32), { colors: 20 }],
      [spriteImage(60, 60, 33), { colors: 7 }],
      [noiseImage(33, 90, 34), { colors: 300, maxIterations: 2 }],
    ]
    for (const { name, engine } of engines) {
      const results = await Promise.all(jobs.map(([image, options]) => quantize(engine, image, options)))
      for (const [at, [image, options]] of jobs.entries()) {
        expectSame(results[at], quantizeOracle(image, options), `job ${at} of several on ${name}`)
      }
    }
  })

  test('results pass structuredClone', async () => {
    for (const image of [noiseImage(20, 20, 35), spriteImage(20, 20, 36)]) {
      const result = await quantize(gpu, image, { colors: 5 })
      const clone = structuredClone(result)
      expect(Object.keys(clone)).toEqual(Object.keys(result))
      expectSame(clone, result, 'clone')
      // A small view on a large buffer would be cloned whole.
      expect(clone.palette.buffer.byteLength).toBe(4 * result.colors)
      expect(clone.indices.buffer.byteLength).toBe(400)
    }
  })

  test('the image is not written to', async () => {
    const image = spriteImage(50, 50, 37)
    const before = image.data.slice()
    for (const { engine } of engines) await quantize(engine, image, { colors: 6 })
    expectSameValues(image.data, before, 'image')
  })

  test('all ways to hold the bytes', async () => {
    const image = noiseImage(30, 30, 38)
    const expected = quantizeOracle(image, { colors: 9 })
    const bytes = 4 * 30 * 30
    const unaligned = new Uint8Array(bytes + 7).subarray(3, 3 + bytes)
    const buffer = Buffer.alloc(bytes + 7).subarray(1, 1 + bytes)
    const shared = new Uint8Array(new SharedArrayBuffer(bytes))
    for (const data of [Uint8Array.from(image.data), Uint8ClampedArray.from(image.data), unaligned, buffer, shared]) {
      data.set(image.data)
      const what = `${data.constructor.name} at ${data.byteOffset} of a ${data.buffer.constructor.name}`
      for (const { name, engine } of engines) {
        expectSame(await quantize(engine, { ...image, data }, { colors: 9 }), expected, `${what} on ${name}`)
      }
    }
  })

  test('16-bit samples are rounded to bytes', async () => {
    const random = seededRandom(40)
    const data = Uint16Array.from({ length: 4 * 50 * 40 }, () => Math.floor(65536 * random()))
    data.set([128, 129, 65406, 65407, 65535, 0, 385, 386])
    const bytes = Uint8Array.from(data, (v) => Math.round((v * 255) / 65535))
    const expected = quantizeOracle({ data: bytes, width: 50, height: 40 }, { colors: 9 })
    for (const { name, engine } of engines) {
      expectSame(await quantize(engine, { data, width: 50, height: 40 }, { colors: 9 }), expected, name)
    }
  })
})

describe('refused before any work', () => {
  const good = noiseImage(8, 8, 41)
  const cases: [string, unknown, unknown][] = [
    ['colors 0', good, { colors: 0 }],
    ['colors 1.5', good, { colors: 1.5 }],
    ['colors 65537', good, { colors: 65537 }],
    ['colors abc', good, { colors: 'abc' }],
    ['colors "16"', good, { colors: '16' }],
    ['colors NaN', good, { colors: Number.NaN }],
    ['colors Infinity', good, { colors: Number.POSITIVE_INFINITY }],
    ['colors -1', good, { colors: -1 }],
    ['no colors', good, {}],
    ['no options', good, undefined],
    ['maxIterations -1', good, { colors: 4, maxIterations: -1 }],
    ['maxIterations 2.5', good, { colors: 4, maxIterations: 2.5 }],
    ['maxIterations NaN', good, { colors: 4, maxIterations: Number.NaN }],
    ['tolerance -1', good, { colors: 4, tolerance: -1 }],
    ['tolerance NaN', good, { colors: 4, tolerance: Number.NaN }],
    ['a misspelt option', good, { colors: 4, maxIteration: 5 }],
    ['an unknown space', good, { colors: 4, space: 'cmyk' }],
    ['an unknown dither', good, { colors: 4, dither: 'some' }],
    ['data too short', { ...good, data: good.data.subarray(4) }, { colors: 4 }],
    ['data too long', { ...good, data: new Uint8Array(4 * 65) }, { colors: 4 }],
    ['RGB data', { ...good, data: new Uint8Array(3 * 64) }, { colors: 4 }],
    ['float data', { ...good, data: new Float32Array(4 * 64) }, { colors: 4 }],
    ['plain array', { ...good, data: Array.from(good.data) }, { colors: 4 }],
    ['zero width', { data: new Uint8Array(0), width: 0, height: 8 }, { colors: 4 }],
    ['zero height', { data: new Uint8Array(0), width: 8, height: 0 }, { colors: 4 }],
    ['width NaN', { ...good, width: Number.NaN }, { colors: 4 }],
    ['width 6.4', { ...good, width: 6.4, height: 10 }, { colors: 4 }],
    ['negative sides', { ...good, width: -8, height: -8 }, { colors: 4 }],
    ['no image', null, { colors: 4 }],
    ['a string for an image', 'photo.png', { colors: 4 }],
    ['an empty object for an image', {}, { colors: 4 }],
  ]
  test.each(cases)('%s', async (_, image, options) => {
    const heard: unknown[] = []
    const watched = options ? { ...options, onProgress: (progress: Progress) => heard.push(progress) } : options
    for (const { engine } of engines) {
      const allocated = executorOf(engine).allocatedBytes
      const error = await quantize(engine, image as OracleImage, watched as QuantizeOptions).then(
        () => expect.fail('it was accepted'),
        (reason) => reason,
      )
      expect(error).toBeInstanceOf(LloydError)
      expect(error.code).toBe('InputError')
      expect(error.message).not.toMatch(/\n|undefined is not|Cannot read/)
      expect(error.message.length).toBeGreaterThan(15)
      expect(heard).toEqual([])
      expect(executorOf(engine).allocatedBytes).toBe(allocated)
    }
  })

  test('something that is no engine', async () => {
    for (const engine of [null, undefined, {}, 'cpu']) {
      const refusal = quantize(engine as unknown as Engine, good, { colors: 4 })
      await expect(refusal).rejects.toMatchObject({ code: 'InputError' })
    }
  })

  test('a destroyed engine', async () => {
    for (const backend of ['cpu', 'webgpu'] as const) {
      const engine = await createEngine({ backend })
      engine.destroy()
      await expect(quantize(engine, good, { colors: 4 })).rejects.toBeInstanceOf(LloydError)
      expect(await engine.lost).toBeInstanceOf(LloydError)
    }
  })
})

describe('abort', () => {
  const image = noiseImage(150, 150, 51)

  test('without a reason of its own it is an AbortError', async () => {
    const refusal = quantize(cpu, image, { colors: 8, signal: AbortSignal.abort() })
    await expect(refusal).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.each(['count', 'seed', 'cluster', 'map'])(
    'during %s: rejects with the reason and frees what it took',
    async (stage) => {
      for (const { name, engine } of engines) {
        const allocated = executorOf(engine).allocatedBytes
        const controller = new AbortController()
        const reason = { why: `enough of ${stage}` }
        const heard: string[] = []
        const refusal = quantize(engine, image, {
          colors: 64,
          maxIterations: 1000,
          signal: controller.signal,
          onProgress: (progress) => {
            heard.push(progress.stage)
            if (progress.stage === stage) controller.abort(reason)
          },
        })
        await expect(refusal, name).rejects.toBe(reason)
        expect(heard.filter((other) => other === stage).length, `${name}: steps after the abort`).toBe(1)
        expect(executorOf(engine).allocatedBytes, `${name}: bytes left`).toBe(allocated)
      }
    },
  )

  test('from a timer, before the next iteration but one, and the engine goes on working', async () => {
    const expected = quantizeOracle(spriteImage(30, 30, 52), { colors: 5 })
    const photograph = await readPhotograph('lights')
    for (const { name, engine } of engines) {
      const controller = new AbortController()
      let after = 0
      const onProgress = ({ stage }: Progress) => {
        if (controller.signal.aborted) after++
        else if (stage === 'cluster') setTimeout(() => controller.abort('too slow'))
      }
      const options = { colors: 256, maxIterations: 100_000, signal: controller.signal, onProgress }
      await expect(quantize(engine, photograph, options), name).rejects.toBe('too slow')
      expect(after, `${name}: reports after the abort`).toBeLessThan(2)
      expectSame(await quantize(engine, spriteImage(30, 30, 52), { colors: 5 }), expected, `after an abort on ${name}`)
    }
  })
})

test('onProgress goes forward, stage by stage, to the end, and changes nothing', async () => {
  const stages = ['count', 'seed', 'cluster', 'map']
  const image = noiseImage(90, 90, 61)
  const expected = quantizeOracle(image, { colors: 30 })
  for (const { name, engine } of engines) {
    const heard: Progress[] = []
    const result = await quantize(engine, image, { colors: 30, onProgress: (progress) => heard.push(progress) })
    expectSame(result, expected, `watched on ${name}`)
    expect(heard.length).toBeGreaterThan(4)
    expect([...new Set(heard.map(({ stage }) => stage))], name).toEqual(stages)
    for (const [at, { stage, done, total }] of heard.entries()) {
      expect(done).toBeGreaterThanOrEqual(0)
      expect(done).toBeLessThanOrEqual(total)
      if (at === 0) continue
      const before = heard[at - 1]
      const step = stages.indexOf(stage) - stages.indexOf(before.stage)
      expect(step, `${name}: from ${before.stage} to ${stage}`).toBeGreaterThanOrEqual(0)
      if (step === 0) {
        expect(total).toBe(before.total)
        expect(done, `${name}: ${stage}`).toBeGreaterThanOrEqual(before.done)
      }
    }
    const last = heard[heard.length - 1]
    expect(last.done, `${name}: the last report is of all done`).toBe(last.total)
  }
})
