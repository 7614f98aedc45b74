import fixedSource from '../../shaders/shared/fixed.wgsl?raw'
import gridSource from '../../shaders/shared/grid.wgsl?raw'
import source from '../../shaders/sum-clusters.wgsl?raw'
import { defineKernel } from '../engine/kernel.js'
import { addFixed } from './shared/fixed.js'
import { clusterWords, KMeansState } from './shared/kmeans-state.js'

/**
 * Adds points to the sums of their clusters: count, weight, and weight × (x − centroid) per column, in fixed point.
 *
 * Constants: SPAN (coordinates of a thread). 8 took 0.65 to 0.75 of the time of 1 on Mesa's software driver (d = 3, 32 and
 * 128, k = 256); 4, 16 and 32 were within a fifth of it.
 */
export const sumClusters = defineKernel({
  name: 'sum-clusters',
  sources: [gridSource, fixedSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', scale: 'f32', weightScale: 'f32' },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read f32',
    scales: 'read f32',
    centroids: 'read f32',
    labels: 'read u32',
    sums: 'read_write u32',
    state: 'read u32',
  },
  flags: { WEIGHTED: false },
  constants: { SPAN: 8 },
  workgroupSize: 64,
  workgroups: ({ rows, columns }, size, { SPAN }) => Math.ceil((rows * Math.ceil(columns / SPAN)) / size),
  twin(
    { firstRow, rows, columns, scale, weightScale },
    { points, weights, shift, scales, centroids, labels, sums, state },
    { WEIGHTED },
  ) {
    if (state[KMeansState.stopped]) return
    for (let row = firstRow; row < firstRow + rows; row++) {
      const first = labels[row] * clusterWords(columns)
      const weight = WEIGHTED ? weights[row] : 1
      sums[first]++
      if (WEIGHTED) addFixed(sums, first + 1, weight, weightScale)
      for (let column = 0; column < columns; column++) {
        const x = Math.fround(points[row * columns + column] - shift[column]) * scale
        const deviation = Math.fround(x - centroids[labels[row] * columns + column])
        const term = WEIGHTED ? Math.fround(weight * deviation) : deviation
        addFixed(sums, first + 3 + 2 * column, term, scales[2 * column])
      }
    }
  },
})
