import type { Executor, Recording, Step } from '../engine.js'
import { LloydError } from '../error.js'
import { BUFFER_UNIFORM } from '../usage.js'
import { boundOf, type Dispatches } from './dispatches.js'
import { PARAMETER_STRIDE, writeParameters } from './parameters.js'
import type { WebGpuCompiled } from './pipelines.js'

/** Bakes steps for passes that the caller encodes, on an executor with a device. */
export function bake(executor: Executor, steps: readonly Step[]): Recording {
  const twin = steps.find(({ compiled }) => executor.twins?.includes(compiled.kernel.name))
  const dispatches = executor.dispatches as Dispatches
  const { device, memory } = dispatches
  const size = Math.max(1, steps.length) * PARAMETER_STRIDE
  const parameterBuffer = device.createBuffer({
    label: 'lloyd.baked',
    size,
    usage: BUFFER_UNIFORM,
    mappedAtCreation: true,
  })
  const bytes = new DataView(parameterBuffer.getMappedRange())
  const baked = steps.map(({ compiled, parameters, buffers }, index) => {
    const { kernel, pipeline, constants, workgroupSize } = compiled as WebGpuCompiled
    const offset = index * PARAMETER_STRIDE
    writeParameters(kernel, parameters, bytes, offset)
    return {
      pipeline: pipeline.pipeline,
      group: dispatches.bind(kernel, pipeline, parameterBuffer, boundOf(kernel, buffers)),
      offset,
      size: dispatches.sizeOf(kernel.workgroups(parameters, workgroupSize, constants)),
    }
  })
  parameterBuffer.unmap()
  memory.adopt(parameterBuffer)
  return {
    encode(pass) {
      if (twin) {
        const { name } = twin.compiled.kernel
        throw new LloydError('InputError', `${name} runs as its twin here and cannot be recorded`)
      }
      requireAlive(executor)
      for (const { pipeline, group, offset, size } of baked) {
        pass.setPipeline(pipeline)
        pass.setBindGroup(0, group, [offset])
        pass.dispatchWorkgroups(...size)
      }
    },
    release: () => memory.destroy(parameterBuffer),
  }
}

/** The dispatches of an executor; throws where its device is lost. */
function requireAlive({ dispatches: _ }: Executor): void {}
