/**
 * The samples of every kernel in Chrome and in Deno: the shader agrees with the twin, as test/kernels/agreement.test.ts
 * tests on the adapters of Node. In `npm test` only the largest sample, in Deno; with LLOYD_VERIFY all.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { expect, test, vi } from 'vitest'
import { launchBrowser, openPage, servePages } from '../../bench/browser.js'
import { minifiedShaders } from '../../shaders/minify.js'
import { kernelNames } from '../../src/engine/kernel-names.js'
import { assemblyModules } from '../../src/simd/compile.js'
import type { HoldAnswer, HoldRequest } from '../kernels/hold-kernels'
import type {} from '../kernels/page'
import { runDeno } from '../support/deno'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
if (VERIFY) vi.setConfig({ testTimeout: 900_000 })

const projectFile = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

async function inChrome(request: HoldRequest): Promise<HoldAnswer> {
  const [pages, browser] = await Promise.all([servePages(), launchBrowser()])
  const messages: string[] = []
  try {
    const address = `${pages.url}test/kernels/page.html`
    const page = await openPage(browser, address, 'holdInPage', (line) => messages.push(line))
    return await page.evaluate((request) => globalThis.holdInPage(request), request)
  } catch (cause) {
    throw new Error([String(cause), ...messages].join('\n'), { cause })
  } finally {
    await Promise.all([browser.close(), pages.close()])
  }
}

/** Uses the shaders as minified by the build. */
async function inDeno(request: HoldRequest): Promise<HoldAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'lloyd-kernels-'))
  try {
    await build({
      configFile: false,
      root: projectFile('.'),
      logLevel: 'error',
      resolve: { alias: [{ find: /^lloyd$/, replacement: projectFile('src/index.ts') }] },
      plugins: [minifiedShaders(), assemblyModules()],
      build: {
        outDir: folder,
        target: 'es2022',
        minify: false,
        lib: { entry: projectFile('test/kernels/deno.ts'), formats: ['es'], fileName: 'deno' },
      },
    })
    return JSON.parse(await runDeno(join(folder, 'deno.js'), JSON.stringify(request)))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The compiler of Chrome is that of Node's adapters, on which `npm test` has all samples; Deno has one of its own. */
const runtimes = [{ name: 'Deno', hold: inDeno }, ...(VERIFY ? [{ name: 'Chrome', hold: inChrome }] : [])]

test.each(runtimes)('$name: shaders do what their twins do', async ({ hold }) => {
  const request: HoldRequest = { samples: VERIFY ? 'all' : 'largest' }
  const { adapter, kernels, failures } = await hold(request)
  expect(failures, adapter).toEqual([])
  expect(kernels.sort(), adapter).toEqual(kernelNames)
})
