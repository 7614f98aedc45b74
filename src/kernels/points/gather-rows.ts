import source from '../../../shaders/points/gather-rows.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Copies rows of points by number, in working coordinates, to `gathered` from row `firstTarget` on. */
export const gatherRows = /* @__PURE__ */ defineKernel({
  name: 'gather-rows',
  sources: [gridSource, source],
  parameters: { count: 'u32', columns: 'u32', firstTarget: 'u32', scale: 'f32' },
  bindings: { points: 'read f32', shift: 'read f32', rowNumbers: 'read u32', gathered: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count, columns }, size) => Math.ceil((count * columns) / size),
  twin({ count, columns, firstTarget, scale }, { points, shift, rowNumbers, gathered }) {
    for (let index = 0; index < count * columns; index++) {
      const column = index % columns
      const row = rowNumbers[Math.floor(index / columns)]
      gathered[firstTarget * columns + index] = Math.fround(points[row * columns + column] - shift[column]) * scale
    }
  },
})
