import source from '../../../shaders/network/latent-gradient.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The gradient with respect to (μ, ℓ) from that with respect to z = μ + exp(ℓ/2) ε, and that of the penalty. */
export const latentGradient = /* @__PURE__ */ defineKernel({
  name: 'latent-gradient',
  sources: [gridSource, source],
  parameters: { rows: 'u32', units: 'u32', beta: 'f32', scale: 'f32' },
  bindings: { encoded: 'read f32', epsilon: 'read f32', latentGradient: 'read f32', gradient: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, units }, size) => Math.ceil((rows * units) / size),
  twin({ rows, units, beta, scale }, { encoded, epsilon, latentGradient, gradient }) {
    for (let index = 0; index < rows * units; index++) {
      const mean = Math.floor(index / units) * 2 * units + (index % units)
      const logVariance = encoded[mean + units]
      const weight = scale * beta
      const received = latentGradient[index]
      gradient[mean] = received + weight * encoded[mean]
      gradient[mean + units] =
        0.5 * (received * Math.exp(0.5 * logVariance) * epsilon[index] + weight * Math.expm1(logVariance))
    }
  },
})
