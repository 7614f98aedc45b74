/** The page of lloyd behavior in a browser. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, launchBrowser } from '../../../bench/browser'
import { useCli } from '../../support/cli'

const cli = useCli()
const steps = fileURLToPath(new URL('../../data/steps/daily-steps.csv', import.meta.url))
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('the page of the real steps requests nothing, is strict XML, and tells patterns by letters in both themes', async () => {
  const { segments, repairs } = await cli.runJson(['behavior', steps, '--backend', 'cpu', '-o', 'page.html'])
  const html = await readFile(cli.in('page.html'), 'utf8')
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/)|NaN|undefined/)
  const page = await browser.newPage()
  page.setDefaultTimeout(300_000)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(pathToFileURL(cli.in('page.html')).href)
  const facts = await page.evaluate((text) => {
    const strict = new DOMParser().parseFromString(text.replace('<!DOCTYPE html>', ''), 'application/xhtml+xml')
    const strip = document.querySelector('svg[aria-label^="Patterns of the weeks"]')!
    return {
      fault: strict.querySelector('parsererror')?.textContent ?? null,
      headings: [...document.querySelectorAll('h3')].map((heading) => heading.textContent),
      cells: strip.querySelectorAll('rect').length,
      letters: [...strip.querySelectorAll('g[aria-label="text"] text')].map((letter) => letter.textContent),
      unnamed: [...document.querySelectorAll('svg')].filter((svg) => !svg.getAttribute('aria-label')).length,
      text: document.body.textContent ?? '',
    }
  }, html)
  expect(facts).toMatchObject({ fault: null, unnamed: 0 })
  expect(facts.headings).toEqual(segments.map(({ name }: { name: string }) => name))
  expect(facts.letters).toHaveLength(facts.cells)
  expect(facts.letters.every((letter) => /^[A-H–]$/.test(letter!))).toBe(true)
  // A name says how many it is true of, and letters what they stand for, where they are read first.
  for (const { name, size, rule } of segments) {
    expect(facts.text).toContain(`${name} (${size}, of whom ${rule.met} meet the condition of the name)`)
  }
  expect(facts.text).toMatch(/Weeks are shown by the letters of their patterns:\s*– no active day\s*A every day/)
  for (const { found } of repairs) expect(facts.text).toContain(found)
  const grounds: string[] = []
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }])
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
  }
  expect(grounds[0]).not.toBe(grounds[1])
  expect(asked.filter((url) => !url.startsWith('data:'))).toHaveLength(1)
})
