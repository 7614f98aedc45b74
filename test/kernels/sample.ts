import type { Buffers, Flags, Kernel, Parameters, Scalar } from '../../src/engine/kernel.js'

type Content = Uint32Array | Int32Array | Float32Array
type BindingKinds = Kernel['bindings']

/** One dispatch: what a kernel is given. */
export interface Sample<P = Record<string, Scalar>, B = BindingKinds> {
  parameters: Parameters<P>
  /** Every binding before the dispatch, of the scalars that the face names. */
  buffers: { [name in keyof Buffers<B>]: Content }
  constants?: Record<string, number>
  /** Instead of the kernel's own: tiny ones make many workgroups of few items. */
  workgroupSize?: number
}

/** Valid inputs of a kernel, and how near shader and twin must come for them. */
export interface KernelSamples<P = Record<string, Scalar>, B = BindingKinds, F = Record<string, boolean>> {
  kernel: Kernel
  /**
   * `'exact'`: bit for bit. Else floats within so much of the norm of what the twin leaves in a buffer, and why; integers
   * and the bindings of `exact` are exact nonetheless.
   */
  agreement: 'exact' | { within: number; reason: string; exact?: readonly (keyof B)[] }
  /** Whether flags go together; without it all do. */
  allows?(flags: Flags<F>): boolean
  /** Samples under these flags, edges included: one item, one more than a workgroup, numbers at the ends of their range. */
  samples(random: () => number, flags: Flags<F>, lanes: number): Sample<P, B>[]
  /** Puts in order what the shader leaves in an order of chance; called for both sides. */
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

/** `length` whole numbers in ±`limit`, of which small sums and products are exact in any order. */
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
