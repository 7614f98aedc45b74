/** First centroids by maximin and k-means++, and restarts. `npm run verify` (LLOYD_VERIFY) takes all photographs. */
import { type Progress, type QuantizeOptions, quantize } from 'lloyd'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectSame, expectSameValues } from '../oracle/compare'
import { alphaNoiseImage, drawImage, noiseImage, photographs, readPhotograph, spriteImage } from '../oracle/images'
import { type OracleImage, quantizeOracle } from '../oracle/quantize'
import { enginesFor, type TestEngine, testEngines } from '../support/engines'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)

let engines: TestEngine[] = []
beforeAll(async () => {
  engines = await testEngines()
})

/** Quantizes; all results are the first one's, or the oracle's. */
async function expectOne(image: OracleImage, options: QuantizeOptions, what: string, oracle = true) {
  let expected = oracle ? quantizeOracle(image, options) : null
  for (const { name, engine } of enginesFor(`${what} ${options.space}`, engines)) {
    const result = await quantize(engine, image, options)
    expected ??= result as ReturnType<typeof quantizeOracle>
    expectSame(result, expected, `${what} on ${name}`)
  }
  return expected!
}

describe('photographs', () => {
  test.runIf(VERIFY).each(photographs)('$name: every engine gives the same', async ({ name }) => {
    const image = await readPhotograph(name)
    for (const space of ['srgb', 'oklab'] as const) {
      const few = { colors: 5, space, maxIterations: 1, seed: 9 }
      await expectOne(image, { ...few, init: 'maximin' }, `${name}, maximin, ${space}`, false)
      await expectOne(image, { ...few, init: 'k-means++' }, `${name}, k-means++, ${space}`, false)
    }
    const many = { colors: 256, maxIterations: 1, init: 'k-means++' } as const
    await expectOne(image, many, `${name}, many`, false)
  })
})

test('ties go to the least RGBA key, whatever the order of the pixels', async () => {
  // The corners of a cube: each is as far from the middle as any other.
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [(i & 4) * 60, (i & 2) * 120, (i & 1) * 240] as const)
  for (const alpha of [255, 128]) {
    const results = []
    for (const order of [corners, [...corners].reverse()]) {
      const image = drawImage(8, 1, (x) => [...order[x], alpha])
      for (const colors of [2, 3, 5]) {
        const result = await expectOne(image, { colors, init: 'maximin', maxIterations: 0 }, `${colors} corners`)
        if (order === corners) results.push(result.palette)
        else expectSameValues(result.palette, results.shift()!, 'the other order')
      }
    }
  }
})

test('k-means++ draws by its seed, and by the colours and not their order', async () => {
  const image = alphaNoiseImage(40, 30, 3)
  const turned = { ...image, data: new Uint8Array(image.data.length) }
  for (let i = 0; i < image.data.length; i += 4) {
    turned.data.set(image.data.subarray(i, i + 4), image.data.length - 4 - i)
  }
  const palettes = new Set<string>()
  for (const seed of [0, 1, 2, 2 ** 32 - 1]) {
    const options = { colors: 12, init: 'k-means++', seed, maxIterations: 1 } as const
    const { palette } = await expectOne(image, options, `seed ${seed}`)
    const other = await quantize(engines[0].engine, turned, options)
    expectSameValues(other.palette, palette, `seed ${seed}, turned`)
    palettes.add(palette.join())
  }
  expect(palettes.size).toBe(4)
})

test('restarts never make it worse, and the first run is that of init', async () => {
  const image = noiseImage(60, 50, 4, 12)
  for (const init of ['wu', 'maximin', 'k-means++'] as const) {
    let before = Number.POSITIVE_INFINITY
    for (const restarts of [1, 2, 5]) {
      const { mse } = await expectOne(
        image,
        { colors: 8, init, restarts, maxIterations: 3, seed: 5 },
        `${init} ${restarts}`,
      )
      expect(mse).toBeLessThanOrEqual(before)
      before = mse
    }
  }
})

test('the progress of restarts goes on', async () => {
  for (const { engine } of engines) {
    const heard: Progress[] = []
    const options = { colors: 40, init: 'k-means++', restarts: 3, maxIterations: 4 } as const
    await quantize(engine, noiseImage(60, 50, 5), { ...options, onProgress: (progress) => heard.push(progress) })
    for (const stage of ['seed', 'cluster']) {
      const steps = heard.filter((progress) => progress.stage === stage).map(({ done, total }) => done / total)
      expect(steps).toEqual([...steps].sort((a, b) => a - b))
      expect(steps.at(-1)).toBeLessThanOrEqual(1)
    }
  }
})

test('with fixed and transparent entries, which are seeds already', async () => {
  for (const init of ['maximin', 'k-means++'] as const) {
    const fixedColors = [
      [255, 255, 255],
      [0, 0, 0, 100],
    ]
    await expectOne(spriteImage(50, 40, 6), { colors: 9, init, fixedColors, maxIterations: 2 }, init)
    await expectOne(spriteImage(50, 40, 7), { colors: 4, init, space: 'oklab', maxIterations: 2 }, init)
  }
})

test('more colours asked than can be told apart', async () => {
  // 24 tints whose premultiplied coordinates are a few.
  const image = drawImage(24, 1, (x) => [100 + x, 0, 0, 1])
  for (const init of ['maximin', 'k-means++'] as const) {
    const result = await expectOne(image, { colors: 20, init }, init)
    expect(result.colors).toBeLessThan(20)
  }
})

test('an abort while seeds are drawn', async () => {
  for (const { engine } of engines) {
    const controller = new AbortController()
    const options = { colors: 300, init: 'k-means++', signal: controller.signal } as const
    const aborted = quantize(engine, noiseImage(90, 90, 8), {
      ...options,
      onProgress: ({ stage }) => stage === 'seed' && controller.abort('enough'),
    })
    await expect(aborted).rejects.toBe('enough')
  }
})

test.each([
  { init: 'random' },
  { seed: -1 },
  { seed: 1.5 },
  { seed: 2 ** 32 },
  { restarts: 0 },
  { restarts: 1001 },
  { restarts: 2.5 },
])('%o is refused', async (options) => {
  const refused = quantize(engines[0].engine, noiseImage(8, 8, 9), { colors: 4, ...options } as QuantizeOptions)
  await expect(refused).rejects.toMatchObject({ code: 'InputError' })
})
