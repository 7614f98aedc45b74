import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createEngine, quantize } from 'lloyd'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unpackChromium } from '../src/engine/unpack-chromium.js'

const deno = createRequire(import.meta.url).resolve('deno/bin.cjs')

/** Deno on the system's Vulkan driver where it has one, else on SwiftShader, whose loader must be named from outside. */
async function runDeno(...args: string[]): Promise<string> {
  const command = [deno, 'run', '--no-config', '--allow-read', ...args]
  const environments: NodeJS.ProcessEnv[] = [process.env]
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await unpackChromium('swiftshader')
    environments.push({
      ...process.env,
      LD_LIBRARY_PATH: folder,
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    })
  }
  const failures: unknown[] = []
  for (const env of environments) {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 2 ** 28 })
      return stdout
    } catch (error) {
      if (!/AdapterError/.test(String(error))) throw error
      failures.push(error)
    }
  }
  throw new AggregateError(failures, 'Deno found no WebGPU adapter')
}

// wgpu and Naga: a second implementation of WebGPU and a second WGSL compiler.
describe('Deno', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lloyd-deno-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  for (const alpha of [false, true]) {
    it(`gives the CPU executor's bytes on a photograph${alpha ? ' with alpha' : ''}`, async () => {
      const width = 300
      const height = 200
      const photo = sharp('demo/photos/kingfisher.png').resize(width, height)
      const data = new Uint8Array(await photo.ensureAlpha().raw().toBuffer())
      if (alpha) for (let i = 0; i < width * height; i++) data[4 * i + 3] = Math.max(0, 255 - (i % width))
      const file = join(folder, 'pixels')
      await writeFile(file, data)
      const { adapter, results } = JSON.parse(
        await runDeno('test/support/deno-quantize.js', file, `${width}`, `${height}`),
      )
      expect(adapter.description).not.toBe('')

      const cpu = await createEngine({ backend: 'cpu' })
      for (const { colors, ...result } of results) {
        const { palette, indices, mse, iterations } = await quantize(cpu, { data, width, height }, { colors })
        expect(result).toEqual({ palette: [...palette], indices: [...indices], mse, iterations })
      }
      cpu.destroy()
    })
  }
})
