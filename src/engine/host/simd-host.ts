import type { SimdHost } from './simd-engine.js'

let open: () => Promise<SimdHost | null> = async () => null

/** Registers how the module is found that `openSimdHost` gives. */
export function setSimdHost(how: () => Promise<SimdHost | null>): void {
  open = how
}

/**
 * What work on the host that is no kernel computes with, beside any engine: one for all, which lasts. Null in pages without
 * `loadSimd()`, and where there is no SIMD.
 */
export const openSimdHost = (): Promise<SimdHost | null> => open()
