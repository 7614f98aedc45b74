import type { DeviceLoss } from './device-loss.js'
import type { AdapterDescription, Compiled, CompileOptions } from './engine.js'
import type { Kernel } from './kernel.js'
import { compilePipeline, type Pipeline } from './pipeline.js'
import { needsUnrolling } from './unroll.js'

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
    const workgroupSize = Math.min(
      options.workgroupSize ?? kernel.workgroupSize,
      this.device.limits.maxComputeInvocationsPerWorkgroup,
    )
    const constants = { ...kernel.constants, ...options.constants }
    const key = JSON.stringify([kernel.name, workgroupSize, flags, constants])
    let pipeline = this.#pipelines.get(key)
    if (!pipeline) {
      const unroll = kernel.registerLoops === true && needsUnrolling(this.adapter)
      pipeline = compilePipeline(this.device, kernel, flags, constants, workgroupSize, unroll)
      pipeline.catch(() => this.#pipelines.delete(key))
      this.#pipelines.set(key, pipeline)
    }
    await this.loss.until(pipeline)
    this.loss.requireAlive()
    return { kernel, flags, constants, workgroupSize, pipeline: await pipeline }
  }
}
