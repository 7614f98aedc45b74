import type { Buffers, Flags, Kernel, Parameters, Scalar } from '../../src/engine/kernel.js'

type Content = Uint32Array | Int32Array | Float32Array
type BindingKinds = Kernel['bindings']

/** The inputs of one dispatch. */
export interface Sample<P = Record<string, Scalar>, B = BindingKinds> {
  parameters: Parameters<P>
  /** Content of every binding before the dispatch, of the scalar types that the face declares. */
  buffers: { [name in keyof Buffers<B>]: Content }
  constants?: Record<string, number>
  /** Workgroup size instead of the kernel's own: tiny ones make many workgroups of few items. */
  workgroupSize?: number
}

/** Valid inputs of a kernel, and the required agreement of shader and twin. */
export interface KernelSamples<P = Record<string, Scalar>, B = BindingKinds, F = Record<string, boolean>> {
  kernel: Kernel
  /**
   * `'exact'`: bit for bit. Otherwise the maximum error of floats as a share of the norm of the twin's output, with the
   * reason; integers and the bindings of `exact` are always exact.
   */
  agreement: 'exact' | { within: number; reason: string; exact?: readonly (keyof B)[] }
  /** Whether a combination of flags is valid; by default all are. */
  allows?(flags: Flags<F>): boolean
  /** Samples under these flags, edges included: one item, one more than a workgroup, numbers at the ends of their range. */
  samples(random: () => number, flags: Flags<F>, lanes: number): Sample<P, B>[]
  /** Sorts results that the shader writes in random order; called for both sides. */
  arrange?(left: { -readonly [name in keyof B]: Content }, sample: Sample<P, B>): void
}

/** Checks the types of samples against their kernel. */
export function samplesOf<P extends Record<string, Scalar>, B extends BindingKinds, F extends Record<string, boolean>>(
  kernel: Kernel<P, B, F>,
  rest: Omit<KernelSamples<P, B, F>, 'kernel'>,
): KernelSamples {
  return { kernel, ...rest } as unknown as KernelSamples
}

/** `length` integers from 0 to `limit` − 1. */
export function integers(random: () => number, length: number, limit: number): Uint32Array {
  return Uint32Array.from({ length }, () => Math.floor(random() * limit))
}

/** `length` floats in ±`scale`. */
export function floats(random: () => number, length: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, () => (2 * random() - 1) * scale)
}

/** `length` whole numbers in ±`limit`, whose small sums and products are exact in any order. */
export function wholes(random: () => number, length: number, limit = 9): Float32Array {
  return Float32Array.from({ length }, () => Math.floor(random() * (2 * limit + 1)) - limit)
}

/** Every combination of a kernel's flags. */
export function flagSets(kernel: Kernel): Record<string, boolean>[] {
  return Object.keys(kernel.flags).reduce<Record<string, boolean>[]>(
    (sets, name) => sets.flatMap((set) => [false, true].map((value) => ({ ...set, [name]: value }))),
    [{}],
  )
}

/**
 * Some of a kernel's sets of flags, in which every two flags have all the values together that they have in any of `sets`
 * (pairwise testing): half as many as all where there are more than two flags.
 */
export function pairwiseFlags(sets: Record<string, boolean>[]): Record<string, boolean>[] {
  const pairsOf = (flags: Record<string, boolean>) => {
    const values = Object.entries(flags).map((entry) => entry.join())
    return values.flatMap((one, i) => values.slice(i).map((other) => `${one} ${other}`))
  }
  const missing = new Set(sets.flatMap(pairsOf))
  const added = (flags: Record<string, boolean>) => pairsOf(flags).filter((pair) => missing.has(pair)).length
  const chosen = new Set(sets.slice(0, 1))
  for (const flags of chosen) {
    for (const pair of pairsOf(flags)) missing.delete(pair)
    // A set takes what is added while it is gone through.
    if (missing.size > 0) chosen.add(sets.reduce((best, other) => (added(other) > added(best) ? other : best)))
  }
  return sets.filter((flags) => chosen.has(flags))
}

/**
 * Some of a kernel's samples, for one of `count` sets of flags: those that need the same pipeline as the first, and the
 * others by turns, so that in all sets together each is among them.
 */
export function samplesByTurns(samples: readonly Sample[], turn: number, count: number): Sample[] {
  const pipelineOf = ({ constants, workgroupSize }: Sample) => JSON.stringify([constants, workgroupSize])
  const [first, ...others] = new Set(samples.map(pipelineOf))
  const turns = Math.min(count, others.length)
  const chosen = new Set([first, ...others.filter((_, i) => i % turns === turn % turns)])
  return samples.filter((sample) => chosen.has(pipelineOf(sample)))
}
