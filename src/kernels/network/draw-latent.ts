import source from '../../../shaders/network/draw-latent.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import normalSource from '../../../shaders/shared/normal.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomNormal } from '../shared/random.js'

/**
 * z = μ + exp(ℓ/2) ε of rows (μ, ℓ), and β KL(N(μ, exp ℓ) ‖ N(0, I)) of each; with DRAWN, ε is drawn, otherwise read.
 */
export const drawLatent = /* @__PURE__ */ defineKernel({
  name: 'draw-latent',
  sources: [gridSource, randomSource, normalSource, source],
  parameters: { rows: 'u32', units: 'u32', beta: 'f32', seed: 'u32', step: 'u32' },
  bindings: {
    encoded: 'read f32',
    epsilon: 'read_write f32',
    latent: 'read_write f32',
    penalties: 'read_write f32',
  },
  flags: { DRAWN: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ rows, units, beta, seed, step }, { encoded, epsilon, latent, penalties }, { DRAWN }) {
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let unit = 0; unit < units; unit++) {
        const index = row * units + unit
        const mean = encoded[row * 2 * units + unit]
        const logVariance = encoded[row * 2 * units + units + unit]
        if (DRAWN) epsilon[index] = randomNormal(index, step, seed)
        latent[index] = mean + Math.exp(0.5 * logVariance) * epsilon[index]
        sum += mean * mean + Math.expm1(logVariance) - logVariance
      }
      penalties[row] = 0.5 * beta * sum
    }
  },
})
