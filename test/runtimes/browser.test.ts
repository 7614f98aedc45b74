import { fileURLToPath } from 'node:url'
import * as lloyd from 'lloyd'
import { createEngine, quantize, readImage } from 'lloyd'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Browser, launchBrowser, launchFirefox, openPage, type Pages, servePages } from '../../bench/browser.js'
import { segmentAll, segmentCases } from '../color/segments/segment-cases.js'
import { photographs, readPhotograph } from '../oracle/images.js'
import type {} from '../support/browser-page.js'
import { type BrowserAnswer, type BrowserRequest, type PlainResult, plainResult } from '../support/browser-quantize.js'
import type {} from '../support/browser-sources.js'
import { clusteringCases, expectClusterings } from '../support/clustering-cases.js'
import { conformanceCases, spacesAndDithers } from '../support/conformance-cases.js'
import { runClusterings, runSimd } from '../support/run-clusterings.js'
import { trainNetworks } from '../support/train-networks.js'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
if (VERIFY) vi.setConfig({ testTimeout: 900_000 })

/** Without LLOYD_VERIFY one of each seeding, space and dither, of a small picture. */
const cases = VERIFY ? conformanceCases : conformanceCases.filter((_, at) => [1, 3, 4, 9, 11, 12].includes(at))
const photo = fileURLToPath(new URL('../../demo/photos/kingfisher.png', import.meta.url))
let request: BrowserRequest
/** Chrome; with LLOYD_VERIFY also Firefox where it is installed. */
const browsers: Record<string, Browser> = { Chrome: await launchBrowser() }
const firefox = VERIFY ? await launchFirefox() : null
if (firefox) browsers.Firefox = firefox
/** Hosts: a page and a worker; without LLOYD_VERIFY only a worker, which lacks more. */
const places = (['quantizeInWorker', 'quantizeInPage'] as const).slice(0, VERIFY ? 2 : 1)
let pages: Pages
const expected: Record<string, PlainResult[]> = {}

beforeAll(async () => {
  const image = await readImage(VERIFY ? photo : await sharp(photo).resize(120, 80).png().toBuffer())
  request = { url: '/photo.rgba', width: image.width, height: image.height, cases }
  for (const backend of ['cpu', 'webgpu'] as const) {
    const engine = await createEngine({ backend })
    expected[backend] = []
    for (const options of cases) {
      expected[backend].push(plainResult(await quantize(engine, image, options)))
    }
    engine.destroy()
  }
  const files: Record<string, Uint8Array> = { '/photo.rgba': new Uint8Array(image.data) }
  for (const { name } of VERIFY ? photographs : []) {
    files[`/${name}.rgba`] = new Uint8Array((await readPhotograph(name)).data)
  }
  pages = await servePages(files)
})

afterAll(async () => {
  await Promise.all(Object.values(browsers).map((browser) => browser.close()))
  await pages?.close()
})

/** Opens the test's page, and calls `work` once it has the function `ready`; what went wrong in it is in the error. */
async function inPage<T>(
  browser: Browser,
  ready: string,
  work: (page: Awaited<ReturnType<typeof openPage>>) => Promise<T>,
): Promise<T> {
  const messages: string[] = []
  const page = await openPage(browser, `${pages.url}test/support/browser-page.html`, ready, (line) =>
    messages.push(line),
  )
  try {
    return await work(page)
  } catch (cause) {
    throw new Error([String(cause), ...messages].join('\n'), { cause })
  } finally {
    await page.close()
  }
}

async function quantizeIn(
  browser: Browser,
  place: 'quantizeInPage' | 'quantizeInWorker',
  asked = request,
): Promise<BrowserAnswer> {
  return await inPage(browser, place, (page) =>
    page.evaluate((place, request) => globalThis[place](request), place, asked),
  )
}

describe.each(Object.keys(browsers))('%s', (name) => {
  test.each(places)('%s: WebGPU gives the bytes of both executors in Node', async (place) => {
    const { backend, labels, results } = await quantizeIn(browsers[name], place)
    expect(backend).toBe('webgpu')
    expect(labels).toEqual([0, 1, 1, 0, 0, 1])
    for (const executor of ['cpu', 'webgpu']) {
      for (const [at, options] of cases.entries()) {
        const { palette, indices, numbers } = expected[executor][at]
        const what = `${JSON.stringify(options)} against ${executor} in Node`
        expect(results[at].palette, `palette, ${what}`).toEqual(palette)
        expect(results[at].indices === indices, `indices, ${what}`).toBe(true)
        expect(results[at].numbers, what).toEqual(numbers)
      }
    }
  })

  test('points are clustered as on the CPU executor, and to the known answers', async () => {
    const { backend, answers } = await inPage(browsers[name], 'clusterInPage', (page) =>
      page.evaluate((cases) => globalThis.clusterInPage(cases), clusteringCases),
    )
    expect(backend).toBe('webgpu')
    const cpu = await createEngine({ backend: 'cpu' })
    expectClusterings(answers, await runClusterings(lloyd, cpu, clusteringCases))
    cpu.destroy()
  })

  test('the CPU executor with SIMD gives the bytes of Node', async () => {
    const answer = await inPage(browsers[name], 'simdInPage', (page) => page.evaluate(() => globalThis.simdInPage()))
    const { description, ...results } = answer
    expect(description).toMatch(/^CPU executor \(no WebGPU\), with SIMD/)
    expect(results).toEqual({ ...(await runSimd(lloyd)), description: undefined })
  })

  test.runIf(VERIFY)('an image is divided into the regions of the CPU executor', async () => {
    const { url, width, height } = request
    const { backend, results } = await inPage(browsers[name], 'segmentInPage', (page) =>
      page.evaluate((asked) => globalThis.segmentInPage(asked), { url, width, height, cases: segmentCases }),
    )
    expect(backend).toBe('webgpu')
    const cpu = await createEngine({ backend: 'cpu' })
    const expected = await segmentAll(cpu, await readImage(photo), segmentCases)
    cpu.destroy()
    for (const [at, options] of segmentCases.entries())
      expect(results[at], JSON.stringify(options)).toEqual(expected.results[at])
  })

  // Compiling the shaders takes half a minute in Firefox.
  test.runIf(VERIFY)('networks learn what they learn on the CPU executor', async () => {
    const { backend, networks } = await inPage(browsers[name], 'trainInPage', (page) =>
      page.evaluate(() => globalThis.trainInPage()),
    )
    expect(backend).toBe('webgpu')
    const cpu = await createEngine({ backend: 'cpu' })
    const expected = await trainNetworks(lloyd, cpu)
    cpu.destroy()
    expect(networks.length).toBe(expected.length)
    for (const [i, numbers] of expected.entries()) {
      const distance = Math.hypot(...numbers.map((value, j) => value - networks[i][j]))
      expect(distance / Math.hypot(...numbers), `case ${i}`).toBeLessThan(1e-4)
    }
  })

  test.runIf(VERIFY).each(photographs)('$name: the same bytes in every space and dither', async ({ name: photo }) => {
    const image = await readPhotograph(photo)
    const { width, height } = image
    const asked = { url: `/${photo}.rgba`, width, height, cases: spacesAndDithers }
    const { results } = await quantizeIn(browsers[name], 'quantizeInPage', asked)
    const cpu = await createEngine({ backend: 'cpu' })
    for (const [at, options] of spacesAndDithers.entries()) {
      const same = plainResult(await quantize(cpu, image, options))
      expect(results[at].palette, JSON.stringify(options)).toBe(same.palette)
      expect(results[at].indices === same.indices, JSON.stringify(options)).toBe(true)
      expect(results[at].numbers, JSON.stringify(options)).toEqual(same.numbers)
    }
    cpu.destroy()
  })

  test('canvases, bitmaps and frames are their bytes, and opaque ones never leave the device', async () => {
    const page = await openPage(
      browsers[name],
      `${pages.url}test/support/browser-sources.html`,
      'quantizeSources',
      () => {},
    )
    try {
      const answers = await page.evaluate(() => globalThis.quantizeSources())
      const expected = answers.map(({ source }) => ({ source, same: true, byTexture: !source.includes('alpha') }))
      expect(answers).toEqual(expected)
      expect(answers.length).toBeGreaterThanOrEqual(5)
      if (name === 'Chrome') expect(answers.map(({ source }) => source)).toContain('VideoFrame I420')
    } finally {
      await page.close()
    }
  })
})
