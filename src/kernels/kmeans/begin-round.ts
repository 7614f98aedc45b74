import source from '../../../shaders/kmeans/begin-round.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { NONE } from '../shared/none.js'
import { KMeansState } from './kmeans-state.js'

/** Resets the state for a round of k-means, and clears the sums. */
export const beginRound = /* @__PURE__ */ defineKernel({
  name: 'begin-round',
  sources: [gridSource, source],
  parameters: { sumWords: 'u32' },
  bindings: { state: 'read_write u32', firstBad: 'read_write u32', sums: 'read_write u32' },
  words: { STATE: KMeansState, NONE },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ sumWords }, size) => Math.ceil(sumWords / size),
  twin({ sumWords }, { state, firstBad, sums }) {
    sums.fill(0, 0, sumWords)
    state.fill(0, 0, KMeansState.moves + 1)
    firstBad[0] = NONE
  },
})
