import source from '../../../shaders/network/apply-slope.wgsl?raw'
import activationSource from '../../../shaders/shared/activation.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { activationSlope } from '../shared/activation.js'

/** gradient ⊙ f′, in place; f′ from the activation's results. */
export const applySlope = /* @__PURE__ */ defineKernel({
  name: 'apply-slope',
  sources: [gridSource, activationSource, source],
  parameters: { count: 'u32', activation: 'u32' },
  bindings: { outputs: 'read f32', gradient: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count, activation }, { outputs, gradient }) {
    for (let index = 0; index < count; index++) gradient[index] *= activationSlope(activation, outputs[index])
  },
})
