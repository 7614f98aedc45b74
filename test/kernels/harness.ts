/**
 * Compares an executor's results for the samples of a kernel with those of the kernel's twin. Runs in Node, Deno and
 * pages.
 */
import { BufferScope, type Executor } from '../../src/engine/engine.js'
import type { CpuEngine } from '../../src/engine/host/cpu-engine.js'
import { bindingParts, isUniform, type Kernel, UNIFORM_BYTES } from '../../src/engine/kernel.js'
import { seededRandom } from '../oracle/random'
import { flagSets, type KernelSamples, type Sample, samplesByTurns } from './sample'

type Content = Sample['buffers'][string]
type Contents = Record<string, Content>
type Flags = Record<string, boolean>

const modules = import.meta.glob<{ default: KernelSamples[] }>('./samples/*.ts', { eager: true })
/** The samples of every kernel. */
export const allSamples: readonly KernelSamples[] = Object.values(modules).flatMap((module) => module.default)

/** The valid sets of a kernel's flags. */
export function allowedFlags(of: KernelSamples): Flags[] {
  return flagSets(of.kernel).filter((flags) => of.allows?.(flags) ?? true)
}

/** The flags that are set, in words. */
export function namesOf(flags: Flags): string {
  const names = Object.keys(flags).filter((name) => flags[name])
  return names.join(' ') || 'no flags'
}

/** The features of a device that a kernel needs under these flags. */
export function neededFeatures({ enables = {} }: Kernel, flags: Flags): string[] {
  return Object.entries(enables).flatMap(([flag, feature]) => (flags[flag] && feature ? [feature] : []))
}

/** Whether an executor runs a kernel under these flags, by something else than its twin. */
export function runs(executor: Executor, kernel: Kernel, flags: Flags): boolean {
  const needed = neededFeatures(kernel, flags)
  const { device, traits } = executor
  if (device) return needed.every((feature) => traits.lanes > 1 && device.features.has(feature as GPUFeatureName))
  return needed.length === 0 && (executor as CpuEngine).implementations?.has(kernel.name) === true
}

/** The name of an executor's adapter. */
export function nameOf({ adapter: { vendor, architecture, description } }: Executor): string {
  return description || `${vendor} ${architecture}`
}

export interface Agreement {
  /** Number of samples that were run. */
  ran: number
  /**
   * One line for each sample on which executor and twin differ: the kernel, its flags, the sample, and the first
   * element.
   */
  failures: string[]
}

/** Which samples of a kernel run: only the one with the largest buffers, or those of one of `count` turns. */
export interface SampleChoice {
  largest?: boolean
  turn?: { turn: number; count: number }
}

/** Runs a kernel's samples with these flags, or some of them, and compares the results with those of the twin. */
export async function holdToTwin(
  executor: Executor,
  of: KernelSamples,
  flags: Flags,
  { largest = false, turn }: SampleChoice = {},
): Promise<Agreement> {
  const all = of.samples(seededRandom(1), flags, executor.traits.lanes)
  const samples = turn ? samplesByTurns(all, turn.turn, turn.count) : all
  const large = samples.reduce((most, sample) => (bytesOf(sample) > bytesOf(most) ? sample : most), samples[0])
  const chosen = [...samples.entries()].filter(([, sample]) => !largest || sample === large)
  const failures: string[] = []
  for (const [index, sample] of chosen) {
    const failure = await disagreement(executor, of, flags, sample).catch(String)
    if (!failure) continue
    const where = `${of.kernel.name}, ${namesOf(flags)}, sample ${index} ${JSON.stringify(sample.parameters)}`
    failures.push(`${where}, on ${nameOf(executor)}: ${failure}`)
  }
  return { ran: chosen.length, failures }
}

function bytesOf({ buffers }: Sample): number {
  return Object.values(buffers).reduce((bytes, { byteLength }) => bytes + byteLength, 0)
}

async function disagreement(
  executor: Executor,
  of: KernelSamples,
  flags: Flags,
  sample: Sample,
): Promise<string | undefined> {
  const left = await runKernel(executor, of.kernel, flags, sample)
  const expected = runTwin(of.kernel, flags, sample)
  of.arrange?.(left, sample)
  of.arrange?.(expected, sample)
  return writtenBy(of.kernel)
    .map((name) => difference(name, left[name], expected[name], boundOf(of, name)))
    .find((text) => text !== undefined)
}

async function runKernel(
  executor: Executor,
  kernel: Kernel,
  flags: Flags,
  { parameters, buffers, constants, workgroupSize }: Sample,
): Promise<Contents> {
  const compiled = await executor.compile(kernel, { flags, constants, workgroupSize })
  const scope = new BufferScope(executor)
  try {
    const bound = Object.fromEntries(
      Object.keys(kernel.bindings).map((name) => {
        const bytes = isUniform(kernel, name, flags) ? UNIFORM_BYTES : undefined
        return [name, scope.upload(name, buffers[name] as Content & ArrayBufferView<ArrayBuffer>, bytes)]
      }),
    )
    executor.run(compiled, parameters, bound)
    const left: Contents = {}
    for (const name of writtenBy(kernel)) {
      const bytes = await executor.read(bound[name], 0, buffers[name].byteLength)
      left[name] = new (buffers[name].constructor as Float32ArrayConstructor)(bytes)
    }
    return left
  } finally {
    scope.release()
  }
}

function runTwin(kernel: Kernel, flags: Flags, { parameters, buffers }: Sample): Contents {
  const copies = Object.fromEntries(Object.entries(buffers).map(([name, content]) => [name, content.slice()]))
  kernel.twin(parameters, copies as never, flags)
  return Object.fromEntries(writtenBy(kernel).map((name) => [name, copies[name]]))
}

function writtenBy({ bindings }: Kernel): string[] {
  return Object.keys(bindings).filter((name) => bindingParts(bindings[name]).access === 'read_write')
}

/** Permitted difference of a binding from the twin's, as a share of its norm; 0 if both are bit for bit the same. */
function boundOf({ kernel, agreement }: KernelSamples, name: string): number {
  const isFloat = bindingParts(kernel.bindings[name]).scalar === 'f32'
  return agreement === 'exact' || agreement.exact?.includes(name) || !isFloat ? 0 : agreement.within
}

/** The first element of a binding that differs from the twin's by more than `within`, if any. */
function difference(name: string, left: Content, expected: Content, within: number): string | undefined {
  const off = (i: number) => left[i] - expected[i]
  const limit = within && within * norm(left.length, (i) => expected[i])
  const distance = within && norm(left.length, off)
  if (within > 0 && distance <= limit) return
  // If the whole exceeds the limit, some element exceeds its share.
  const share = limit / Math.sqrt(left.length)
  const agrees = (value: number, i: number) =>
    within === 0 ? Object.is(value, expected[i]) : Math.abs(off(i)) <= share
  const first = left.findIndex((value, i) => !agrees(value, i))
  if (first < 0) return
  const bound = within && `; all are off by ${distance}, where ${limit} is allowed`
  return `${name}[${first}] is ${left[first]}, the twin's is ${expected[first]}${bound || ''}`
}

function norm(length: number, value: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += value(i) ** 2
  return Math.sqrt(sum)
}
