import source from '../../../shaders/mixture/add-moments.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Adds slices of `count` moments, element by element, to those of the tiles before. */
export const addMoments = /* @__PURE__ */ defineKernel({
  name: 'add-moments',
  sources: [gridSource, source],
  parameters: { count: 'u32', slices: 'u32' },
  bindings: { slices: 'read f32', moments: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count, slices: sliceCount }, { slices, moments }) {
    for (let index = 0; index < count; index++) {
      let sum = 0
      for (let slice = 0; slice < sliceCount; slice++) sum += slices[slice * count + index]
      moments[index] += sum
    }
  },
})
