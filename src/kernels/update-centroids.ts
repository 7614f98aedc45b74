import colorSource from '../../shaders/shared/color.wgsl?raw'
import cellSource from '../../shaders/shared/color-cell.wgsl?raw'
import gridSource from '../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../shaders/shared/u64.wgsl?raw'
import source from '../../shaders/update-centroids.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { addU64, squaredDistance } from './shared/color.js'
import { opaqueAlpha } from './shared/color-cell.js'
import { State, SUM_WORDS } from './shared/quantizer-state.js'

/** Moves each centroid to the rounded mean of its cluster, opaque where a colour in it is. */
export const updateCentroids = /* @__PURE__ */ defineKernel({
  name: 'update-centroids',
  sources: [gridSource, u64Source, colorSource, cellSource, source],
  parameters: { centroidCount: 'u32', fixedCount: 'u32' },
  bindings: { centroids: 'read_write u32', sums: 'read u32', state: 'read_write u32' },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin({ centroidCount, fixedCount }, { centroids, sums, state }, flags) {
    if (state[State.converged]) return
    const updated = new Uint32Array(4)
    for (let k = 0; k < centroidCount; k++) {
      const first = k * SUM_WORDS
      const n = sums[first]
      if (n !== 0 && k >= fixedCount) {
        for (let axis = 0; axis < 4; axis++) {
          const sum = sums[first + 1 + 2 * axis] + 0x100000000 * sums[first + 2 + 2 * axis]
          // Exact: the quotient is below 2¹⁶ and at least 1/2n from the next integer, far more than its rounding error.
          updated[axis] = Math.floor((2 * sum + n) / (2 * n))
        }
        if (flags.ALPHA && sums[first + 9] > 0) updated[3] = opaqueAlpha(flags)
        const moved = Math.floor(Math.sqrt(256 * squaredDistance(centroids, 4 * k, updated, 0)))
        centroids.set(updated, 4 * k)
        addU64(state, State.movement, moved)
      }
    }
  },
})
