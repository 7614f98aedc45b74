import source from '../../../shaders/kmeans/end-iteration.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { KMeansState, Stopped } from './kmeans-state.js'

/** Ends an iteration: counts it and decides whether it was the last. */
export const endIteration = /* @__PURE__ */ defineKernel({
  name: 'end-iteration',
  sources: [source],
  parameters: { centroidCount: 'u32', byMovement: 'u32', threshold: 'f32', fillEmpty: 'u32' },
  bindings: { movements: 'read f32', state: 'read_write u32' },
  words: { STATE: KMeansState, STOPPED: Stopped },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin({ centroidCount, byMovement, threshold, fillEmpty }, { movements, state }) {
    if (state[KMeansState.stopped]) return
    if (fillEmpty && state[KMeansState.empty]) {
      state[KMeansState.stopped] = Stopped.empty
      return
    }
    let movement = 0
    for (let k = 0; k < centroidCount; k++) movement += movements[k]
    const still = byMovement ? movement <= threshold : state[KMeansState.changes] === 0
    if (still) state[KMeansState.stopped] = Stopped.converged
    state[KMeansState.iterations]++
    state[KMeansState.changes] = 0
    state[KMeansState.empty] = 0
  },
})
