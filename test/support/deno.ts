import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unpackChromium } from '../../src/engine/node/unpack-chromium.js'

const deno = createRequire(import.meta.url).resolve('deno/bin.cjs')

/**
 * Runs Deno on the system's Vulkan driver if it has one, otherwise on SwiftShader, whose loader must be named by the
 * caller. By itself, Deno would prefer Mesa's OpenGL, which takes five times as long to compile shaders.
 */
export async function runDeno(...args: string[]): Promise<string> {
  const command = [deno, 'run', '--no-config', '--allow-read', ...args]
  const environments: NodeJS.ProcessEnv[] = [process.env]
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await unpackChromium('swiftshader')
    environments[0] = { ...process.env, DENO_WEBGPU_BACKEND: 'vulkan' }
    environments.push({
      ...environments[0],
      LD_LIBRARY_PATH: folder,
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    })
  }
  const failures: unknown[] = []
  for (const env of environments) {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 2 ** 28 })
      // Naga prints unknown features of a shader.
      if (/error|unknown/i.test(stderr)) throw new Error(stderr)
      return stdout
    } catch (error) {
      if (!/AdapterError/.test(String(error))) throw error
      failures.push(error)
    }
  }
  throw new AggregateError(failures, 'Deno found no WebGPU adapter')
}
