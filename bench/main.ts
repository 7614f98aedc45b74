import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createEngine, type Engine, type EngineOptions, readImage } from 'lloyd'
import { launchBrowser, openPage, servePages } from './browser.js'
import type { PageRequest } from './page.js'
import { plots } from './plots/index.js'
import { formatReport, type Measured, type Report } from './report.js'
import type { NodeSuite, Photo, Row, Suite, SuiteTable } from './suite.js'
import { suites } from './suites/index.js'
import { nodeSuites } from './suites/node.js'

const projectFolder = fileURLToPath(new URL('..', import.meta.url))

const suiteNames = [...Object.keys(suites), ...Object.keys(nodeSuites)]

const usage = `npm run bench [-- SUITE] [options]      SUITE: ${suiteNames.join(', ')}

  --node           run in Node instead of headless Chrome (${Object.keys(nodeSuites).join(', ')}: always)
  --backend NAME   auto, webgpu (default) or cpu
  --image FILE     the photograph (default demo/photos/kingfisher.png)
  --images PATH    for ${Object.keys(nodeSuites).join(', ')}: a folder of images, or an image; may be given again
                   (default demo/photos)
  --only NAME      for peers: only libraries whose name contains this; may be given again
  --repeats N      timed runs of each measurement (default 7)
  --save           write bench/results/<suite>-<runtime>.json, and the suite's plot where it has one
  --json FILE      write the JSON to FILE, and the plot beside it`

interface Options {
  suite: string
  node: boolean
  backend: NonNullable<EngineOptions['backend']>
  image: string
  images: string[]
  only: string[]
  repeats: number
  json: string | null
}

/** Returns the exit status. */
export async function main(parameters: string[]): Promise<number> {
  let options: Options | null
  try {
    options = parseOptions(parameters)
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  if (!options) {
    console.log(usage)
    return 0
  }
  const report = await benchmark(options)
  console.log(formatReport(report, suites[options.suite] ?? nodeSuites[options.suite]))
  if (options.json) {
    mkdirSync(dirname(options.json), { recursive: true })
    writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`)
    console.error(`written: ${options.json}`)
    const plot = plots[options.suite]?.(report.rows)
    if (plot) {
      const file = options.json.replace(/(\.json)?$/, '.svg')
      writeFileSync(file, plot)
      console.error(`written: ${file}`)
    }
  }
  return 0
}

function parseOptions(parameters: string[]): Options | null {
  const { values, positionals } = parseArgs({
    args: parameters,
    allowPositionals: true,
    options: {
      node: { type: 'boolean', default: false },
      backend: { type: 'string', default: 'webgpu' },
      image: { type: 'string', default: join(projectFolder, 'demo/photos/kingfisher.png') },
      images: { type: 'string', multiple: true, default: [join(projectFolder, 'demo/photos')] },
      only: { type: 'string', multiple: true, default: [] },
      repeats: { type: 'string', default: '7' },
      save: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const suite = positionals[0] ?? suiteNames[0]
  if (positionals.length > 1 || !suiteNames.includes(suite)) {
    throw new Error(`SUITE must be one of ${suiteNames.join(', ')}, got '${positionals.join(' ')}'`)
  }
  const node = values.node || Object.hasOwn(nodeSuites, suite)
  const { backend } = values
  if (backend !== 'auto' && backend !== 'webgpu' && backend !== 'cpu') {
    throw new Error(`--backend must be auto, webgpu or cpu, got '${backend}'`)
  }
  const repeats = Number(values.repeats)
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new Error(`--repeats must be an integer of at least 1, got '${values.repeats}'`)
  }
  const images = values.images.flatMap(listImages)
  const saved = join(projectFolder, 'bench/results', `${suite}-${node ? 'node' : 'chrome'}.json`)
  const json = values.json ? resolve(values.json) : values.save ? saved : null
  return { suite, node, backend, image: values.image, images, only: values.only, repeats, json }
}

/** The images of a folder, by name; or the one that is named. */
function listImages(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new Error(`there is no ${path}`)
  if (!found.isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => /\.(jpe?g|png|webp|avif|tiff?|gif)$/i.test(name))
  if (names.length === 0) throw new Error(`${path} has no images`)
  return names.sort().map((name) => join(path, name))
}

async function benchmark(options: Options): Promise<Report> {
  const { suite, images, only, repeats } = options
  if (Object.hasOwn(nodeSuites, suite)) {
    const nodeSuite: NodeSuite = nodeSuites[suite]
    const wants = (library: string) => only.length === 0 || only.some((name) => library.includes(name))
    const run = (engine: Engine) => nodeSuite.run({ engine, images, wants, repeats, report })
    const measured = { runtime: 'node', ...(await runInNode(run, options.backend)) }
    const photo = nodeSuite.withoutImages ? undefined : { count: images.length }
    return createReport(options, packageVersions(nodeSuite), photo, [measured])
  }
  return benchmarkPhoto(options, suites[suite])
}

async function benchmarkPhoto(options: Options, suite: Suite): Promise<Report> {
  const { node, backend, image, repeats } = options
  const { data, width, height } = await readImage(image)
  const photo: Photo = { name: basename(image), data: new Uint8ClampedArray(data), width, height }
  const versions = packageVersions(suite)
  const withPhoto = (run: Suite['run']) => (engine: Engine) => run({ engine, photo, repeats, report })

  const runs: (Measured & { runtime: string })[] = []
  if (node) {
    runs.push({ runtime: 'node', ...(await runInNode(withPhoto(suite.run), backend)) })
  } else {
    runs.push({ runtime: 'chrome', ...(await runInChrome(options.suite, photo, backend, repeats, versions)) })
  }
  // Work that only Node can run uses its own library, not lloyd, and needs no device.
  if (suite.runInNode) runs.push({ runtime: 'node', ...(await runInNode(withPhoto(suite.runInNode), 'cpu')) })
  return createReport(options, versions, { name: photo.name, width, height }, runs)
}

function createReport(
  { suite, repeats }: Options,
  versions: Record<string, string>,
  photo: Report['photo'],
  runs: (Measured & { runtime: string })[],
): Report {
  const [{ runtime, backend, adapter }] = runs
  return {
    suite,
    runtime,
    date: new Date().toISOString(),
    commit: gitCommit(),
    backend,
    adapter,
    versions,
    machine: {
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
    },
    photo,
    repeats,
    rows: runs.flatMap((run) => run.rows.map((row): Row => ({ ...row, runtime: run.runtime }))),
  }
}

async function runInNode(run: (engine: Engine) => Promise<Row[]>, backend: Options['backend']): Promise<Measured> {
  const engine = await createEngine({ backend })
  try {
    const rows = await run(engine)
    return { backend: engine.backend, adapter: { ...engine.adapter }, rows }
  } finally {
    engine.destroy()
  }
}

async function runInChrome(
  suite: string,
  { data, ...photo }: Photo,
  backend: Options['backend'],
  repeats: number,
  versions: Record<string, string>,
): Promise<Measured> {
  const pages = await servePages({ '/photo.rgba': new Uint8Array(data.buffer) })
  const browser = await launchBrowser()
  try {
    versions.chrome = (await browser.version()).replace(/^.*\//, '')
    const page = await openPage(browser, `${pages.url}bench/page.html`, 'runSuite', report)
    const request: PageRequest = { suite, backend, repeats, photo: { ...photo, url: '/photo.rgba' } }
    return await page.evaluate((request) => globalThis.runSuite(request), request)
  } finally {
    await browser.close()
    await pages.close()
  }
}

function report(line: string): void {
  process.stderr.write(`${line}\n`)
}

function packageVersions(suite: SuiteTable): Record<string, string> {
  const versions: Record<string, string> = {
    lloyd: readVersion(join(projectFolder, 'package.json')),
    node: process.versions.node,
  }
  const { resolve: resolveModule } = createRequire(import.meta.url)
  for (const name of ['webgpu', ...suite.packages])
    versions[name] = installedVersion(name, resolveModule.paths(name) ?? [])
  return versions
}

/** Reads the version from the package's folder, since not every package exports its package.json. */
function installedVersion(name: string, folders: string[]): string {
  for (const folder of folders) {
    try {
      return readVersion(join(folder, name, 'package.json'))
    } catch {
      // not in this folder
    }
  }
  return 'not installed'
}

function readVersion(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

function gitCommit(): string | null {
  const git = (...parameters: string[]) =>
    execFileSync('git', parameters, {
      cwd: projectFolder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') ? '+' : '')
  } catch {
    return null
  }
}
