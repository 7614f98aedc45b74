import fixedSource from '../../shaders/shared/fixed.wgsl?raw'
import gridSource from '../../shaders/shared/grid.wgsl?raw'
import source from '../../shaders/update-means.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { fromFixed } from './shared/fixed.js'
import { clusterWords, KMeansState } from './shared/kmeans-state.js'

/** Moves every centroid by the mean deviation of its points, and clears the sums. */
export const updateMeans = defineKernel({
  name: 'update-means',
  sources: [gridSource, fixedSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32', weightUnit: 'f32', fillEmpty: 'u32' },
  bindings: {
    scales: 'read f32',
    sums: 'read_write u32',
    centroids: 'read_write f32',
    movements: 'read_write f32',
    totals: 'read_write f32',
    state: 'read u32',
  },
  flags: { WEIGHTED: false, CUMULATIVE: false },
  workgroupSize: 64,
  workgroups: ({ centroidCount }, size) => Math.ceil(centroidCount / size),
  twin(
    { centroidCount, columns, weightUnit, fillEmpty },
    { scales, sums, centroids, movements, totals, state },
    { WEIGHTED, CUMULATIVE },
  ) {
    if (state[KMeansState.stopped] || (fillEmpty && state[KMeansState.empty])) return
    for (let k = 0; k < centroidCount; k++) {
      const first = k * clusterWords(columns)
      const size = sums[first]
      let weight = WEIGHTED ? fromFixed(sums, first + 1) * weightUnit : size
      if (CUMULATIVE) totals[k] = weight += totals[k]
      let squares = 0
      if (weight > 0) {
        for (let column = 0; column < columns; column++) {
          const sum = fromFixed(sums, first + 3 + 2 * column) * scales[2 * column + 1]
          const old = centroids[k * columns + column]
          const updated = Math.fround(old + Math.fround(sum / weight))
          centroids[k * columns + column] = updated
          squares += (updated - old) * (updated - old)
        }
      }
      movements[k] = Math.sqrt(squares)
      sums.fill(0, first, first + clusterWords(columns))
    }
  },
})
