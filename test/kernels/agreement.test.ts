/**
 * The shader of every kernel agrees with its twin, for every valid set of flags, on every adapter of Node. So do the
 * implementations that the CPU executor has beside twins.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import type { Kernel } from '../../src/engine/kernel.js'
import { testEngines } from '../support/engines'
import { allowedFlags, allSamples, holdToTwin, namesOf, neededFeatures, runs } from './harness'

const kernelModules = import.meta.glob<Record<string, unknown>>('../../src/kernels/**/*.ts', { eager: true })
const kernels = Object.values(kernelModules)
  .flatMap(Object.values)
  .filter((value): value is Kernel => typeof value === 'object' && value !== null && 'sources' in value)

let executors: Executor[]
beforeAll(async () => {
  executors = (await testEngines()).map(({ engine }) => engine as Executor)
})

it('there are samples of every kernel', () => {
  expect(allSamples.map(({ kernel }) => kernel.name).sort()).toEqual(kernels.map(({ name }) => name).sort())
})

describe.each(allSamples.map((of) => [of.kernel.name, of] as const))('%s', (_, of) => {
  const sets = allowedFlags(of).map((flags) => [namesOf(flags), flags] as const)
  it.for(sets)('%s', async ([, flags], { skip }) => {
    let ran = 0
    for (const executor of executors.filter((one) => runs(one, of.kernel, flags))) {
      const agreement = await holdToTwin(executor, of, flags)
      expect(agreement.failures).toEqual([])
      ran += agreement.ran
    }
    skip(ran === 0 && neededFeatures(of.kernel, flags).length > 0, 'no adapter here has subgroups of so many lanes')
    expect(ran).toBeGreaterThan(0)
  })
})
