/** The samples of every kernel, run in a page or in Deno on their WebGPU. */
import { createEngine } from 'lloyd'
import type { Executor } from '../../src/engine/engine.js'
import { kernelSource } from '../../src/engine/webgpu/pipeline.js'
import { allowedFlags, allSamples, holdToTwin, nameOf, namesOf, runs } from './harness'
import { pairwiseFlags } from './sample'

export interface HoldRequest {
  /**
   * All samples for all sets of flags; or for every two flags together the one with the largest buffers, while under the
   * other sets the shader is only looked at by the compiler's front end.
   */
  samples: 'all' | 'largest'
}

export interface HoldAnswer {
  adapter: string
  /** Names of the kernels whose samples ran. */
  kernels: string[]
  failures: string[]
}

export async function holdKernels({ samples }: HoldRequest): Promise<HoldAnswer> {
  const engine = (await createEngine({ backend: 'webgpu' })) as Executor
  const answer: HoldAnswer = { adapter: nameOf(engine), kernels: [], failures: [] }
  for (const of of allSamples) {
    let ran = 0
    const sets = allowedFlags(of).filter((flags) => runs(engine, of.kernel, flags))
    // From the end: test/kernels/agreement.test.ts chooses from the other.
    const chosen = samples === 'all' ? sets : pairwiseFlags([...sets].reverse())
    for (const flags of sets) {
      if (chosen.includes(flags)) {
        const agreement = await holdToTwin(engine, of, flags, { largest: samples === 'largest' })
        answer.failures.push(...agreement.failures)
        ran += agreement.ran
      } else {
        const refusal = await refusalOf(engine.device as GPUDevice, kernelSource(of.kernel, flags))
        if (refusal) answer.failures.push(`${of.kernel.name}, ${namesOf(flags)}: ${refusal}`)
      }
    }
    if (ran > 0) answer.kernels.push(of.kernel.name)
  }
  engine.destroy()
  return answer
}

/** What the compiler's front end has against a shader, if anything. */
async function refusalOf(device: GPUDevice, code: string): Promise<string | undefined> {
  device.pushErrorScope('validation')
  device.createShaderModule({ code })
  return (await device.popErrorScope())?.message
}
