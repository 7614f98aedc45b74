import type { AdapterDescription } from '../engine.js'
import { UNIFORM_BYTES } from '../kernel.js'
import type { Traits } from '../traits.js'

/**
 * Whether the compiler behind an adapter leaves loops over registers as they are, so that every access to an array in
 * registers is one to memory. On SwiftShader, written out loops made products of matrices 6.7 times as fast, assignments 3.5
 * to 5.2 times; on Mesa's driver nothing is faster for it and compiling takes ten times as long.
 */
export function needsUnrolling({ architecture, description }: AdapterDescription): boolean {
  return /swiftshader/i.test(`${architecture} ${description}`)
}

/** The traits of a device by its limits, features and name; measured for software adapters (Mesa's, SwiftShader). */
export function traitsOf({ features, limits, adapterInfo }: GPUDevice, adapter: AdapterDescription): Traits {
  const { software } = adapter
  const unrolledLoops = needsUnrolling(adapter)
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
