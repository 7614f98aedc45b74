/** The package as it is installed: its files, its entries and its types. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const project = fileURLToPath(new URL('..', import.meta.url))
let folder: string

/** A project beside nothing that has lloyd installed, with the one package that lloyd depends on. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lloyd-package-'))
  const lloyd = join(folder, 'node_modules/lloyd')
  await mkdir(join(folder, 'node_modules/@webgpu'), { recursive: true })
  await mkdir(lloyd)
  const { files } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { files: string[] }
  for (const file of [...files, 'package.json']) await cp(join(project, file), join(lloyd, file), { recursive: true })
  await symlink(join(project, 'node_modules/@webgpu/types'), join(folder, 'node_modules/@webgpu/types'))
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

test('its types resolve, in Node and for browsers', async () => {
  await writeFile(
    join(folder, 'use.ts'),
    `import { createEngine, createKMeans, kmeans, quantize, readImage } from 'lloyd'
    export const device: Promise<GPUDevice | null> = createEngine().then((engine) => engine.device)
    export const all = [createKMeans, kmeans, quantize, readImage]
    // @ts-expect-error: a device is no string
    export const wrong: Promise<string> = device`,
  )
  const tsc = join(project, 'node_modules/typescript/bin/tsc')
  const compile = (...options: string[]) =>
    run(process.execPath, [tsc, '--noEmit', '--strict', '--target', 'es2022', ...options, 'use.ts'], { cwd: folder })
  await compile('--module', 'nodenext')
  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--customConditions', 'browser']
  await expect(compile(...bundler)).rejects.toMatchObject({ stdout: expect.stringContaining("'readImage'") })
})
