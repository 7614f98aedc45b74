import type { Executor } from '../../../engine/engine.js'

/** Whether the executor runs a kernel by other means than most others: with SIMD, or as its twin. */
export function isReplaced(executor: Executor, name: string): boolean {
  const { implementations, twins } = executor as {
    implementations?: ReadonlyMap<string, unknown>
    twins?: readonly string[]
  }
  return implementations?.has(name) || twins?.includes(name) || false
}

/** Whether the full search is not computed like that of a kernel with buffers of `bytes`, which must agree with it in every bit. */
export function searchesApart(executor: Executor, name: string, bytes: number): boolean {
  const isFullReplaced = isReplaced(executor, 'nearest-centroid')
  if (isReplaced(executor, name) !== isFullReplaced) return true
  // Kernels whose buffers do not fit the 4 GiB of a module run as their twins.
  return isFullReplaced && executor.allocatedBytes + bytes > 2 ** 31
}
