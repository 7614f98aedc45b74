import { CpuEngine } from './cpu-engine.js'
import { acquireDevice, describeAdapter } from './device.js'
import type { Engine } from './engine.js'
import { LloydError, requireKnownOptions } from './error.js'
import { kernelNames } from './kernel.js'
import { TwinEngine } from './twin-engine.js'
import { WebGpuEngine } from './webgpu-engine.js'

export interface EngineOptions {
  /**
   * `'webgpu'` rejects with an `AdapterError` where there is no adapter; `'cpu'` never asks for one; `'auto'` takes
   * WebGPU where it can and the CPU otherwise, which `engine.backend` tells.
   */
  backend?: 'auto' | 'webgpu' | 'cpu'
  /** A device of yours to run on. lloyd adds work to its queue and never destroys it. */
  device?: GPUDevice
  powerPreference?: GPUPowerPreference
  /** Most bytes that lloyd may hold on the device or, on the CPU, in its buffers; by default what the device gives. */
  memoryLimit?: number
  /** For debugging: names of kernels (stems in shaders/) that run as their CPU twins, to bisect a wrong result. */
  twins?: readonly string[]
}

/** Makes the engine that every function takes, in a page, a worker, Node or Deno. End it with `destroy()` or `using`. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  requireKnownOptions('createEngine', options, ['backend', 'device', 'powerPreference', 'memoryLimit', 'twins'])
  const { backend = 'auto', device, powerPreference, memoryLimit = Infinity, twins = [] } = options
  if (!(memoryLimit > 0)) {
    throw new LloydError('InputError', `memoryLimit must be a positive number of bytes, got ${String(memoryLimit)}`)
  }
  if (!['auto', 'webgpu', 'cpu'].includes(backend)) {
    throw new LloydError('InputError', `backend must be 'auto', 'webgpu' or 'cpu', got '${String(backend)}'`)
  }
  for (const name of twins) {
    if (kernelNames.has(name)) continue
    throw new LloydError('InputError', `there is no kernel '${name}'; there are ${[...kernelNames].sort().join(', ')}`)
  }
  if (backend === 'cpu') {
    if (device) throw new LloydError('InputError', "backend 'cpu' takes no device; leave one of the two out")
    return new CpuEngine(memoryLimit)
  }
  if (device) {
    return withTwins(new WebGpuEngine(device, describeAdapter(device.adapterInfo), memoryLimit, () => {}), twins)
  }
  try {
    const acquired = await acquireDevice(powerPreference)
    return withTwins(new WebGpuEngine(acquired.device, acquired.adapter, memoryLimit, acquired.release), twins)
  } catch (error) {
    if (backend === 'webgpu') throw error
    return new CpuEngine(memoryLimit)
  }
}

function withTwins(engine: WebGpuEngine, twins: readonly string[]): Engine {
  return twins.length > 0 ? new TwinEngine(engine, twins) : engine
}
