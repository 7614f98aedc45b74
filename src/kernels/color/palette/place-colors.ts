import source from '../../../../shaders/color/palette/place-colors.wgsl?raw'
import colorSource from '../../../../shaders/color/space/color.wgsl?raw'
import cellSource from '../../../../shaders/color/space/color-cell.wgsl?raw'
import spaceSource from '../../../../shaders/color/space/color-space.wgsl?raw'
import oklabSource from '../../../../shaders/color/space/oklab.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { colorCell } from '../space/color-cell.js'
import { spaceCoordinates } from '../space/color-space.js'

/** Marks the fine and the coarse cells that hold colours, and writes the colours' coordinates, two words each. */
export const placeColors = /* @__PURE__ */ defineKernel({
  name: 'place-colors',
  sources: [gridSource, u64Source, u64OrderSource, colorSource, oklabSource, spaceSource, cellSource, source],
  parameters: { colorCount: 'u32', cellBits: 'u32', cellCount: 'u32', coarseBits: 'u32' },
  bindings: { colors: 'read u32', transfer: 'read u32', points: 'read_write u32', occupied: 'read_write atomic<u32>' },
  flags: { ALPHA: false, PACKED: false, OKLAB: false },
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / size),
  twin({ colorCount, cellBits, cellCount, coarseBits }, { colors, points, occupied }, flags) {
    const c = new Uint32Array(4)
    for (let i = 0; i < colorCount; i++) {
      spaceCoordinates(colors[i], flags, c)
      if (flags.PACKED) {
        points[2 * i] = c[0] | (c[1] << 16)
        points[2 * i + 1] = c[2] | (c[3] << 16)
      }
      occupied[colorCell(c, cellBits, flags)] = 1
      occupied[cellCount + colorCell(c, coarseBits, flags)] = 1
    }
  },
})
