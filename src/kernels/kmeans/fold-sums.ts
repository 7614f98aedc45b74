import source from '../../../shaders/kmeans/fold-sums.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { addWords } from './fixed.js'
import { clusterWords, KMeansState } from './kmeans-state.js'

/** Adds all copies of the clusters' sums to the first one, and clears the others. */
export const foldSums = /* @__PURE__ */ defineKernel({
  name: 'fold-sums',
  sources: [gridSource, u64Source, source],
  parameters: { centroidCount: 'u32', columns: 'u32', copies: 'u32' },
  bindings: { sums: 'read_write u32', state: 'read u32' },
  words: { STATE: KMeansState },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ centroidCount, columns }, size) => Math.ceil((centroidCount * (columns + 1)) / size),
  twin({ centroidCount, columns, copies }, { sums, state }) {
    if (state[KMeansState.stopped]) return
    const words = clusterWords(columns)
    for (let copy = 1; copy < copies; copy++) {
      for (let cluster = 0; cluster < centroidCount; cluster++) {
        const first = cluster * words
        const from = (copy * centroidCount + cluster) * words
        sums[first] += sums[from]
        for (let at = 1; at < words; at += 2) addWords(sums, first + at, sums[from + at], sums[from + at + 1])
      }
    }
    sums.fill(0, centroidCount * words)
  },
})
