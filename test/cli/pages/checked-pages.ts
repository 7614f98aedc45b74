/** What holds for every page that the command writes, found out in Chrome. */
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Page } from 'puppeteer'
import sharp from 'sharp'
import { afterAll, beforeAll, expect } from 'vitest'
import { type Browser, launchBrowser } from '../../../bench/browser'

/** The headings of a page and the text of its rows. */
export interface PageContent {
  headings: string[]
  rows: string[]
}

/**
 * Checks a page: it loads nothing, runs nothing, and is whole in both themes, on narrow screens and in strict XML; texts
 * are escaped, sections nested, pictures and tables named, links alive.
 */
export function useCheckedPages(): (path: string) => Promise<PageContent> {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  return async (path) => {
    const html = await readFile(path, 'utf8')
    // The bytes of pictures may spell anything.
    expect(html.replace(/(src="data:image\/jpeg;base64,)[^"]+/g, '$1')).not.toMatch(
      /<script|\son\w+=|https?:\/\/(?!www\.w3\.org\/)|NaN|undefined/,
    )
    const faults: string[] = []
    const page = await openPage(browser, path, faults)
    const { headings, rows, ...facts } = await factsOf(page, html)
    expect(facts).toEqual({ fault: null, skipped: false, unnamed: 0, uncaptioned: 0, twice: 0, dead: 0 })
    for (const theme of ['light', 'dark']) expect(await isThemed(page, theme), theme).toBe(true)
    await page.setViewport({ width: 360, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.close()
    expect(faults).toEqual([])
    return { headings, rows }
  }
}

/** Opens a page; any request but that of the page itself, errors and messages are faults. */
async function openPage(browser: Browser, path: string, faults: string[]): Promise<Page> {
  const page = await browser.newPage()
  page.setDefaultTimeout(300_000)
  await page.setViewport({ width: 1000, height: 800 })
  await page.setRequestInterception(true)
  const own = pathToFileURL(path).href
  page.on('request', (request) => {
    const isOwn = request.url() === own || request.url().startsWith('data:')
    if (!isOwn) faults.push(request.url())
    if (isOwn) request.continue()
    else request.abort()
  })
  page.on('console', (message) => faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.goto(own)
  return page
}

async function factsOf(page: Page, html: string) {
  return await page.evaluate((text) => {
    const strict = new DOMParser().parseFromString(text.replace('<!DOCTYPE html>', ''), 'application/xhtml+xml')
    const all = <E extends Element>(selector: string) => [...document.querySelectorAll<E>(selector)]
    const levels = all('h1, h2, h3').map((heading) => Number(heading.tagName[1]))
    const ids = all('[id]').map(({ id }) => id)
    return {
      fault: strict.querySelector('parsererror')?.textContent ?? null,
      headings: all('h2, h3').map((heading) => heading.textContent ?? ''),
      rows: all('tr').map((row) => row.textContent ?? ''),
      skipped: levels.some((level, at) => at > 0 && level > levels[at - 1] + 1),
      unnamed: all('svg').filter((svg) => !svg.getAttribute('aria-label')).length,
      uncaptioned: all<HTMLTableElement>('table').filter((table) => !table.caption?.textContent).length,
      twice: ids.length - new Set(ids).size,
      dead: all<HTMLAnchorElement>('a').filter((link) => !document.querySelector(link.hash)).length,
    }
  }, html)
}

/** Whether a picture of the page has the ground of a theme, and enough of another colour on it. */
async function isThemed(page: Page, theme: string): Promise<boolean> {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }])
  const { data } = await sharp(await page.screenshot({ fullPage: true }))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const ground = data.filter((value) => (theme === 'dark' ? value < 32 : value > 250)).length / data.length
  return ground > 0.6 && ground < 0.95
}
