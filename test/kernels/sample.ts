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
