import fixedSource from '../../../shaders/kmeans/fixed.wgsl?raw'
import source from '../../../shaders/kmeans/update-means.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { fromFixed } from './fixed.js'
import { clusterWords, KMeansState } from './kmeans-state.js'

/** Moves every centroid to the mean of its points. */
export const updateMeans = /* @__PURE__ */ defineKernel({
  name: 'update-means',
  sources: [gridSource, u64Source, fixedSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32', weightExponent: 'i32', fillEmpty: 'u32' },
  bindings: {
    scales: 'read vec2<f32>',
    sums: 'read u32',
    centroids: 'read_write f32',
    movements: 'read_write f32',
    state: 'read u32',
  },
  words: { STATE: KMeansState },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin(
    { centroidCount, columns, weightExponent, fillEmpty },
    { scales, sums, centroids, movements, state },
    { WEIGHTED },
  ) {
    if (state[KMeansState.stopped] || (fillEmpty && state[KMeansState.empty])) return
    for (let k = 0; k < centroidCount; k++) {
      const first = k * clusterWords(columns)
      const weight = WEIGHTED ? fromFixed(sums, first + 1) * 2 ** weightExponent : sums[first]
      let squares = 0
      if (sums[first] !== 0 && weight > 0) {
        for (let column = 0; column < columns; column++) {
          const sum = fromFixed(sums, first + 3 + 2 * column) * scales[2 * column + 1]
          const updated = Math.fround(sum / weight)
          const moved = updated - centroids[k * columns + column]
          centroids[k * columns + column] = updated
          squares += moved * moved
        }
      }
      movements[k] = Math.sqrt(squares)
    }
  },
})
