import source from '../../../../shaders/color/palette/assign-colors.wgsl?raw'
import nearestSource from '../../../../shaders/color/palette/nearest-color.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64 } from '../space/color.js'
import { opaqueAlpha } from '../space/color-cell.js'
import { loadPoint } from '../space/color-point.js'
import { nearestCentroid } from './nearest-color.js'
import { NO_LABEL, State, SUM_WORDS } from './quantizer-state.js'

const ITEMS = 8

/** One of Lloyd's passes over the distinct colours: labels, and the sums of each cluster. */
export const assignColors = /* @__PURE__ */ defineKernel({
  name: 'assign-colors',
  sources: [gridSource, u64Source, colorSource, cellSource, pointSource, source, nearestSource],
  parameters: { firstColor: 'u32', colorCount: 'u32', cellBits: 'u32', centroidCount: 'u32' },
  bindings: {
    points: 'read u32',
    weights: 'read u32',
    centroids: 'read vec4<u32>',
    candidates: 'read u32',
    candidateCounts: 'read u32',
    labels: 'read_write u32',
    sums: 'read_write atomic<u32>',
    state: 'read_write atomic<u32>',
  },
  words: { ITEMS, SUM_WORDS, NO_LABEL, STATE: State },
  flags: { ALPHA: false, PACKED: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / (size * ITEMS)),
  twin(parameters, { points, weights, labels, sums, state, ...lists }, flags) {
    if (state[State.converged]) return
    const search = { ...parameters, ...lists, flags }
    const c = new Uint32Array(4)
    const nearest = { index: 0, distance: 0 }
    const { firstColor, colorCount } = parameters
    const axes = flags.ALPHA ? 4 : 3
    const opaque = opaqueAlpha(flags)
    const move = (label: number, weight: number, direction: number) => {
      const first = label * SUM_WORDS
      sums[first] += weight
      if (axes === 4 && c[3] === opaque) sums[first + 9] += direction
      for (let axis = 0; axis < axes; axis++) addU64(sums, first + 1 + 2 * axis, weight * c[axis])
    }
    for (let i = firstColor; i < firstColor + colorCount; i++) {
      loadPoint(points, i, flags, c)
      nearestCentroid(c, search, nearest)
      const old = labels[i]
      if (old === nearest.index) continue
      state[State.changes]++
      labels[i] = nearest.index
      move(nearest.index, weights[i], 1)
      if (old !== NO_LABEL) move(old, -weights[i], -1)
    }
  },
})
