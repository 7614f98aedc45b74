/** The samples of every kernel, run in a page or in Deno on their WebGPU. */
import { createEngine } from 'lloyd'
import type { Executor } from '../../src/engine/engine.js'
import { allowedFlags, allSamples, holdToTwin, nameOf, runs } from './harness'

export interface HoldRequest {
  /** Whether to run all samples of a set of flags, or only the one with the largest buffers. */
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
    for (const set of allowedFlags(of)) {
      if (!runs(engine, of.kernel, set)) continue
      const agreement = await holdToTwin(engine, of, set, { largest: samples === 'largest' })
      answer.failures.push(...agreement.failures)
      ran += agreement.ran
    }
    if (ran > 0) answer.kernels.push(of.kernel.name)
  }
  engine.destroy()
  return answer
}
