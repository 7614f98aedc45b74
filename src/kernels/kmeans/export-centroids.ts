import source from '../../../shaders/kmeans/export-centroids.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { KMeansState, Stopped } from './kmeans-state.js'

/** Converts centroids from working coordinates to the caller's units. */
export const exportCentroids = /* @__PURE__ */ defineKernel({
  name: 'export-centroids',
  sources: [gridSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32' },
  bindings: { centroids: 'read f32', shift: 'read f32', state: 'read u32', given: 'read_write f32' },
  words: { STATE: KMeansState, STOPPED: Stopped },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ centroidCount, columns }, size) => Math.ceil((centroidCount * columns) / size),
  twin({ centroidCount, columns }, { centroids, shift, state, given }) {
    if (state[KMeansState.stopped] === Stopped.notFinite) return
    for (let i = 0; i < centroidCount * columns; i++) given[i] = centroids[i] + shift[i % columns]
  },
})
