import source from '../../../../shaders/color/palette/place-palette.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import spaceSource from '../../../../shaders/color/space/color-space.wgsl?raw'
import oklabSource from '../../../../shaders/color/space/oklab.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { spaceCoordinates } from '../space/color-space.js'

/** The coordinates of palette entries, four words each. */
export const placePalette = /* @__PURE__ */ defineKernel({
  name: 'place-palette',
  sources: [gridSource, u64Source, u64OrderSource, colorSource, oklabSource, spaceSource, source],
  parameters: { entryCount: 'u32' },
  bindings: { palette: 'read u32', transfer: 'read u32', entries: 'read_write vec4<u32>' },
  flags: { ALPHA: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ entryCount }, size) => Math.ceil(entryCount / size),
  twin({ entryCount }, { palette, entries }, flags) {
    const c = new Uint32Array(4)
    for (let k = 0; k < entryCount; k++) {
      spaceCoordinates(palette[k], flags, c)
      entries.set(c, 4 * k)
    }
  },
})
