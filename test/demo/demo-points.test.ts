/** demo/points.html: k-means recorded into the frames of a page, with its own device, buffers and renderer. */
import type { Page } from 'puppeteer'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Browser, launchBrowser, type Pages, servePages } from '../../bench/browser'

/** The page's calls of WebGPU, counted in the page. */
interface Counts {
  maps: number
  submits: number
  liveBuffers: number
  devices: GPUDevice[]
}

declare const counts: Counts
interface Picture {
  hash: string
  /** Distinct colours, no greys, each of 1.5 % of the coloured pixels: one a cluster. Blended edges have many with few. */
  colors: string[]
}
declare const readPicture: () => Promise<Picture>
declare const pictureOf: (bytes: Uint8Array) => Promise<Picture>
declare const stepFrames: (count: number) => Promise<void>

let browser: Browser
let pages: Pages
let page: Page
let errors: string[]

beforeAll(async () => {
  ;[browser, pages] = await Promise.all([launchBrowser(), servePages()])
})

afterAll(async () => {
  await browser?.close()
  await pages?.close()
})

beforeEach(async () => {
  page = await browser.newPage()
  page.setDefaultTimeout(300_000)
  errors = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') errors.push(message.text())
  })
  await page.setViewport({ width: 900, height: 600 })
  await page.evaluateOnNewDocument(countAndCapture)
})

afterEach(async () => {
  await page.close()
  expect(errors).toEqual([])
})

/**
 * Runs in the page before its scripts. Counts calls, and lets the page draw into a texture that can be read: a headless
 * browser on a software adapter shows a WebGPU canvas as an empty one, in screenshots and in `toBlob` alike.
 */
function countAndCapture(): void {
  const pictureOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Picture> => {
    const found = new Map<string, number>()
    let colored = 0
    for (let at = 0; at < bytes.length; at += 4) {
      const channels = bytes.subarray(at, at + 3)
      if (Math.max(...channels) - Math.min(...channels) < 40) continue
      colored++
      const color = channels.join()
      found.set(color, (found.get(color) ?? 0) + 1)
    }
    const colors: string[] = []
    for (const [color, count] of [...found].sort(([, a], [, b]) => b - a)) {
      const near = (other: string) => other.split(',').every((value, i) => Math.abs(+value - +color.split(',')[i]) <= 4)
      if (count > 0.015 * colored && !colors.some(near)) colors.push(color)
    }
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).join()
    return { hash, colors: colors.sort() }
  }
  Object.assign(window, { pictureOf })
  if (!('GPUBuffer' in window)) return // about:blank
  const counts: Counts = { maps: 0, submits: 0, liveBuffers: 0, devices: [] }
  const { mapAsync, destroy } = GPUBuffer.prototype
  const { createBuffer } = GPUDevice.prototype
  const { submit } = GPUQueue.prototype
  const { requestDevice } = GPUAdapter.prototype
  const { configure } = GPUCanvasContext.prototype
  GPUBuffer.prototype.mapAsync = function (...parameters) {
    counts.maps++
    return mapAsync.apply(this, parameters)
  }
  GPUBuffer.prototype.destroy = function () {
    counts.liveBuffers--
    return destroy.call(this)
  }
  GPUDevice.prototype.createBuffer = function (descriptor) {
    counts.liveBuffers++
    return createBuffer.call(this, descriptor)
  }
  GPUQueue.prototype.submit = function (commands) {
    counts.submits++
    return submit.call(this, commands)
  }
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor)
    counts.devices.push(device)
    return device
  }

  let device: GPUDevice
  let format: GPUTextureFormat
  let texture: GPUTexture
  GPUCanvasContext.prototype.configure = function (configuration) {
    ;({ device, format } = configuration)
    return configure.call(this, configuration)
  }
  GPUCanvasContext.prototype.getCurrentTexture = function () {
    const { width, height } = this.canvas
    const usage = GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC
    return (texture = device.createTexture({ size: [width, height], format, usage }))
  }
  const readPicture = async (): Promise<Picture> => {
    const { width, height } = texture
    const bytesPerRow = 256 * Math.ceil(width / 64)
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ
    const buffer = createBuffer.call(device, { size: bytesPerRow * height, usage })
    const encoder = device.createCommandEncoder()
    encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height])
    submit.call(device.queue, [encoder.finish()])
    await mapAsync.call(buffer, GPUMapMode.READ)
    const bytes = new Uint8Array(buffer.getMappedRange().slice(0))
    destroy.call(buffer)
    return await pictureOf(bytes)
  }
  Object.assign(window, { counts, readPicture })
}

async function openPoints(query: string): Promise<void> {
  await page.goto(`${pages.url}demo/points.html${query}`)
  await page.waitForSelector('body[data-ready]')
}

const step = (count: number) => page.evaluate((frames) => stepFrames(frames), count)
const takePicture = () => page.evaluate(() => readPicture())
/** Pixels of the canvas that the page draws without WebGPU. */
const readCanvas = () =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas')!
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!
    copy.drawImage(canvas, 0, 0)
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
    return pictureOf(new Uint8Array(data))
  })
const text = (selector: string) => page.$eval(selector, (element) => element.textContent ?? '')

/** Types a number of clusters, as a user does, and waits for the new job. */
async function setClusters(k: number): Promise<void> {
  await page.click('input[aria-label="Clusters"]', { count: 3 })
  await page.keyboard.type(String(k))
  await page.keyboard.press('Enter')
  await page.waitForSelector(`body[data-shape="2000 ${k}"]`)
}

/** `npm test` looks whether the page works at all, `npm run verify` (LLOYD_VERIFY) at everything that it does. */
const VERIFY = Boolean(process.env.LLOYD_VERIFY)

describe('the page of moving points', () => {
  test('colours the points by their live labels, in one submit a frame and without reading back', async () => {
    await openPoints('?points=2000&k=5&paused')
    expect(await text('#adapter-text')).toMatch(/^WebGPU on \S+/)
    expect(await page.$eval('#empty', (element) => (element as HTMLElement).hidden)).toBe(true)
    await step(10)
    const first = await takePicture()
    expect(first.colors).toHaveLength(5)

    const before = await page.evaluate(() => ({ ...counts, devices: counts.devices.length }))
    await step(30)
    const second = await takePicture()
    expect(second.colors).toEqual(first.colors)
    expect(second.hash).not.toBe(first.hash)
    const after = await page.evaluate(() => ({ ...counts, devices: counts.devices.length }))
    expect(after).toEqual({ ...before, submits: before.submits + 30 })
    expect(after).toMatchObject({ maps: 0, devices: 1 })
    expect(await takePicture()).toEqual(second) // paused

    // Another number of clusters: a new job, and nothing left of the old one.
    await setClusters(12)
    await step(20)
    expect((await takePicture()).colors.length).toBeGreaterThan(9) // a cluster can be small or empty
    await setClusters(5)
    await step(1)
    expect((await takePicture()).colors).toEqual(first.colors)
    expect(await page.evaluate(() => [counts.liveBuffers, counts.maps])).toEqual([before.liveBuffers, 0])
  })

  test.runIf(VERIFY)(
    'plays, steps and resets by keyboard, follows the window, and goes on after a lost device',
    async () => {
      await openPoints('?points=1000&k=3&paused')
      const rounds = () => page.$eval('#rounds', (element) => Number(element.textContent))
      const press = async (id: string) => {
        await page.focus(`#${id}`)
        await page.keyboard.press('Enter')
      }
      const waitForRounds = (least: number, most = Infinity) =>
        page.waitForFunction(
          (least, most) => {
            const shown = Number(document.querySelector('#rounds')!.textContent)
            return shown >= least && shown <= (most ?? Infinity)
          },
          {},
          least,
          most,
        )
      expect(await text('#pause')).toBe('Play')
      await press('pause')
      expect(await text('#pause')).toBe('Pause')
      await waitForRounds(5)
      expect(Number(await text('#rate'))).toBeGreaterThan(0)
      await press('step') // also pauses
      expect(await text('#pause')).toBe('Play')
      await press('reset')
      await waitForRounds(1, 1)
      await press('step')
      await waitForRounds(2, 2)

      const { colors } = await takePicture()
      expect(colors).toHaveLength(3)
      await page.setViewport({ width: 700, height: 700 })
      await page.waitForFunction(() => {
        const { width, height, clientWidth, clientHeight } = document.querySelector('canvas')!
        return width === clientWidth && height === clientHeight
      })
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      expect((await takePicture()).colors).toEqual(colors)
      expect(await rounds()).toBe(2) // drawn again, and not clustered again

      await page.evaluate(() => counts.devices[0].destroy())
      await page.waitForSelector('.notice.error')
      expect(await text('.notice.error p')).toMatch(/device was lost/)
      expect(await text('#adapter-text')).toBe('GPU device lost')
      await press('reset')
      await page.waitForFunction(() => !document.querySelector('.notice') && counts.devices.length === 2)
      await waitForRounds(1, 1)
      expect((await takePicture()).colors).toEqual(colors)
    },
  )

  const missing = [
    ['absent', 'This browser has no WebGPU.'],
    ['without an adapter', 'This browser has WebGPU, but found no adapter for it.'],
  ] as const
  test.each(VERIFY ? missing : missing.slice(0, 1))(
    'runs on the CPU where WebGPU is %s, and says so',
    async (kind, reason) => {
      await page.evaluateOnNewDocument((kind) => {
        if (kind === 'absent') Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined })
        else if ('GPU' in window) GPU.prototype.requestAdapter = async () => null
      }, kind)
      await openPoints('?paused')
      expect(await text('.notice.remark p')).toBe(`${reason} lloyd runs on the CPU: the same k-means, at fewer points.`)
      expect(await text('#adapter-text')).toBe('CPU, without WebGPU')
      await page.waitForSelector('body[data-shape="10000 8"]')
      await step(10)
      const first = await readCanvas()
      expect(first.colors).toHaveLength(8)
      await step(30)
      const second = await readCanvas()
      expect(second.colors).toEqual(first.colors)
      expect(second.hash).not.toBe(first.hash)

      await page.click('#pause')
      await page.waitForFunction(() => Number(document.querySelector('#rounds')!.textContent) > 50)
      expect(Number(await text('#rate'))).toBeGreaterThan(0)
      await page.click('#pause')
      await page.click('#reset')
      await page.waitForFunction(() => document.querySelector('#rounds')!.textContent === '1')
      await page.click('#presets button:first-child')
      await page.waitForSelector('body[data-shape="1000 8"]')
      await page.setViewport({ width: 700, height: 700 })
      await page.waitForFunction(() => {
        const { width, height, clientWidth, clientHeight } = document.querySelector('canvas')!
        return width === clientWidth && height === clientHeight
      })
      await step(5)
      expect((await readCanvas()).colors).toEqual(first.colors)
    },
  )

  test.runIf(VERIFY)('draws on the CPU what it draws on the GPU', async () => {
    await openPoints('?points=2000&k=5&paused')
    await step(20)
    const { colors } = await takePicture()
    await openPoints('?points=2000&k=5&paused&backend=cpu')
    expect(await page.$('.notice')).toBeNull()
    await step(20)
    const onCpu = await readCanvas()
    expect(onCpu.colors).toHaveLength(colors.length)
    // Of one cluster each, rounded differently: in either order of the channels, as a canvas may be BGRA.
    const sums = (colors: string[]) =>
      colors.map((color) => color.split(',').reduce((sum, value) => sum + +value, 0)).sort()
    for (const [i, sum] of sums(onCpu.colors).entries()) expect(Math.abs(sum - sums(colors)[i])).toBeLessThanOrEqual(3)
  })

  test.runIf(VERIFY)('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
    await openPoints('?points=1000&k=3&paused')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    expect(await page.evaluate(() => document.querySelector('canvas')!.width)).toBe(720)
  })
})
