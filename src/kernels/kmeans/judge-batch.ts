import source from '../../../shaders/kmeans/judge-batch.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { KMeansState, Stopped } from './kmeans-state.js'

/** Ends a mini-batch: stops when the moving average of the batches' inertia has not fallen for `patience` batches. */
export const judgeBatch = /* @__PURE__ */ defineKernel({
  name: 'judge-batch',
  sources: [source],
  parameters: { blocks: 'u32', total: 'f32', share: 'f32', patience: 'u32' },
  bindings: { blockSums: 'read f32', average: 'read_write f32', state: 'read_write u32' },
  words: { STATE: KMeansState, STOPPED: Stopped },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin({ blocks, total, share, patience }, { blockSums, average, state }) {
    const batches = state[KMeansState.iterations]
    if (state[KMeansState.stopped] || batches < 2 || total <= 0) return
    let sum = 0
    for (let block = 0; block < blocks; block++) sum += blockSums[block]
    const began = average[2] > 0
    average[0] = began ? average[0] + share * (sum / total - average[0]) : sum / total
    if (!began || average[0] < average[1]) {
      average[1] = average[0]
      average[2] = 1
      return
    }
    average[2]++
    if (average[2] > patience) state[KMeansState.stopped] = Stopped.converged
  },
})
