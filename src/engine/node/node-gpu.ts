import { readdirSync } from 'node:fs'
import { constants, homedir } from 'node:os'
import { join } from 'node:path'
import { LloydError } from '../error.js'
import { importOptional, isMissing } from '../optional-package.js'
import type { HostProvider } from '../webgpu/device.js'
import { unrollLoops } from '../webgpu/unroll.js'
import { unpackChromium } from './unpack-chromium.js'

interface Dawn {
  create(flags: string[]): GPU
}

async function loadDawn(): Promise<Dawn> {
  try {
    return (await importOptional('webgpu')) as Dawn
  } catch (cause) {
    const failure = isMissing(cause)
      ? 'is not installed'
      : `does not load (${(cause as Error).message.split('\n', 1)[0]})`
    throw new LloydError('AdapterError', `the package webgpu ${failure}: npm install webgpu`, { cause })
  }
}

/**
 * The objects that Dawn's `create()` returned: the process crashes when one is collected while its adapters live, and
 * cannot exit while it is held. So each is held from its adapter's request to the end of its device.
 */
const RELEASE_MS = 500
const instances = new Map<GPUAdapter, GPU>()

async function adapterOf(dawn: Dawn, options: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
  const gpu = dawn.create([])
  const adapter = await gpu.requestAdapter(options).catch(() => null)
  if (adapter) instances.set(adapter, gpu)
  return adapter
}

/**
 * Makes the Vulkan loader and SwiftShader of `@sparticuz/chromium` the ones that this process finds. The loader is
 * brought in by `dlopen` with RTLD_NODELETE, so that Dawn's later `dlopen("libvulkan.so.1")` meets it by its name even
 * where LD_LIBRARY_PATH was not set before the process started; Node then reports that it is not an addon, as expected.
 */
async function loadSwiftShader(): Promise<void> {
  const folder = await unpackChromium('swiftshader')
  process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json')
  const RTLD_NODELETE = 0x1000
  try {
    process.dlopen(
      { exports: {} },
      join(folder, 'libvulkan.so.1'),
      constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | RTLD_NODELETE,
    )
  } catch (error) {
    if (!/did not self-register/.test((error as Error).message)) throw error
  }
}

/** SwiftShader through Dawn, regardless of other adapters; needs Linux on x64 and `@sparticuz/chromium`. */
export async function requestSwiftShader(options: GPURequestAdapterOptions = {}): Promise<GPUAdapter | null> {
  const dawn = await loadDawn()
  const before = process.env.VK_ICD_FILENAMES
  await loadSwiftShader()
  try {
    return await adapterOf(dawn, options)
  } finally {
    // The driver is chosen when the instance is made: later instances choose anew.
    if (before === undefined) delete process.env.VK_ICD_FILENAMES
    else process.env.VK_ICD_FILENAMES = before
  }
}

/** Whether a driver's manifest is in one of the places where the Vulkan loader is documented to look. */
function hasVulkanDriver(): boolean {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, XDG_DATA_HOME, XDG_DATA_DIRS } = process.env
  if (VK_DRIVER_FILES || VK_ICD_FILENAMES) return true
  const shared = (XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':')
  const folders = [XDG_DATA_HOME || join(homedir(), '.local/share'), ...shared, '/etc', '/usr/local/etc', '/etc/xdg']
  return folders.some((folder) => {
    try {
      return readdirSync(join(folder, 'vulkan/icd.d')).length > 0
    } catch {
      return false
    }
  })
}

/** Rest per turn of the event loop while a device is awaited: a share of the time waited so far, within limits. */
const REST_SHARE = 1 / 3
const [MIN_REST_MS, MAX_REST_MS] = [0.25, 1]
let waits = 0
/** Time at which a wait last began or ended. */
let since = 0
let resting = false
const never = new Int32Array(new SharedArrayBuffer(4))

/**
 * Dawn's package polls the device in every turn of the event loop, without a pause, which takes a core from a software
 * adapter: on two cores, rests cut a photograph from 400 to 300 ms. Every turn also leaves a function for V8 to
 * collect; growing rests halve their number at no cost in time.
 */
function rest(): void {
  resting = waits > 0
  if (!resting) return
  const waited = performance.now() - since
  Atomics.wait(never, 0, 0, Math.min(MAX_REST_MS, Math.max(MIN_REST_MS, REST_SHARE * waited)))
  setImmediate(rest)
}

/** WebGPU in Node: Dawn from the package `webgpu` on the system's driver, else on SwiftShader. */
export const nodeProvider: HostProvider = {
  async requestAdapter(options) {
    const dawn = await loadDawn()
    if (process.platform !== 'linux') return await adapterOf(dawn, options)
    // Without a driver, Dawn would print an error to standard error.
    return (hasVulkanDriver() && (await adapterOf(dawn, options))) || (await requestSwiftShader(options))
  },
  remedy:
    'install the package webgpu and a GPU driver, or @sparticuz/chromium for a software adapter on Linux, or use backend: "cpu"',
  release(adapter) {
    // Dawn still works on the device for a moment after its end, and a garbage collection of the instance in that moment
    // kills the process. The timer keeps no process alive.
    setTimeout(() => instances.delete(adapter), RELEASE_MS).unref()
  },
  unrollLoops,

  beginWait() {
    if ('deno' in process.versions) return () => {} // it takes this entry for Node, but has a WebGPU of its own
    waits++
    since = performance.now()
    if (!resting) setImmediate(rest)
    resting = true
    return () => {
      waits--
      since = performance.now()
    }
  },
}
