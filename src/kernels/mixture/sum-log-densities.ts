import source from '../../../shaders/mixture/sum-log-densities.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The sums of the log densities of `rows` points, in two parts each, times their weights with WEIGHTED, by `groups` threads. */
export const sumLogDensities = /* @__PURE__ */ defineKernel({
  name: 'sum-log-densities',
  sources: [gridSource, source],
  parameters: { rows: 'u32', groups: 'u32' },
  bindings: { weights: 'read f32', logDensities: 'read vec2<f32>', sums: 'read_write f32' },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ groups }, size) => Math.ceil(groups / size),
  twin({ rows, groups }, { weights, logDensities, sums }, { WEIGHTED }) {
    for (let index = 0; index < groups; index++) {
      let sum = 0
      for (let row = index; row < rows; row += groups) {
        sum += (WEIGHTED ? weights[row] : 1) * (logDensities[2 * row] + logDensities[2 * row + 1])
      }
      sums[index] = sum
    }
  },
})
