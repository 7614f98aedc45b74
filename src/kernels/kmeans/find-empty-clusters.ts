import source from '../../../shaders/kmeans/find-empty-clusters.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { clusterWords, KMeansState } from './kmeans-state.js'

/** Counts the clusters without points. */
export const findEmptyClusters = /* @__PURE__ */ defineKernel({
  name: 'find-empty-clusters',
  sources: [gridSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32' },
  bindings: { sums: 'read u32', state: 'read_write atomic<u32>' },
  words: { STATE: KMeansState },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin({ centroidCount, columns }, { sums, state }) {
    if (state[KMeansState.stopped]) return
    for (let k = 0; k < centroidCount; k++) if (sums[k * clusterWords(columns)] === 0) state[KMeansState.empty]++
  },
})
