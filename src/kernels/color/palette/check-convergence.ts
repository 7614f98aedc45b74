import source from '../../../../shaders/color/palette/check-convergence.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { State } from './quantizer-state.js'

/** Ends an iteration: counts it and decides whether it was the last. */
export const checkConvergence = /* @__PURE__ */ defineKernel({
  name: 'check-convergence',
  sources: [u64Source, u64OrderSource, source],
  parameters: { byMovement: 'u32', thresholdLow: 'u32', thresholdHigh: 'u32' },
  bindings: { state: 'read_write u32' },
  words: { STATE: State },
  flags: {},
  workgroupSize: 1,
  workgroups: () => 1,
  twin({ byMovement, thresholdLow, thresholdHigh }, { state }) {
    if (state[State.converged]) return
    const movement = state[State.movement] + 0x100000000 * state[State.movement + 1]
    const threshold = thresholdLow + 0x100000000 * thresholdHigh
    const still = byMovement ? movement <= threshold : state[State.changes] === 0
    state[State.converged] = still ? 1 : 0
    state[State.iterations]++
    state[State.changes] = 0
    state[State.movement] = 0
    state[State.movement + 1] = 0
  },
})
