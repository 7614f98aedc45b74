import source from '../../../shaders/mixture/center-points.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The differences of `rows` points from the means of `components` components: components × rows × columns. */
export const centerPoints = /* @__PURE__ */ defineKernel({
  name: 'center-points',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', firstComponent: 'u32', components: 'u32' },
  bindings: { points: 'read f32', means: 'read f32', centered: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, columns, components }, size) => Math.ceil((components * rows * columns) / size),
  twin({ firstRow, rows, columns, firstComponent, components }, { points, means, centered }) {
    for (let component = 0, at = 0; component < components; component++) {
      for (let row = firstRow; row < firstRow + rows; row++) {
        for (let column = 0; column < columns; column++) {
          centered[at++] = points[row * columns + column] - means[(firstComponent + component) * columns + column]
        }
      }
    }
  },
})
