/** The package as it is installed: its files, its entries and its types. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTypes, copyPrograms, typeCases, webGpuPackageCase } from './consumers/types.js'

const run = promisify(execFile)
const project = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'))

/** A project with lloyd installed, and nothing else. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lloyd-package-'))
  const lloyd = join(folder, 'node_modules/lloyd')
  await mkdir(lloyd, { recursive: true })
  for (const file of [...manifest.files, 'package.json']) {
    await cp(join(project, file), join(lloyd, file), { recursive: true })
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
})
afterAll(() => rm(folder, { recursive: true }))

test('runs in Node without GPU, decoder or anything else, and says so', async () => {
  const script = `import { createEngine, kmeans, readImage } from 'lloyd'
    const engine = await createEngine()
    const { labels } = await kmeans(engine, [[0], [1], [9]], { k: 2, init: [[0], [9]] })
    const { message } = await readImage('package.json').catch((error) => error)
    console.log(engine.backend, labels.join(), message)
    await createEngine({ backend: 'webgpu' }).catch(({ code }) => console.log(code))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })
  expect(stdout).toMatch(/^cpu 0,0,1 .*sharp.*\nAdapterError\n$/)
})

// The other versions of TypeScript: test/runtimes/consumers/run.js.
describe('its types are clean with skipLibCheck: false, and take nothing wrong', () => {
  const tsc = join(project, 'node_modules/typescript/bin/tsc')
  const usual = /^lib (dom, bundler, ES2020|webworker, bundler, ESNext|neither, nodenext, ES2020)$/
  const cases = typeCases('5.9').filter(({ name }) => usual.test(name))

  test.each(cases)('$name', async (each) => {
    await copyPrograms(folder)
    expect(await checkTypes(folder, tsc, each)).toBe('')
  })

  test('with @webgpu/types', async () => {
    await mkdir(join(folder, 'node_modules/@webgpu'))
    await symlink(join(project, 'node_modules/@webgpu/types'), join(folder, 'node_modules/@webgpu/types'))
    await copyPrograms(folder)
    expect(await checkTypes(folder, tsc, webGpuPackageCase)).toBe('')
  })
})

test('needs no other package', () => {
  expect(manifest.dependencies).toBeUndefined()
})

test('has the pictures that its README shows, and no source maps', async () => {
  const readme = await readFile(join(project, 'README.md'), 'utf8')
  const shown = Array.from(readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g), ([, path]) => path)
  expect(shown.length).toBeGreaterThan(0)
  expect(manifest.files).toEqual(expect.arrayContaining(shown))
  expect((await readdir(join(project, 'dist'))).filter((name) => name.endsWith('.map'))).toEqual([])
})

test('says in three fields where it lives, from one address', async () => {
  const { homepage, repository, bugs } = manifest
  if (homepage) {
    const base = homepage.replace(/#readme$/, '')
    expect(base).toMatch(/^https:\/\/[^ ]+[^/]$/)
    expect({ repository, bugs }).toEqual({
      repository: { type: 'git', url: `git+${base}.git` },
      bugs: { url: `${base}/issues` },
    })
  } else expect({ repository, bugs }).toEqual({ repository: { type: 'git', url: '' }, bugs: { url: '' } })

  // While it is empty, nothing is published; one command fills it in.
  const elsewhere = join(folder, 'elsewhere')
  await mkdir(join(elsewhere, '.ci'), { recursive: true })
  await cp(join(project, '.ci/address.js'), join(elsewhere, '.ci/address.js'))
  await writeFile(join(elsewhere, 'package.json'), JSON.stringify({ type: 'module', homepage: '' }))
  const address = (...given: string[]) => run(process.execPath, ['.ci/address.js', ...given], { cwd: elsewhere })
  await expect(address()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('no address yet') })
  await address('https://host.example/owner/lloyd.git')
  await address()
  expect(JSON.parse(await readFile(join(elsewhere, 'package.json'), 'utf8'))).toMatchObject({
    homepage: 'https://host.example/owner/lloyd#readme',
    repository: { type: 'git', url: 'git+https://host.example/owner/lloyd.git' },
    bugs: { url: 'https://host.example/owner/lloyd/issues' },
  })
})
