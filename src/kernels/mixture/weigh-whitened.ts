import source from '../../../shaders/mixture/weigh-whitened.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * Weighs whitened points, components × rows × width, by the roots of their responsibilities, and puts the roots behind
 * the `columns`, and zeros behind them.
 */
export const weighWhitened = /* @__PURE__ */ defineKernel({
  name: 'weigh-whitened',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', width: 'u32', firstComponent: 'u32', components: 'u32' },
  bindings: { responsibilities: 'read f32', offsets: 'read f32', whitened: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, width, components }, size) => Math.ceil((components * rows * width) / size),
  twin({ rows, columns, width, firstComponent, components }, { responsibilities, offsets, whitened }) {
    for (let point = 0; point < components * rows; point++) {
      const component = firstComponent + Math.floor(point / rows)
      const root = Math.sqrt(responsibilities[firstComponent * rows + point])
      for (let column = 0; column < width; column++) {
        const at = point * width + column
        if (column < columns) whitened[at] = root * (whitened[at] + offsets[component * columns + column])
        else whitened[at] = column === columns ? root : 0
      }
    }
  },
})
