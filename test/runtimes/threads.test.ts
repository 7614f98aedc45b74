/** Threads of the CPU executor in Chrome: with the built package, bundled and not, where the page may have them and where not. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as lloyd from 'lloyd'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Browser, launchBrowser, openPage } from '../../bench/browser.js'

declare global {
  var fit: () => Promise<{ description: string; centroids: number[]; labels: number }>
  var leave: () => void
}

const project = fileURLToPath(new URL('../..', import.meta.url))
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
const STRICT = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'"

/** The program of the page and of Node: k-means of which an iteration is worth a quarter of the work that starts workers. */
async function fitPoints({ kmeans }: Pick<typeof lloyd, 'kmeans'>, engine: lloyd.Engine) {
  const random = (_: unknown, i: number) => (Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24
  const points = { data: Float32Array.from({ length: 9000 * 37 }, random), rows: 9000, columns: 37 }
  const { labels, centroids } = await kmeans(engine, points, { k: 100, init: 'random', seed: 1, maxIterations: 8 })
  const hash = labels.reduce((sum, label) => (Math.imul(sum, 31) + label) | 0, 0)
  return { description: engine.adapter.description, centroids: [...centroids.data], labels: hash }
}

const program = (from: string) => `
  import { createEngine, kmeans, loadSimd } from '${from}'
  await loadSimd()
  const engine = await createEngine({ backend: 'cpu' })
  globalThis.leave = () => engine.destroy()
  globalThis.fit = () => (${fitPoints})({ kmeans }, engine)`

let browser: Browser
let server: Server
let bundle: string
let url: string
let expected: Awaited<ReturnType<typeof fitPoints>>

beforeAll(async () => {
  using engine = await lloyd.createEngine({ backend: 'cpu' })
  expected = await fitPoints(lloyd, engine)
  const stdin = { contents: program('./dist/index.js'), resolveDir: project }
  const built = await build({ stdin, bundle: true, minify: true, format: 'esm', write: false })
  bundle = built.outputFiles[0].text
  server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const isScript = pathname.endsWith('.js')
    const isolation = searchParams.has('isolated') || isScript ? ISOLATED : {}
    const policy = searchParams.has('strict') ? { 'Content-Security-Policy': STRICT } : {}
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html', ...isolation, ...policy })
    if (isScript) response.end(readFileSync(project + pathname))
    else
      response.end(`<script type="module">${searchParams.has('bundled') ? bundle : program('/dist/index.js')}</script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

it.each([
  ['?isolated', /with SIMD in up to \d threads$/],
  ['?isolated&bundled', /with SIMD in up to \d threads$/],
  ['?isolated&strict', /with SIMD in one thread: this host or the page's policy refuses workers$/],
  ['?', /with SIMD$/],
])('%s', async (query, description) => {
  const page = await openPage(browser, url + query, 'fit', () => {})
  try {
    const cores = await page.evaluate(() => navigator.hardwareConcurrency)
    const isThreaded = query.startsWith('?isolated') && !query.includes('strict') && cores > 1
    // Workers start in the first; what they share in the next has the same bytes.
    for (let time = 0; time < 3; time++) {
      const { description: _, ...result } = await page.evaluate(() => globalThis.fit())
      expect({ ...result, description: expected.description }).toEqual(expected)
    }
    expect(page.workers().length > 0).toBe(isThreaded)
    if (cores > 1) expect((await page.evaluate(() => globalThis.fit())).description).toMatch(description)
    await page.evaluate(() => globalThis.leave())
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(0)
  } finally {
    await page.close()
  }
})
