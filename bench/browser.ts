import { accessSync, constants, existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer, { type Browser, type ChromeReleaseChannel, type LaunchOptions, type Page } from 'puppeteer'
import { createServer, type Plugin } from 'vite'
import { unpackChromium } from '../src/engine/node/unpack-chromium.js'
import { assemblyModules } from '../src/simd/compile.js'

export type { Browser } from 'puppeteer'

const projectFolder = fileURLToPath(new URL('..', import.meta.url))

/** `default` is the adapter that a user of the browser gets, `swiftshader` the software adapter that Chrome ships. */
type AdapterChoice = 'default' | 'swiftshader'

const adapterFlags: Record<AdapterChoice, string[]> = {
  // On Linux, headless Chrome takes a hardware adapter only with Vulkan, and Vulkan only without a surface.
  default:
    process.platform === 'linux'
      ? ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface', '--ignore-gpu-blocklist']
      : [],
  swiftshader: ['--use-webgpu-adapter=swiftshader'],
}

/**
 * Starts a headless Chrome in which WebGPU has an adapter: the installed Chrome or Chromium, or the one in the package
 * `@sparticuz/chromium`; with the machine's own adapter where it has one, else SwiftShader.
 * `PUPPETEER_EXECUTABLE_PATH` names the browser, `LLOYD_CHROME_ADAPTER` (`default` or `swiftshader`) the adapter.
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env.PUPPETEER_EXECUTABLE_PATH
  const finders = named ? [() => ({ executablePath: named })] : [findInstalledChrome, findPackagedChrome]
  const failures: string[] = []
  for (const findExecutable of finders) {
    try {
      const executable = await findExecutable()
      if (!executable) continue
      for (const adapter of adapterChoices()) {
        const browser = await launchWithAdapter(executable, adapter)
        if (browser) return browser
        failures.push(`${executable.executablePath} has no WebGPU adapter with ${adapterFlags[adapter].join(' ')}`)
      }
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw new Error(`no browser with a WebGPU adapter:\n${failures.join('\n')}`)
}

/**
 * Starts a headless Firefox with WebGPU: the one that `LLOYD_FIREFOX` names or that is on the PATH. Null where none is
 * installed; one without an adapter is an error.
 */
export async function launchFirefox(): Promise<Browser | null> {
  const executablePath = process.env.LLOYD_FIREFOX ?? findOnPath(['firefox', 'firefox-esr', 'firefox-nightly'])
  if (!executablePath) return null
  return await puppeteer.launch({
    browser: 'firefox',
    headless: true,
    executablePath,
    extraPrefsFirefox: {
      'dom.webgpu.enabled': true,
      'dom.webgpu.workers.enabled': true,
      'gfx.webgpu.ignore-blocklist': true,
      'dom.webgpu.allow-software-adapter': true,
    },
  })
}

function adapterChoices(): AdapterChoice[] {
  const forced = process.env.LLOYD_CHROME_ADAPTER
  if (!forced) return ['default', 'swiftshader']
  if (forced !== 'default' && forced !== 'swiftshader') {
    throw new Error(`LLOYD_CHROME_ADAPTER is default or swiftshader, got '${forced}'`)
  }
  return [forced]
}

async function launchWithAdapter(executable: LaunchOptions, adapter: AdapterChoice): Promise<Browser | null> {
  const browser = await puppeteer.launch({
    headless: true,
    protocolTimeout: 30 * 60_000, // a whole benchmark is one call
    ...executable,
    args: [
      // Chrome's sandbox refuses root and needs user namespaces, which containers lack; only our own pages are opened.
      ...(process.platform === 'linux' ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--enable-unsafe-webgpu',
      ...adapterFlags[adapter],
    ],
  })
  try {
    if (await hasAdapter(browser)) return browser
  } catch (error) {
    await browser.close()
    throw error
  }
  await browser.close()
  return null
}

/** Asks in an empty page; its address must be that of a secure context, and its request never leaves the browser. */
async function hasAdapter(browser: Browser): Promise<boolean> {
  const page = await browser.newPage()
  await page.setRequestInterception(true)
  page.on('request', (request) => request.respond({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto('http://localhost/')
  const found = await page.evaluate(async () => !!(await navigator.gpu?.requestAdapter()))
  await page.close()
  return found
}

function findInstalledChrome(): LaunchOptions | null {
  const channels: ChromeReleaseChannel[] = ['chrome', 'chrome-beta', 'chrome-dev', 'chrome-canary']
  for (const channel of channels) {
    const executablePath = channelPath(channel)
    if (executablePath && isExecutable(executablePath)) return { executablePath }
  }
  const executablePath = findOnPath(['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'])
  return executablePath ? { executablePath } : null
}

function findOnPath(names: readonly string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null
}

function channelPath(channel: ChromeReleaseChannel): string | null {
  try {
    return puppeteer.executablePath(channel)
  } catch {
    return null // puppeteer throws where that channel is not installed
  }
}

async function findPackagedChrome(): Promise<LaunchOptions> {
  const [chromium, libraries] = await Promise.all([unpackChromium('chromium'), unpackChromium('al2023')])
  const libraryPath = [join(libraries, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath: join(chromium, 'chromium'),
    headless: 'shell', // the package has headless_shell and not the whole of Chrome
    env: { ...process.env, LD_LIBRARY_PATH: libraryPath, ...(await fontEnvironment()) },
  }
}

/** Chromium crashes on text where there is no font at all; a minimal Linux then gets the package's. */
async function fontEnvironment(): Promise<Record<string, string>> {
  if (existsSync('/etc/fonts/fonts.conf')) return {}
  const folder = await unpackChromium('fonts')
  const file = join(folder, 'lloyd.conf')
  const cache = join(folder, 'cache')
  await writeFile(
    file,
    `<?xml version="1.0"?><fontconfig><dir>${join(folder, 'fonts')}</dir><cachedir>${cache}</cachedir></fontconfig>`,
  )
  return { FONTCONFIG_FILE: file }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface Pages {
  /** Where the project's folder is served, with a slash at its end. */
  url: string
  close(): Promise<void>
}

/**
 * Serves the project's pages and TypeScript modules on a free port, with `lloyd` standing for its browser entry, and
 * isolated from other origins, so that clocks are fine-grained. `files` are served as bytes, by path (`/photo.rgba`).
 */
export async function servePages(files: Record<string, Uint8Array> = {}): Promise<Pages> {
  const server = await createServer({
    configFile: false,
    root: projectFolder,
    appType: 'mpa',
    logLevel: 'warn',
    clearScreen: false,
    resolve: { alias: [{ find: /^lloyd$/, replacement: join(projectFolder, 'src/index.ts') }] },
    // All dependencies of the pages are ES modules: without bundling there is no cache for two processes to fight over.
    optimizeDeps: { noDiscovery: true },
    server: {
      host: '127.0.0.1',
      port: 0,
      hmr: false,
      watch: null,
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
    plugins: [assemblyModules(), serveFiles(files)],
  })
  await server.listen()
  const address = server.httpServer?.address()
  if (!address || typeof address === 'string') throw new Error('the page server has no port')
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() }
}

function serveFiles(files: Record<string, Uint8Array>): Plugin {
  return {
    name: 'lloyd-files',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const bytes = files[(request.url ?? '').split('?')[0]]
        if (!bytes) return next()
        response.setHeader('Content-Type', 'application/octet-stream')
        response.setHeader('Content-Length', bytes.byteLength)
        response.end(bytes)
      })
    },
  }
}

/**
 * Opens the page at `url` and waits until its module has set the global `ready`. What the page logs, and errors that it
 * does not catch, go to `report`; such an error before it is ready rejects.
 */
export async function openPage(
  browser: Browser,
  url: string,
  ready: string,
  report: (line: string) => void,
): Promise<Page> {
  const page = await browser.newPage()
  // What else is at work on the machine must not decide whether a page is ready.
  page.setDefaultTimeout(600_000)
  page.on('console', (message) => {
    if (!message.text().startsWith('[vite]')) report(message.text())
  })
  const failed = new Promise<never>((_, reject) => {
    page.on('pageerror', (error) => {
      report(String(error))
      reject(new Error(`${url} failed: ${error}`))
    })
  })
  failed.catch(() => {}) // after the page is ready, only `report` hears of an error
  await page.goto(url)
  await Promise.race([page.waitForFunction((name) => name in globalThis, {}, ready), failed])
  return page
}
