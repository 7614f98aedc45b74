import source from '../../../shaders/linear/sum-values.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * Sums `count` values (SQUARED: their squares) by `groups` threads, each every groups-th, and writes `sums` from
 * `first` on.
 */
export const sumValues = /* @__PURE__ */ defineKernel({
  name: 'sum-values',
  sources: [gridSource, source],
  parameters: { count: 'u32', groups: 'u32', first: 'u32' },
  bindings: { values: 'read f32', sums: 'read_write f32' },
  flags: { SQUARED: false },
  workgroupSize: 64,
  workgroups: ({ groups }, size) => Math.ceil(groups / size),
  twin({ count, groups, first }, { values, sums }, { SQUARED }) {
    for (let index = 0; index < groups; index++) {
      let sum = 0
      for (let i = index; i < count; i += groups) sum += SQUARED ? values[i] * values[i] : values[i]
      sums[first + index] = sum
    }
  },
})
