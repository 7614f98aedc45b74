import { CREATE_ENGINE } from '../options/engine.js'
import { readOptions } from '../options/table.js'
import type { AdapterDescription, Engine, Executor } from './engine.js'
import { describeArgument, LloydError, mustBe } from './error.js'
import { CpuEngine } from './host/cpu-engine.js'
import { describeAdapter, findAdapter } from './webgpu/device.js'
import { isSwiftShader } from './webgpu/device-traits.js'
import { WebGpuEngine } from './webgpu/webgpu-engine.js'

export interface EngineOptions {
  /**
   * Device to compute on; default `'auto'`: WebGPU, or the CPU if WebGPU is missing or only on SwiftShader, a software
   * adapter that is slower than lloyd's own code. `'webgpu'` rejects with an `AdapterError` if there is no adapter;
   * `'cpu'` never requests one. `engine.backend` is the choice, and `engine.adapter.passedOver` names such an adapter.
   */
  backend?: 'auto' | 'webgpu' | 'cpu'
  /** Your device to run on. lloyd adds work to its queue and never destroys it. */
  device?: GPUDevice
  /** Adapter to request, where there are several. */
  powerPreference?: GPUPowerPreference
  /** Maximum number of bytes that lloyd may hold on the device or, on the CPU, in its buffers; default Infinity. */
  memoryLimit?: number
  /**
   * For debugging in Node and Deno: names of kernels (stems in shaders/) that run as their CPU twins, to bisect a wrong
   * result; on the CPU, those that have another implementation. A page refuses it: there it would cost every user half a
   * kilobyte.
   */
  twins?: readonly string[]
}

/** The option `twins`: checks of the names, before any work, and the engine on WebGPU. */
interface HostKernels {
  requireKernelNames(names: readonly string[]): void
  withTwins(engine: Executor, names: readonly string[]): Executor
}

/** Makes CPU executors; `twins` run as such though they have other implementations, at least one if `required`. */
export type MakeCpuEngine = (
  memoryLimit: number,
  passedOver: string | undefined,
  twins: readonly string[],
  required: boolean,
) => CpuEngine | Promise<CpuEngine>

let hostKernels: HostKernels | null = null
let makeCpuEngine: MakeCpuEngine = (memoryLimit, passedOver) => new CpuEngine(memoryLimit, passedOver)

/** Registers these for hosts where they are worth their bytes. */
export function setHostKernels(kernels: HostKernels): void {
  hostKernels = kernels
}

/** Registers how CPU executors are made that are created later. */
export function setCpuEngine(make: MakeCpuEngine): void {
  makeCpuEngine = make
}

/** Creates the engine that every function takes, in a page, worker, Node or Deno. End it by `destroy()` or `using`. */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { backend, powerPreference, memoryLimit, twins = [] } = readOptions('createEngine', options, CREATE_ENGINE)
  const { device } = options
  if (typeof memoryLimit !== 'number' || !(memoryLimit > 0)) {
    throw mustBe('memoryLimit', 'a positive number of bytes', memoryLimit)
  }
  if (twins.length > 0) {
    if (!hostKernels) throw new LloydError('InputError', 'twins works in Node and Deno only; leave it out')
    hostKernels.requireKernelNames(twins)
  }
  const onCpu = (passedOver?: string) => makeCpuEngine(memoryLimit, passedOver, twins, backend === 'cpu')
  if (device !== undefined) requireDevice(device)
  if (backend === 'cpu') {
    if (device) throw new LloydError('InputError', "backend 'cpu' takes no device; leave one of the two out")
    return onCpu()
  }
  const made = (engine: WebGpuEngine) => (twins.length > 0 ? hostKernels!.withTwins(engine, twins) : engine)
  if (device) {
    return made(new WebGpuEngine(device, describeAdapter(device.adapterInfo), memoryLimit, () => {}))
  }
  try {
    const adapter = await findAdapter(powerPreference)
    if (backend === 'auto' && isSwiftShader(adapter.description)) {
      adapter.release()
      return onCpu(nameOf(adapter.description))
    }
    const acquired = await adapter.acquireDevice()
    return made(new WebGpuEngine(acquired.device, adapter.description, memoryLimit, acquired.release))
  } catch (error) {
    if (backend === 'webgpu') throw error
    return onCpu()
  }
}

function requireDevice(device: GPUDevice): void {
  if (typeof device?.createBuffer === 'function' && device.queue && device.limits) return
  const remedy = device instanceof Promise ? '; await it' : '; adapter.requestDevice() gives one'
  throw mustBe('device', 'a GPUDevice', device, `${describeArgument(device)}${remedy}`)
}

const nameOf = ({ vendor, architecture, description }: AdapterDescription): string =>
  description || [vendor, architecture].filter(Boolean).join(' ')
