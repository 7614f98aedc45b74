/**
 * The GPU process of a real Chrome crashes while a page works: one DeviceLostError, and a fresh engine works.
 * In `npm run verify` (LLOYD_VERIFY); test/engine/device-loss.test.ts does the same with a device of Node's.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, launchBrowser, openPage, type Pages, servePages } from '../../bench/browser.js'
import type {} from '../support/browser-crash.js'

let browser: Browser
let pages: Pages

beforeAll(async () => {
  pages = await servePages()
})
afterAll(() => pages.close())

/** Kills the browser's GPU process, as a crash of a driver does. */
async function killGpuProcess(): Promise<void> {
  const session = await browser.target().createCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const gpu = processInfo.find(({ type }) => type === 'GPU')
  if (!gpu) throw new Error(`Chrome has no GPU process: ${JSON.stringify(processInfo)}`)
  process.kill(gpu.id, 'SIGKILL')
  await session.detach()
}

const works = ['compile', 'kmeans', 'read', 'quantize', 'canvas', 'fit', 'createEngine']

// A browser each: Chrome gives up on WebGPU after a few crashes.
test.runIf(process.env.LLOYD_VERIFY).each(works)('during %s', async (name) => {
  browser = await launchBrowser()
  try {
    const heard: string[] = []
    const page = await openPage(browser, `${pages.url}test/support/browser-crash.html`, 'endWork', (line) =>
      heard.push(line),
    )
    expect(await page.evaluate(() => globalThis.crashWorks)).toContain(name)
    await page.evaluate((work) => globalThis.beginWork(work), name)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await killGpuProcess()
    const { outcome, lost, later, unhandled, anew } = await page.evaluate(() => globalThis.endWork())
    expect({ unhandled, anew }).toEqual({ unhandled: [], anew: '1,2' })
    if (name === 'createEngine') expect(['DeviceLostError', 'AdapterError']).toContain(outcome)
    else expect({ outcome, lost, later }).toEqual({ outcome: 'DeviceLostError', lost: outcome, later: outcome })
    expect(heard.filter((line) => /Uncaught|LloydError/.test(line))).toEqual([])
  } finally {
    await browser.close()
  }
})
