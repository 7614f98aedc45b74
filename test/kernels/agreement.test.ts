/** Every kernel, under every set of flags that goes together, on every adapter: the shader does what its twin does. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Executor } from '../../src/engine/engine.js'
import { bindingParts, isUniform, type Kernel, UNIFORM_BYTES } from '../../src/engine/kernel.js'
import { seededRandom } from '../oracle/images'
import { type TestEngine, testEngines } from '../support/engines'
import { flagSets, type KernelSamples, type Sample } from './sample'

type Content = Sample['buffers'][string]
type Contents = Record<string, Content>

const kernelModules = import.meta.glob<Record<string, unknown>>('../../src/kernels/**/*.ts', { eager: true })
const kernels = Object.values(kernelModules)
  .flatMap(Object.values)
  .filter((value): value is Kernel => typeof value === 'object' && value !== null && 'sources' in value)
const sampleModules = import.meta.glob<{ default: KernelSamples[] }>('./samples/*.ts', { eager: true })
const samples = Object.values(sampleModules).flatMap((module) => module.default)

let engines: TestEngine[]
beforeAll(async () => {
  engines = (await testEngines()).filter(({ engine }) => engine.device)
})

it('there are samples of every kernel', () => {
  expect(samples.map(({ kernel }) => kernel.name).sort()).toEqual(kernels.map(({ name }) => name).sort())
})

describe.each(samples.map((of) => [of.kernel.name, of] as const))('%s', (_, of) => {
  const sets = flagSets(of.kernel).filter((flags) => of.allows?.(flags) ?? true)
  it.for(sets.map((flags) => [namesOf(flags), flags] as const))('%s', async ([, flags], { skip }) => {
    let ran = 0
    for (const { name, engine } of engines) {
      const executor = engine as Executor
      if (!has(executor, of.kernel, flags)) continue
      for (const [index, sample] of of.samples(seededRandom(1), flags, executor.traits.lanes).entries()) {
        const about = `${name}, sample ${index} ${JSON.stringify(sample.parameters)}`
        const left = await runShader(executor, of.kernel, flags, sample)
        const expected = runTwin(of.kernel, flags, sample)
        of.arrange?.(left, sample)
        of.arrange?.(expected, sample)
        compare(of, left, expected, about)
        ran++
      }
    }
    skip(ran === 0 && needs(of.kernel, flags).length > 0, 'no adapter here has subgroups of so many lanes')
    expect(ran).toBeGreaterThan(0)
  })
})

function namesOf(flags: Record<string, boolean>): string {
  return (
    Object.keys(flags)
      .filter((name) => flags[name])
      .join(' ') || 'no flags'
  )
}

function needs({ enables = {} }: Kernel, flags: Record<string, boolean>): string[] {
  return Object.entries(enables).flatMap(([flag, feature]) => (flags[flag] && feature ? [feature] : []))
}

function has({ device, traits }: Executor, kernel: Kernel, flags: Record<string, boolean>): boolean {
  return needs(kernel, flags).every((feature) => device!.features.has(feature as GPUFeatureName) && traits.lanes > 1)
}

async function runShader(
  executor: Executor,
  kernel: Kernel,
  flags: Record<string, boolean>,
  { parameters, buffers, constants, workgroupSize }: Sample,
): Promise<Contents> {
  const compiled = await executor.compile(kernel, { flags, constants, workgroupSize })
  const bound = Object.fromEntries(
    Object.keys(kernel.bindings).map((name) => {
      const bytes = isUniform(kernel, name, flags) ? UNIFORM_BYTES : undefined
      return [name, executor.upload(name, buffers[name] as Content & ArrayBufferView<ArrayBuffer>, false, bytes)]
    }),
  )
  executor.run(compiled, parameters, bound)
  const left: Contents = {}
  for (const name of writtenOf(kernel)) {
    const bytes = await executor.read(bound[name], 0, buffers[name].byteLength)
    left[name] = new (buffers[name].constructor as Float32ArrayConstructor)(bytes)
  }
  for (const buffer of Object.values(bound)) executor.release(buffer)
  return left
}

function runTwin(kernel: Kernel, flags: Record<string, boolean>, { parameters, buffers }: Sample): Contents {
  const copies = Object.fromEntries(Object.entries(buffers).map(([name, content]) => [name, content.slice()]))
  kernel.twin(parameters, copies as never, flags)
  return Object.fromEntries(writtenOf(kernel).map((name) => [name, copies[name]]))
}

function writtenOf({ bindings }: Kernel): string[] {
  return Object.keys(bindings).filter((name) => bindingParts(bindings[name]).access === 'read_write')
}

function compare({ kernel, agreement }: KernelSamples, left: Contents, expected: Contents, about: string): void {
  for (const name of writtenOf(kernel)) {
    const { scalar } = bindingParts(kernel.bindings[name])
    if (agreement === 'exact' || agreement.exact?.includes(name) || scalar !== 'f32') {
      expect(left[name], `${name}: ${about}`).toEqual(expected[name])
      continue
    }
    const differences = Array.from(left[name], (value, i) => value - expected[name][i])
    const limit = agreement.within * Math.hypot(...expected[name])
    expect(Math.hypot(...differences), `${name}: ${about}`).toBeLessThanOrEqual(limit)
  }
}
