import source from '../../../../shaders/color/palette/measure-mapping.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import spaceSource from '../../../../shaders/color/space/color-space.wgsl?raw'
import oklabSource from '../../../../shaders/color/space/oklab.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64Product, squaredDistance } from '../space/color.js'
import { spaceCoordinates } from '../space/color-space.js'

const ITEMS = 8

/** The exact squared error of a mapping of distinct colours to entries, weighted, in the space of the flags. */
export const measureMapping = /* @__PURE__ */ defineKernel({
  name: 'measure-mapping',
  sources: [gridSource, u64Source, u64OrderSource, colorSource, oklabSource, spaceSource, source],
  parameters: { firstColor: 'u32', colorCount: 'u32' },
  bindings: {
    colors: 'read u32',
    weights: 'read u32',
    labels: 'read u32',
    entries: 'read vec4<u32>',
    transfer: 'read u32',
    sum: 'read_write atomic<u32>',
  },
  words: { ITEMS },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / (size * ITEMS)),
  twin({ firstColor, colorCount }, { colors, weights, labels, entries, sum }, flags) {
    const c = new Uint32Array(4)
    for (let i = firstColor; i < firstColor + colorCount; i++) {
      spaceCoordinates(colors[i], flags, c)
      addU64Product(sum, 0, weights[i], squaredDistance(c, 0, entries, 4 * labels[i]))
    }
  },
})
