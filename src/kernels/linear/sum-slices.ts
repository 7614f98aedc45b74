import source from '../../../shaders/linear/sum-slices.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Adds slices of `count` numbers element by element, and writes `sums` from `offset` on. */
export const sumSlices = /* @__PURE__ */ defineKernel({
  name: 'sum-slices',
  sources: [gridSource, source],
  parameters: { count: 'u32', slices: 'u32', offset: 'u32' },
  bindings: { slices: 'read f32', sums: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count, slices: sliceCount, offset }, { slices, sums }) {
    for (let index = 0; index < count; index++) {
      let sum = 0
      for (let slice = 0; slice < sliceCount; slice++) sum += slices[slice * count + index]
      sums[offset + index] = sum
    }
  },
})
