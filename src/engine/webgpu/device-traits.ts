import type { AdapterDescription } from '../engine.js'
import { UNIFORM_BYTES } from '../kernel.js'
import type { Traits } from '../traits.js'
import { needsUnrolling } from './unroll.js'

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
