import source from '../../../../shaders/color/palette/map-colors.wgsl?raw'
import nearestSource from '../../../../shaders/color/palette/nearest-color.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64Product } from '../space/color.js'
import { loadPoint } from '../space/color-point.js'
import { nearestCentroid } from './nearest-color.js'
import { State } from './quantizer-state.js'

const ITEMS = 8

/**
 * The last mapping: each distinct colour's nearest palette entry, the entries' pixel counts and the exact squared
 * error.
 */
export const mapColors = /* @__PURE__ */ defineKernel({
  name: 'map-colors',
  sources: [gridSource, u64Source, colorSource, cellSource, pointSource, source, nearestSource],
  parameters: { firstColor: 'u32', colorCount: 'u32', cellBits: 'u32', centroidCount: 'u32' },
  bindings: {
    points: 'read u32',
    counts: 'read u32',
    centroids: 'read vec4<u32>',
    candidates: 'read u32',
    candidateCounts: 'read u32',
    labels: 'read_write u32',
    populations: 'read_write atomic<u32>',
    state: 'read_write atomic<u32>',
  },
  words: { ITEMS, STATE: State },
  flags: { ALPHA: false, PACKED: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / (size * ITEMS)),
  twin(parameters, { points, counts, labels, populations, state, ...lists }, flags) {
    const search = { ...parameters, ...lists, flags }
    const c = new Uint32Array(4)
    const nearest = { index: 0, distance: 0 }
    const { firstColor, colorCount } = parameters
    for (let i = firstColor; i < firstColor + colorCount; i++) {
      loadPoint(points, i, flags, c)
      nearestCentroid(c, search, nearest)
      labels[i] = nearest.index
      populations[nearest.index] += counts[i]
      addU64Product(state, State.error, counts[i], nearest.distance)
    }
  },
})
