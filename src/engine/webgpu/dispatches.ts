import { LloydError } from '../error.js'
import type { EngineBuffer, Kernel } from '../kernel.js'
import { BindGroups } from './bind-groups.js'
import type { Commands } from './commands.js'
import type { DeviceMemory, WebGpuBuffer } from './device-memory.js'
import type { ErrorScopes } from './error-scopes.js'
import { parameterBytes } from './parameters.js'
import type { Pipeline } from './pipeline.js'
import type { WebGpuCompiled } from './pipelines.js'

/** The grid of a dispatch of `count` workgroups in two dimensions; shaders/shared/grid.wgsl inverts it. */
export function dispatchSize(count: number, limit: number): [number, number] {
  const y = Math.ceil(count / limit)
  return [Math.ceil(count / y), y]
}

/** Compiled kernels with their buffers: queued, or bound for the caller's own passes. */
export class Dispatches {
  readonly #groups = new BindGroups<Pipeline>()

  constructor(
    readonly device: GPUDevice,
    private readonly scopes: ErrorScopes,
    readonly memory: DeviceMemory,
    readonly commands: Commands,
  ) {}

  run(compiled: WebGpuCompiled, parameters: Record<string, number>, buffers: Record<string, EngineBuffer>): void {
    const { commands } = this
    const { kernel, pipeline, constants, workgroupSize } = compiled
    const count = kernel.workgroups(parameters, workgroupSize, constants)
    if (count === 0) return
    const offset = commands.putParameters(kernel, parameters)
    const bound = boundOf(kernel, buffers)
    const group = this.#groups.get(pipeline, bound, () => this.bind(kernel, pipeline, commands.parameterBuffer, bound))
    const pass = commands.pass()
    pass.setPipeline(pipeline.pipeline)
    pass.setBindGroup(0, group, [offset])
    pass.dispatchWorkgroups(...this.sizeOf(count))
  }

  sizeOf(count: number): [number, number] {
    return dispatchSize(count, this.device.limits.maxComputeWorkgroupsPerDimension)
  }

  bind(kernel: Kernel, { layout }: Pipeline, parameterBuffer: GPUBuffer, bound: readonly WebGpuBuffer[]): GPUBindGroup {
    const parameters = { buffer: parameterBuffer, size: parameterBytes(kernel) }
    const parts = bound.map(({ gpu: buffer, offset, size }) => ({ buffer, offset, size }))
    const entries = [parameters, ...parts].map((resource, binding) => ({ binding, resource }))
    const create = () => this.device.createBindGroup({ label: `lloyd.${kernel.name}`, layout, entries })
    // An unsuitable buffer of the caller causes an error of the next wait.
    return this.scopes.around('validation', create)
  }
}

/** The buffers of a kernel, in the order of its bindings. */
export function boundOf(kernel: Kernel, buffers: Record<string, EngineBuffer>): WebGpuBuffer[] {
  const bound: WebGpuBuffer[] = []
  for (const name in kernel.bindings) {
    const buffer = buffers[name] as WebGpuBuffer
    if (buffer.released) throw new LloydError('InputError', `${buffer.label} was used after its release`)
    bound.push(buffer)
  }
  return bound
}
