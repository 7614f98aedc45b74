import source from '../../../../shaders/color/palette/average-colors.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64, squaredDistance } from '../space/color.js'
import { opaqueAlpha } from '../space/color-cell.js'
import { straightMean } from '../space/straight-color.js'
import { State, SUM_WORDS } from './quantizer-state.js'

/**
 * Moves each centroid to the rounded mean of its cluster or, if a colour in it is opaque, to that of the straight
 * colours.
 */
export const averageColors = /* @__PURE__ */ defineKernel({
  name: 'average-colors',
  sources: [gridSource, u64Source, u64OrderSource, colorSource, cellSource, source],
  parameters: { centroidCount: 'u32', fixedCount: 'u32' },
  bindings: { centroids: 'read_write vec4<u32>', sums: 'read u32', state: 'read_write atomic<u32>' },
  words: { SUM_WORDS, STATE: State },
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
        const sumOf = (axis: number) => sums[first + 1 + 2 * axis] + 0x100000000 * sums[first + 2 + 2 * axis]
        const solid = flags.ALPHA && sums[first + 9] > 0
        const alphas = solid ? sumOf(3) : 0
        for (let axis = 0; axis < 4; axis++) {
          // Exact: the quotient is below 2¹⁶ and at least 1/2n from the next integer, far more than its rounding error.
          updated[axis] =
            alphas === 0 || axis === 3
              ? Math.floor((2 * sumOf(axis) + n) / (2 * n))
              : straightMean(axis, sumOf(axis), alphas, n, flags)
        }
        if (solid) updated[3] = opaqueAlpha(flags)
        const moved = Math.floor(Math.sqrt(256 * squaredDistance(centroids, 4 * k, updated, 0)))
        centroids.set(updated, 4 * k)
        addU64(state, State.movement, moved)
      }
    }
  },
})
