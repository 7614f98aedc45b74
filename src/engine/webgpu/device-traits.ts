import type { AdapterDescription } from '../engine.js'
import { UNIFORM_BYTES } from '../kernel.js'
import type { Traits } from '../traits.js'

/**
 * Whether an adapter is SwiftShader, which computes on the CPU.
 *
 * Its compiler leaves loops over registers as they are, so that every access to an array in registers is one to memory:
 * written out loops made products of matrices 6.7 times as fast, assignments 3.5 to 5.2 times; on Mesa's driver nothing is
 * faster for it and compiling takes ten times as long.
 *
 * It is slower than the twins of the kernels: 0.8 to 3.2 times their time; llvmpipe takes 0.15 to 0.56 times. Others, such
 * as WARP, were not measured: docs/measurements.md.
 */
export function isSwiftShader({ architecture, description }: AdapterDescription): boolean {
  return /swiftshader/i.test(`${architecture} ${description}`)
}

/** The traits of a device by its limits, features and name; measured for software adapters (Mesa's, SwiftShader). */
export function traitsOf({ features, limits, adapterInfo }: GPUDevice, adapter: AdapterDescription): Traits {
  const { software } = adapter
  const unrolledLoops = isSwiftShader(adapter)
  return {
    records: true,
    immediate: false,
    tunable: true,
    lanes: (features.has('subgroups') && adapterInfo?.subgroupMinSize) || 1,
    // Devices of feature level `compatibility` may bind less.
    uniforms: limits.maxUniformBufferBindingSize >= UNIFORM_BYTES,
    cheapAtomics: !software,
    largeTiles: software,
    narrowWorkgroups: software,
    branchingLoads: software && !unrolledLoops,
    unrolledLoops,
  }
}
