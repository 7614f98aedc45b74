/**
 * The shader of every kernel agrees with its twin on every adapter of Node, and so do the implementations that the CPU
 * executor has beside twins. Those run all samples for every valid set of flags. So do shaders with LLOYD_VERIFY; in
 * `npm test`, where software adapters take most of the time to compile, they run for every two flags together, and
 * samples that need other pipelines by turns.
 */
import { describe, expect, it } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import type { Kernel } from '../../src/engine/kernel.js'
import { testEngines } from '../support/engines'
import { allowedFlags, allSamples, holdToTwin, namesOf, neededFeatures, runs } from './harness'
import { pairwiseFlags } from './sample'

const VERIFY = Boolean(process.env.LLOYD_VERIFY)
const kernelModules = import.meta.glob<Record<string, unknown>>('../../src/kernels/**/*.ts', { eager: true })
const kernels = Object.values(kernelModules)
  .flatMap(Object.values)
  .filter((value): value is Kernel => typeof value === 'object' && value !== null && 'sources' in value)

const executors = (await testEngines()).map(({ engine }) => engine as Executor)

it('there are samples of every kernel', () => {
  expect(allSamples.map(({ kernel }) => kernel.name).sort()).toEqual(kernels.map(({ name }) => name).sort())
})

describe.each(allSamples.map((of) => [of.kernel.name, of] as const))('%s', (_, of) => {
  const all = allowedFlags(of)
  const setsOf = (one: Executor) => {
    const sets = all.filter((flags) => runs(one, of.kernel, flags))
    return VERIFY || !one.device ? sets : pairwiseFlags(sets)
  }
  const chosen = executors.map((executor) => ({ executor, sets: setsOf(executor) }))
  const isRun = (flags: (typeof all)[number]) =>
    chosen.some(({ sets }) => sets.includes(flags)) || !executors.some((one) => runs(one, of.kernel, flags))
  it.for(all.filter(isRun).map((flags) => [namesOf(flags), flags] as const))('%s', async ([, flags], { skip }) => {
    let ran = 0
    for (const { executor, sets } of chosen.filter(({ sets }) => sets.includes(flags))) {
      const turn = VERIFY || !executor.device ? undefined : { turn: sets.indexOf(flags), count: sets.length }
      const agreement = await holdToTwin(executor, of, flags, { turn })
      expect(agreement.failures).toEqual([])
      ran += agreement.ran
    }
    skip(ran === 0 && neededFeatures(of.kernel, flags).length > 0, 'no adapter here has subgroups of so many lanes')
    expect(ran).toBeGreaterThan(0)
  })
})
