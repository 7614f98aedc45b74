import stepSource from '../../../shaders/network/optimizer-step.wgsl?raw'
import source from '../../../shaders/network/step-sgd.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { gradientScale } from './optimizer-step.js'
import { TrainingState } from './training-state.js'

/** One step of stochastic gradient descent with momentum over all parameters. */
export const stepSgd = /* @__PURE__ */ defineKernel({
  name: 'step-sgd',
  sources: [gridSource, stepSource, source],
  parameters: {
    count: 'u32',
    threads: 'u32',
    rate: 'f32',
    momentum: 'f32',
    weightDecay: 'f32',
    clipNorm: 'f32',
    limit: 'f32',
  },
  bindings: {
    gradients: 'read f32',
    norm: 'read f32',
    moments: 'read_write f32',
    weights: 'read_write f32',
    state: 'read_write atomic<u32>',
  },
  words: { STATE: TrainingState },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ threads }, size) => Math.ceil(threads / size),
  twin({ count, rate, momentum, weightDecay, clipNorm, limit }, { gradients, norm, moments, weights, state }) {
    if (state[TrainingState.stopped]) return
    const shrink = gradientScale(norm[0], clipNorm)
    for (let index = 0; index < count; index++) {
      const velocity = momentum * moments[index] + gradients[index] * shrink + weightDecay * weights[index]
      moments[index] = velocity
      weights[index] -= rate * velocity
      if (!(Math.abs(weights[index]) <= limit)) state[TrainingState.damaged] = 1
    }
  },
})
