import { LloydError } from '../error.js'
import type { Kernel } from '../kernel.js'

/** An implementation of a kernel's dispatch on the same plain arrays as its twin, by other means. */
export type Implementation = Kernel['twin']

/**
 * Implementations beside twins, by the names of their kernels, which come before those with SIMD: CPU executors that are
 * created later run them. The tests in test/kernels hold each to its twin.
 */
export const implementations = new Map<string, Implementation>()

/** Those of all kernels but the ones that are to run as their twins. */
export function beside<T>(all: ReadonlyMap<string, T>, twins: readonly string[]): ReadonlyMap<string, T> {
  return new Map([...all].filter(([name]) => !twins.includes(name)))
}

/** Throws an `InputError` where all of these kernels run as their twins anyway. */
export function requireImplemented(twins: readonly string[], ...all: readonly ReadonlyMap<string, unknown>[]): void {
  if (twins.length === 0 || twins.some((name) => all.some((some) => some.has(name)))) return
  throw new LloydError('InputError', "backend 'cpu' runs these kernels as their twins anyway; leave twins out")
}
