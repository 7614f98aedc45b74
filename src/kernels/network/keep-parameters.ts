import source from '../../../shaders/network/keep-parameters.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { TrainingState } from './training-state.js'

/** Copies the parameters if the state says so. */
export const keepParameters = /* @__PURE__ */ defineKernel({
  name: 'keep-parameters',
  sources: [gridSource, source],
  parameters: { count: 'u32' },
  bindings: { weights: 'read f32', state: 'read u32', kept: 'read_write f32' },
  words: { STATE: TrainingState },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count }, { weights, state, kept }) {
    if (state[TrainingState.keep]) kept.set(weights.subarray(0, count))
  },
})
