import source from '../../../shaders/kmeans/seed-centroids.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { NONE } from '../shared/none.js'

/** Copies rows of the points to the first centroids, once. */
export const seedCentroids = /* @__PURE__ */ defineKernel({
  name: 'seed-centroids',
  sources: [gridSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32' },
  bindings: { points: 'read f32', firstBad: 'read u32', rowNumbers: 'read_write u32', given: 'read_write f32' },
  words: { NONE },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin({ centroidCount, columns }, { points, firstBad, rowNumbers, given }) {
    for (let k = 0; k < centroidCount; k++) {
      const row = rowNumbers[k]
      if (firstBad[0] !== NONE || row === NONE) continue
      given.set(points.subarray(row * columns, (row + 1) * columns), k * columns)
      rowNumbers[k] = NONE
    }
  },
})
