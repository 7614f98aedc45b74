import source from '../../../shaders/network/drop-units.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomUnit } from '../shared/random.js'

/** Sets a share `rate` of the numbers to 0 and divides the others by 1 − rate. */
export const dropUnits = /* @__PURE__ */ defineKernel({
  name: 'drop-units',
  sources: [gridSource, randomSource, source],
  parameters: { count: 'u32', rate: 'f32', step: 'u32', seed: 'u32' },
  bindings: { values: 'read f32', kept: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count, rate, step, seed }, { values, kept }) {
    const limit = Math.fround(rate)
    for (let index = 0; index < count; index++) {
      kept[index] = randomUnit(index, step, seed) < limit ? 0 : values[index] / (1 - limit)
    }
  },
})
