import source from '../../shaders/begin-round.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { KMeansState } from './shared/kmeans-state.js'

/** Starts a round of k-means on the device: a new state, and no bad point known. */
export const beginRound = defineKernel({
  name: 'begin-round',
  sources: [source],
  parameters: {},
  bindings: { state: 'read_write u32', firstBad: 'read_write u32' },
  flags: {},
  workgroupSize: 1,
  workgroups: () => 1,
  twin(_, { state, firstBad }) {
    state.fill(0, 0, KMeansState.words)
    state[KMeansState.changes] = 1
    firstBad[0] = 0xffffffff
  },
})
