import source from '../../../../shaders/color/palette/color-moments.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import pointSource from '../../../../shaders/color/space/color-point.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { addU64, addU64Product } from '../space/color.js'
import { colorCell, opaqueAlpha } from '../space/color-cell.js'
import { loadPoint } from '../space/color-point.js'
import { CELL_MOMENTS } from './quantizer-state.js'

/** Exact moments of the colours in each cell of a coarse histogram, for Wu's seeding. */
export const colorMoments = /* @__PURE__ */ defineKernel({
  name: 'color-moments',
  sources: [gridSource, u64Source, colorSource, cellSource, pointSource, source],
  parameters: { colorCount: 'u32', cellBits: 'u32', shift: 'u32', skipTransparent: 'u32' },
  bindings: { points: 'read u32', weights: 'read u32', moments: 'read_write atomic<u32>' },
  words: { CELL_MOMENTS },
  flags: { ALPHA: false, PACKED: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / size),
  twin({ colorCount, cellBits, shift, skipTransparent }, { points, weights, moments }, flags) {
    const v = new Uint32Array(4)
    const last = 2 ** cellBits - 1
    const half = Math.floor(2 ** shift / 2)
    for (let i = 0; i < colorCount; i++) {
      loadPoint(points, i, flags, v)
      if (flags.ALPHA && v[3] === 0 && skipTransparent) continue
      const opaque = v[3] === opaqueAlpha(flags)
      for (let channel = 0; channel < 4; channel++) v[channel] = ((v[channel] + half) >>> shift) << shift
      let cell = colorCell(v, cellBits, flags)
      if (flags.ALPHA && !opaque && (cell & last) === last) cell -= Math.min(last, 1)
      const first = 2 * CELL_MOMENTS * cell
      for (let channel = 0; channel < 4; channel++) v[channel] >>>= shift
      const count = weights[i]
      addU64(moments, first, count)
      for (let channel = 0; channel < 4; channel++) addU64(moments, first + 2 * (1 + channel), count * v[channel])
      addU64Product(moments, first + 10, count, v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3])
    }
  },
})
