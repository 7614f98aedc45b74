import type { AdapterDescription, Compiled, CompileOptions } from '../engine.js'
import { LloydError } from '../error.js'
import { isUniform, type Kernel } from '../kernel.js'
import type { DeviceLoss } from './device-loss.js'
import { isSwiftShader } from './device-traits.js'
import { compilePipeline, type Pipeline } from './pipeline.js'

/** A kernel as a device runs it. */
export interface WebGpuCompiled extends Compiled {
  readonly pipeline: Pipeline
}

/** The pipelines of a device: each is compiled once. */
export class Pipelines {
  readonly #pipelines = new Map<string, Promise<Pipeline>>()

  constructor(
    private readonly device: GPUDevice,
    private readonly adapter: AdapterDescription,
    private readonly loss: DeviceLoss,
  ) {}

  async compile(kernel: Kernel, options: CompileOptions<Record<string, boolean>>): Promise<WebGpuCompiled> {
    const flags = { ...kernel.flags, ...options.flags } as Record<string, boolean>
    const { limits } = this.device
    const workgroupSize = Math.min(
      options.workgroupSize ?? kernel.workgroupSize,
      limits.maxComputeInvocationsPerWorkgroup,
      limits.maxComputeWorkgroupSizeX,
    )
    requireBindings(kernel, flags, limits)
    const constants = { ...kernel.constants, ...options.constants }
    const key = JSON.stringify([kernel.name, workgroupSize, flags, constants])
    let pipeline = this.#pipelines.get(key)
    if (!pipeline) {
      const unroll = kernel.registerLoops === 'always' || (kernel.registerLoops === true && isSwiftShader(this.adapter))
      pipeline = compilePipeline(this.device, kernel, { flags, constants, workgroupSize }, unroll)
      pipeline.catch(() => this.#pipelines.delete(key))
      this.#pipelines.set(key, pipeline)
    }
    await this.loss.until(pipeline)
    this.loss.requireAlive()
    return { kernel, flags, constants, workgroupSize, pipeline: await pipeline }
  }
}

/** Throws an `AdapterError` where a kernel binds more storage buffers than the device lets a shader have. */
function requireBindings(kernel: Kernel, flags: Record<string, boolean>, limits: GPUSupportedLimits): void {
  const { maxStorageBuffersPerShaderStage: most } = limits
  const count = Object.keys(kernel.bindings).filter((name) => !isUniform(kernel, name, flags)).length
  if (count <= most) return
  throw new LloydError(
    'AdapterError',
    `the shader '${kernel.name}' binds ${count} storage buffers and this device's maxStorageBuffersPerShaderStage is ` +
      `${most}; request the device with more in requiredLimits, or use backend: 'cpu'`,
  )
}
