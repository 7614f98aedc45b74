import stepSource from '../../../shaders/network/optimizer-step.wgsl?raw'
import source from '../../../shaders/network/step-adam.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { gradientScale } from './optimizer-step.js'
import { TrainingState } from './training-state.js'

/** One step of Adam, or with DECOUPLED of AdamW, over all parameters. */
export const stepAdam = /* @__PURE__ */ defineKernel({
  name: 'step-adam',
  sources: [gridSource, stepSource, source],
  parameters: {
    count: 'u32',
    threads: 'u32',
    rate: 'f32',
    beta1: 'f32',
    beta2: 'f32',
    correction1: 'f32',
    correction2: 'f32',
    epsilon: 'f32',
    weightDecay: 'f32',
    clipNorm: 'f32',
    limit: 'f32',
  },
  bindings: {
    gradients: 'read f32',
    norm: 'read f32',
    moments: 'read_write vec2<f32>',
    weights: 'read_write f32',
    state: 'read_write atomic<u32>',
  },
  words: { STATE: TrainingState },
  flags: { DECOUPLED: false },
  workgroupSize: 64,
  workgroups: ({ threads }, size) => Math.ceil(threads / size),
  twin(parameters, { gradients, norm, moments, weights, state }, { DECOUPLED }) {
    if (state[TrainingState.stopped]) return
    const { count, rate, beta1, beta2, correction1, correction2, epsilon, weightDecay, clipNorm, limit } = parameters
    const shrink = gradientScale(norm[0], clipNorm)
    for (let index = 0; index < count; index++) {
      let gradient = gradients[index] * shrink
      let weight = weights[index]
      if (DECOUPLED) weight -= rate * weightDecay * weight
      else gradient += weightDecay * weight
      moments[2 * index] = beta1 * moments[2 * index] + (1 - beta1) * gradient
      moments[2 * index + 1] = beta2 * moments[2 * index + 1] + (1 - beta2) * gradient * gradient
      const spread = Math.sqrt(moments[2 * index + 1] / correction2) + epsilon
      weights[index] = weight - (rate * (moments[2 * index] / correction1)) / spread
      if (!(Math.abs(weights[index]) <= limit)) state[TrainingState.damaged] = 1
    }
  },
})
