import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ElementHandle, Page } from 'puppeteer'
import sharp from 'sharp'
import { build, preview } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Browser, launchBrowser, type Pages, servePages } from '../../bench/browser'

/** `npm test` looks whether the page works at all, `npm run verify` (LLOYD_VERIFY) at everything that it does. */
const VERIFY = Boolean(process.env.LLOYD_VERIFY)
/** Query for the CPU, for tests that do not need the GPU: a software adapter takes seconds to compile its pipelines. */
const ON_CPU = '?backend=cpu'
/** Query for WebGPU; by default, lloyd does not use a software adapter that is slower than the CPU executor. */
const ON_GPU = '?backend=webgpu'
const LONGEST_TASK = 50 // ms of work of the main thread, with 24 megapixels; 7 were measured

/** Of Chrome's trace format; `tdur` in µs of processor time. */
interface TraceEvent {
  name: string
  pid: number
  tid: number
  args: { name?: string }
  tdur?: number
}

let browser: Browser
let pages: Pages
let folder: string
let page: Page
let errors: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lloyd-demo-'))
  ;[browser, pages] = await Promise.all([launchBrowser(), servePages()])
  const session = await browser.target().createCDPSession()
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder })
  await browser
    .defaultBrowserContext()
    .overridePermissions(new URL(pages.url).origin, ['clipboard-read', 'clipboard-sanitized-write'])
})

afterAll(async () => {
  await browser?.close()
  await pages?.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  page = await browser.newPage()
  page.setDefaultTimeout(300_000)
  errors = []
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.setViewport({ width: 1280, height: 800 })
})

afterEach(async () => {
  await page.close()
  expect(errors).toEqual([])
})

async function openDemo(query = ''): Promise<void> {
  await page.goto(`${pages.url}demo/index.html${query}`)
  await page.waitForSelector('body[data-run]')
}

const text = (selector: string) => page.$eval(selector, (element) => element.textContent ?? '')

const paletteOf = () =>
  page.$$eval('#palette button', (buttons) => buttons.map((button) => (button as HTMLElement).dataset.hex!))

/**
 * The milliseconds that each traced task of a page's main thread worked. Not the time from its beginning to its end, which
 * goes on while other processes hold the cores: tasks of 4 ms of work were seen to last 366 ms on two loaded ones.
 */
function mainThreadTasks(trace: Uint8Array): number[] {
  const { traceEvents } = JSON.parse(new TextDecoder().decode(trace)) as { traceEvents: TraceEvent[] }
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const mains = new Set(threads.map(({ pid, tid }) => `${pid}/${tid}`))
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid}/${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000)
}

/** Types a value into a tweakpane field, as a user does. */
async function type(label: string, value: number): Promise<void> {
  await page.click(`input[aria-label="${label}"]`, { count: 3 })
  await page.keyboard.type(String(value))
  await page.keyboard.press('Enter')
}

async function waitForColors(count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelectorAll('#palette button').length === wanted &&
      !document.querySelector('#figures')!.classList.contains('stale'),
    {},
    count,
  )
}

async function choose(path: string): Promise<void> {
  const input = (await page.$('#file')) as ElementHandle<HTMLInputElement>
  await input.uploadFile(path)
}

async function waitForImage(width: number, height: number): Promise<void> {
  await page.waitForFunction(
    (size) =>
      document.querySelector('#caption')!.textContent!.includes(size) &&
      !document.querySelector('#figures')!.classList.contains('stale') &&
      document.querySelector('#tag-after')!.textContent!.includes('colour'),
    {},
    `${width} × ${height}`,
  )
}

/** Makes a file inside the page and drops it, or pastes it. */
function give(how: 'drop' | 'paste', name: string, kind: string, content: string): Promise<void> {
  return page.evaluate(
    (how, name, kind, content) => {
      const data = new DataTransfer()
      data.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name, { type: kind }))
      const event =
        how === 'drop'
          ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
      document.body.dispatchEvent(event)
    },
    how,
    name,
    kind,
    content,
  )
}

/** The file that a click on Download gives. */
async function download(): Promise<{ name: string; bytes: Buffer }> {
  for (const old of await readdir(folder)) if (old.endsWith('.png')) await rm(join(folder, old))
  await page.click('#download')
  for (let attempt = 0; attempt < 6000; attempt++) {
    const name = (await readdir(folder)).find((each) => each.endsWith('.png'))
    if (name) return { name, bytes: await readFile(join(folder, name)) }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nothing was downloaded')
}

/** Until the page has drawn what it was told to before. */
const drawn = () =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

const isDownloadable = () => page.$eval('#download', (button) => !(button as HTMLButtonElement).disabled)

const waitForFile = () =>
  page.waitForFunction(() => /\d/.test(document.querySelector('#download small')?.textContent ?? ''))

const chooseSample = (file: string) => page.click(`#samples button[data-file="${file}"]`)

/** Sets the response to the worker for samples chosen from now on. */
async function answerSamplesWith(
  what: 'nothing yet' | 'no connection' | 'status 404' | 'a page' | 'half',
): Promise<void> {
  await page.workers()[0].evaluate((what) => {
    const scope = self as unknown as { originalFetch?: typeof fetch; release: () => void }
    scope.originalFetch ??= fetch
    const original = scope.originalFetch
    const held = new Promise<void>((resolve) => {
      scope.release = resolve
    })
    self.fetch = async (url) => {
      if (what === 'no connection') return original('http://127.0.0.1:9/')
      if (what === 'status 404') return original(`${url}.missing.png`)
      if (what === 'a page') return original(new URL('/demo/index.html', String(url)))
      if (what === 'half') {
        const half = new ReadableStream({
          pull(stream) {
            stream.error(new TypeError('network error'))
          },
        })
        return new Response(half, { headers: { 'content-type': 'image/png' } })
      }
      await held
      return original(url)
    }
  }, what)
}

const release = () => page.workers()[0].evaluate(() => (self as unknown as { release: () => void }).release())

/** Removes WebGPU from the workers that the page starts. */
async function takeWebGpuAway(kind: 'absent' | 'without an adapter'): Promise<void> {
  await page.evaluateOnNewDocument((kind) => {
    const code =
      kind === 'absent'
        ? "Object.defineProperty(WorkerNavigator.prototype, 'gpu', { value: undefined })"
        : 'GPU.prototype.requestAdapter = async () => null'
    const { Worker } = window
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        const script = `import ${JSON.stringify(String(url))}\n${code}`
        super(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), options)
      }
    }
  }, kind)
}

async function colorsOf(png: Buffer): Promise<Set<string>> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const found = new Set<string>()
  for (let at = 0; at < data.length; at += info.channels) {
    found.add(`#${data.toString('hex', at, at + (data[at + 3] === 255 ? 3 : 4))}`)
  }
  return found
}

describe('the demo page', () => {
  test('shows a sample photograph in 16 colours, with its figures and the adapter', async () => {
    await openDemo(ON_GPU)
    expect(await paletteOf()).toHaveLength(16)
    expect(await text('#tag-after')).toBe('16 colours')
    expect(await text('#adapter-text')).toMatch(/^WebGPU on \S+/)
    expect(await text('#unique')).toBe('134 827') // unique_colors of ATTRIBUTION.csv
    expect(Number(await text('#mse'))).toBeGreaterThan(0)
    expect(Number(await text('#iterations'))).toBeGreaterThan(0)
    expect(await text('#time')).toMatch(/^[\d.]+ m?s$/)
    expect(await text('#caption')).toMatch(/kingfisher · 768 × 512 .*CC0 1\.0/)
    expect(await page.$$('#samples button')).toHaveLength(14)
    expect(await page.$('.notice')).toBeNull()
  })

  test.runIf(VERIFY)('changes colours live, and the newest request wins', async () => {
    await openDemo(ON_GPU)
    const slider = 'div[aria-label="Colours"]'
    await page.focus(slider)
    for (let press = 0; press < 9; press++) await page.keyboard.press('ArrowRight')
    await waitForColors(25)
    await type('Colours', 200)
    await type('Colours', 5)
    await waitForColors(5)
    expect(await text('#palette-count')).toBe('5')
    await page.click('#presets button:last-child')
    await page.click('#presets button:first-child')
    await waitForColors(2)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await paletteOf()).toHaveLength(2)
    const error = Number(await text('#mse'))
    await type('Iterations, at most', 1)
    await page.waitForFunction(() => document.querySelector('#iterations')!.textContent === '1')
    expect(Number(await text('#mse'))).toBeGreaterThanOrEqual(error)
  })

  test('downloads an indexed PNG of the shown size and palette', async () => {
    await openDemo(ON_GPU)
    await page.click('#samples button[data-file="tulip_field.png"]')
    await page.waitForFunction(() => document.querySelector('#caption')!.textContent!.startsWith('tulip field'))
    await waitForImage(768, 512)
    await page.click('#presets button:nth-child(5)')
    await waitForColors(32)
    await page.waitForFunction(() => /\d/.test(document.querySelector('#download small')?.textContent ?? ''))
    const { name, bytes } = await download()
    expect(name).toBe('tulip-field-32.png')
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 768, height: 512, format: 'png', isPalette: true })
    expect([...(await colorsOf(bytes))].sort()).toEqual((await paletteOf()).sort())
    expect(await text('#download')).toBe(`Download PNG${Math.round(bytes.length / 1000)} kB`)
  })

  test.runIf(VERIFY)(
    'gives nothing to download while another picture is on its way, and then that picture',
    async () => {
      await openDemo(ON_CPU)
      await waitForFile()
      await answerSamplesWith('nothing yet')
      await page.evaluate(() => document.querySelector<HTMLElement>('[data-file="tulip_field.png"]')!.click())
      expect(await isDownloadable()).toBe(false)
      expect(await text('#download')).toBe('Download PNG')
      // The former picture is still shown, and still follows the settings.
      await page.click('#presets button:nth-child(2)')
      await waitForColors(4)
      expect(await text('#caption')).toContain('kingfisher')
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(await isDownloadable()).toBe(false)
      await release()
      await page.waitForFunction(() => document.querySelector('#caption')!.textContent!.startsWith('tulip field'))
      await waitForImage(768, 512)
      const { name, bytes } = await download()
      expect(name).toBe('tulip-field-4.png')
      expect([...(await colorsOf(bytes))].sort()).toEqual((await paletteOf()).sort())
    },
  )

  test.runIf(VERIFY)('never saves a picture under the name of another', async () => {
    await openDemo(ON_CPU)
    await page.evaluate(() => {
      const saved: string[] = []
      Object.assign(window, { saved })
      HTMLAnchorElement.prototype.click = function () {
        saved.push(`${this.download} ${document.querySelector('#caption b')!.textContent}`)
      }
      // The worst moment is that at which the page changes: every change is a chance to press.
      new MutationObserver(() => document.querySelector<HTMLElement>('#download')!.click()).observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
      })
    })
    const names = ['tulip_field', 'pencils', 'curler', 'lights']
    for (const name of names) {
      await page.click('#presets button:nth-child(3)')
      await chooseSample(`${name}.png`)
      await page.click('#presets button:nth-child(2)')
      await page.waitForFunction(
        (name) => document.querySelector('#caption b')!.textContent === name,
        {},
        name.replace('_', ' '),
      )
      await waitForColors(4)
      await page.waitForFunction(
        (name) => (window as unknown as { saved: string[] }).saved.some((each) => each.startsWith(name)),
        {},
        name.replace('_', '-'),
      )
    }
    const saved = await page.evaluate(() => (window as unknown as { saved: string[] }).saved)
    for (const each of saved) {
      const [, file, caption] = /^(.*)-\d+\.png (.*)$/.exec(each)!
      expect(file).toBe(caption.replace(' ', '-'))
    }
  })

  test.runIf(VERIFY)(
    'forgets a press on Download when another picture is chosen before the file is there',
    async () => {
      await openDemo(ON_CPU)
      const before = (await readdir(folder)).length
      await page.click('#presets button:nth-child(3)')
      await waitForColors(8)
      await page.evaluate(() => {
        document.querySelector<HTMLElement>('#download')!.click()
        document.querySelector<HTMLElement>('[data-file="tulip_field.png"]')!.click()
      })
      await page.waitForFunction(() => document.querySelector('#caption')!.textContent!.startsWith('tulip field'))
      await waitForImage(768, 512)
      await waitForFile()
      expect(await readdir(folder)).toHaveLength(before)
    },
  )

  test.runIf(VERIFY)('gives the shown picture again when another one cannot be opened', async () => {
    await openDemo(ON_CPU)
    await waitForFile()
    await give('drop', 'notes.jpg', 'image/jpeg', Buffer.from('just some words').toString('base64'))
    await page.waitForSelector('.notice.error')
    expect(await isDownloadable()).toBe(true)
    expect((await download()).name).toBe('kingfisher-16.png')

    // Refused while the one before it is opened, and not quantized yet.
    await page.evaluate(() => {
      const drop = () => {
        if (!document.querySelector('#caption')!.textContent!.startsWith('curler')) return
        watcher.disconnect()
        const data = new DataTransfer()
        data.items.add(new File(['just some words'], 'more.jpg', { type: 'image/jpeg' }))
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
      }
      const watcher = new MutationObserver(drop)
      watcher.observe(document.querySelector('#caption')!, { childList: true })
    })
    await chooseSample('curler.png')
    await page.waitForFunction(() => document.querySelector('.notice.error p')?.textContent?.includes('more.jpg'))
    await waitForImage(768, 512)
    expect((await download()).name).toBe('curler-16.png')
  })

  test.runIf(VERIFY).each([
    ['no connection', 'the server cannot be reached'],
    ['status 404', 'the server answered 404'],
    ['a page', 'the server sent text/html instead of an image'],
    ['half', 'the connection broke off before the whole file was there'],
  ] as const)('says that a sample cannot be loaded: %s', async (what, message) => {
    await openDemo(ON_CPU)
    await answerSamplesWith(what)
    await chooseSample('pencils.png')
    await page.waitForSelector('.notice.error')
    expect(await text('.notice.error p')).toContain(`Could not open “pencils”: ${message}.`)
    expect(await text('.notice.error p')).toContain('The sample photographs come with this page; choose it again')
    expect(await text('#caption')).toContain('kingfisher')
    expect(await isDownloadable()).toBe(true)
    await answerSamplesWith('nothing yet')
    await release()
    await chooseSample('pencils.png')
    await page.waitForFunction(() => document.querySelector('#caption')!.textContent!.startsWith('pencils'))
    await waitForImage(768, 512)
    expect(await page.$('.notice')).toBeNull()
  })

  test.runIf(VERIFY)('pastes an image while a field has the focus, and text into the field', async () => {
    await openDemo(ON_CPU)
    const paste = () => page.keyboard.press('v', { commands: ['Paste'] })
    await type('Colours', 5)
    await waitForColors(5)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Colours')
    await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(30, 20)
      canvas.getContext('2d')!.fillRect(0, 0, 15, 20)
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': canvas.convertToBlob() })])
    })
    await paste()
    await waitForImage(30, 20)
    expect(await text('#caption')).toMatch(/\.png · 30 × 20|pasted image/)

    await page.evaluate(() => navigator.clipboard.writeText('7'))
    await page.click('input[aria-label="Colours"]', { count: 3 })
    await paste()
    expect(await page.$eval('input[aria-label="Colours"]', (input) => (input as HTMLInputElement).value)).toBe('7')
    await page.keyboard.press('Enter')
    expect(await page.$('.notice')).toBeNull()
    // Outside of fields text is nothing to open.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await paste()
    await page.waitForSelector('.notice.error')
    expect(await text('.notice.error p')).toBe('That is not a file. Drop or paste an image.')
  })

  test.runIf(VERIFY)('copies the hex value of a pressed entry', async () => {
    await openDemo(ON_CPU)
    const [darkest] = await paletteOf()
    await page.click('#palette button:first-child')
    await page.waitForSelector('#toast.shown')
    expect(await text('#toast')).toBe(`Copied ${darkest}`)
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(darkest)
  })

  test.runIf(VERIFY)('moves the divider with the keys and the pointer', async () => {
    await openDemo(ON_CPU)
    const split = () => page.$eval('#split', (input) => Number((input as HTMLInputElement).value))
    const clip = () => page.$eval('#after', (canvas) => getComputedStyle(canvas).clipPath)
    await page.focus('#split')
    await page.keyboard.press('ArrowLeft')
    expect(await split()).toBe(48)
    expect(await clip()).toBe('inset(0px 0px 0px 48%)')
    await page.keyboard.press('PageUp')
    expect(await split()).toBe(58)
    await page.keyboard.press('Home')
    expect(await split()).toBe(0)
    await page.keyboard.press('End')
    expect(await page.$eval('#split', (input) => input.getAttribute('aria-valuetext'))).toBe('100 % original')

    const box = (await (await page.$('#frame'))!.boundingBox())!
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.25, box.y + 60, { steps: 4 })
    await page.mouse.up()
    expect(Math.abs((await split()) - 25)).toBeLessThan(0.5)
  })

  test.runIf(VERIFY)('zooms to whole pixels and pans, and what it draws are palette colours', async () => {
    await openDemo(ON_CPU)
    await page.focus('#split')
    await page.keyboard.press('Home')
    await page.click('#zoom button[data-zoom="4"]')
    await drawn()
    const box = (await (await page.$('#frame'))!.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, { steps: 3 })
    await page.mouse.up()
    await drawn()
    const clip = { x: Math.ceil(box.x) + 60, y: Math.ceil(box.y) + 60, width: 200, height: 200 }
    const colors = await colorsOf(Buffer.from(await page.screenshot({ clip })))
    expect(colors.size).toBeGreaterThan(1)
    expect(await paletteOf()).toEqual(expect.arrayContaining([...colors]))
  })

  test('says what is wrong with a bad file, and goes on working', async () => {
    await openDemo(ON_CPU)
    await give('drop', 'notes.jpg', 'image/jpeg', Buffer.from('just some words').toString('base64'))
    await page.waitForSelector('.notice.error')
    expect(await text('.notice.error p')).toContain(
      'Could not open “notes.jpg”: this browser cannot read it as an image.',
    )
    await give('drop', 'empty.png', 'image/png', '')
    await page.waitForFunction(() => document.querySelector('.notice.error p')?.textContent?.includes('file is empty'))
    expect(await text('#caption')).toContain('kingfisher')
    await page.click('#presets button:nth-child(2)')
    await waitForColors(4)

    const upright = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#204060' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    await give('paste', 'turned.jpg', 'image/jpeg', upright.toString('base64'))
    await waitForImage(40, 60)
    expect(await page.$('.notice')).toBeNull()
    expect(await text('#palette-count')).toMatch(/^\d+ of 4$/)
  })

  test('keeps transparency', async () => {
    await openDemo(ON_CPU)
    const clear = Buffer.alloc(40 * 30 * 4)
    for (let pixel = 0; pixel < 600; pixel++) clear.set([200, 40, 10, 255], 4 * pixel)
    const png = await sharp(clear, { raw: { width: 40, height: 30, channels: 4 } })
      .png()
      .toBuffer()
    await give('drop', 'half.png', 'image/png', png.toString('base64'))
    await waitForImage(40, 30)
    expect((await paletteOf()).sort()).toEqual(['#00000000', '#c8280a'])
    expect(await colorsOf((await download()).bytes)).toEqual(new Set(['#00000000', '#c8280a']))
  })

  test.runIf(VERIFY)('reports a lost device and takes a new one for the next run', async () => {
    await openDemo(ON_GPU)
    const worker = page.workers()[0]
    await worker.evaluate(() => {
      const original = GPUDevice.prototype.createCommandEncoder
      GPUDevice.prototype.createCommandEncoder = function (descriptor) {
        GPUDevice.prototype.createCommandEncoder = original
        this.destroy()
        return original.call(this, descriptor)
      }
    })
    await page.click('#presets button:nth-child(2)')
    await page.waitForSelector('.notice.error')
    expect(await text('.notice.error p')).toMatch(/device was lost/)
    await page.click('#presets button:nth-child(3)')
    await waitForColors(8)
    expect(await page.$('.notice')).toBeNull()
    expect(await text('#adapter-text')).toMatch(/^WebGPU on/)
  })

  test.runIf(VERIFY)('runs on the CPU when asked', async () => {
    await openDemo(ON_CPU)
    expect(await text('#adapter-text')).toBe('CPU, without WebGPU')
    expect(await paletteOf()).toHaveLength(16)
  })

  test.runIf(VERIFY).each([
    ['absent', 'This browser has no WebGPU.'],
    ['without an adapter', 'This browser has WebGPU, but found no adapter that lloyd can use.'],
  ] as const)(
    'runs on the CPU where WebGPU is %s, says so plainly, and gives the same palette',
    async (kind, reason) => {
      await openDemo(ON_GPU)
      const onGpu = await paletteOf()
      await takeWebGpuAway(kind)
      await openDemo()
      expect(await text('.notice.remark p')).toBe(`${reason} lloyd runs on the CPU: the same result, only slower.`)
      expect(await text('#adapter-text')).toBe('CPU, without WebGPU')
      expect(await paletteOf()).toEqual(onGpu)
      await page.click('#presets button:nth-child(3)')
      await waitForColors(8)
    },
  )

  test.runIf(VERIFY)('stays usable where WebGPU is asked for and not there', async () => {
    await takeWebGpuAway('absent')
    await page.goto(`${pages.url}demo/index.html${ON_GPU}`)
    await page.waitForFunction(() => document.querySelector('#tag-after')!.textContent === 'Not quantized')
    expect(await text('.notice.error p')).toMatch(/^No WebGPU adapter: .*Without “backend=webgpu” in its address/)
    expect(await text('#adapter-text')).toBe('No WebGPU')
    await page.waitForFunction(() => document.querySelector('#caption')!.textContent!.startsWith('kingfisher'))
    expect(await isDownloadable()).toBe(false)
    await page.click('#samples button[data-file="pencils.png"]')
    await page.waitForFunction(() => document.querySelector('#caption')!.textContent!.startsWith('pencils'))
    await page.waitForFunction(() => document.querySelector('#tag-after')!.textContent === 'Not quantized')
    expect(await page.$$('.notice')).toHaveLength(1)
  })

  test('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
    await openDemo(ON_CPU)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })

  test('works when it is built and hosted under any path', async () => {
    const site = join(folder, 'site')
    await build({
      configFile: fileURLToPath(new URL('../../demo/vite.config.ts', import.meta.url)),
      logLevel: 'warn',
      build: { outDir: join(site, 'some/path'), emptyOutDir: true },
    })
    const server = await preview({ configFile: false, root: folder, build: { outDir: 'site' }, preview: { port: 0 } })
    try {
      await page.goto(`${server.resolvedUrls!.local[0]}some/path/index.html${ON_CPU}`)
      await page.waitForSelector('body[data-run]')
      expect(await paletteOf()).toHaveLength(16)
    } finally {
      await server.close()
    }
  })

  test.runIf(VERIFY)('quantizes 24 megapixels without a long task on the main thread', async () => {
    const path = join(folder, 'large.jpg')
    const photo = new URL('../../demo/photos/kingfisher.png', import.meta.url)
    const large = sharp(await readFile(photo)).resize(6000, 4000)
    await writeFile(path, await large.jpeg({ quality: 90 }).toBuffer())
    await openDemo(ON_GPU)
    await type('Iterations, at most', 4)
    await page.waitForFunction(() => document.querySelector('#iterations')!.textContent === '4')
    await page.tracing.start({ categories: ['disabled-by-default-devtools.timeline'] })
    await choose(path)
    await waitForImage(6000, 4000)
    await page.click('#zoom button[data-zoom="1"]') // drawing at full size is part of the promise
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const tasks = mainThreadTasks((await page.tracing.stop())!)
    expect(await paletteOf()).toHaveLength(16)
    expect(tasks.length).toBeGreaterThan(0)
    expect(Math.max(...tasks)).toBeLessThanOrEqual(LONGEST_TASK)
  })
})
