import source from '../../../shaders/kmeans/measure-points.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { MEASURE_BLOCK } from '../points/point-blocks.js'

/**
 * The squared distance of every point to its own centroid, and the weighted sum of each block of points. LOWER: lower
 * values in `distances` are kept.
 */
export const measurePoints = /* @__PURE__ */ defineKernel({
  name: 'measure-points',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', scale: 'f32' },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read f32',
    centroids: 'read f32',
    labels: 'read u32',
    distances: 'read_write f32',
    blockSums: 'read_write f32',
  },
  words: { MEASURE_BLOCK },
  flags: { WEIGHTED: false, LOWER: false },
  /** A multiple of MEASURE_BLOCK. */
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin(
    { firstRow, rows, columns, scale },
    { points, weights, shift, centroids, labels, distances, blockSums },
    { WEIGHTED, LOWER },
  ) {
    for (let first = firstRow; first < firstRow + rows; first += MEASURE_BLOCK) {
      let sum = 0
      for (let row = first; row < Math.min(first + MEASURE_BLOCK, firstRow + rows); row++) {
        let distance = 0
        for (let column = 0; column < columns; column++) {
          const x = Math.fround(points[row * columns + column] - shift[column]) * scale
          const difference = x - centroids[labels[row] * columns + column]
          distance += difference * difference
        }
        if (LOWER) distance = Math.min(distance, distances[row])
        distances[row] = distance
        sum += WEIGHTED ? weights[row] * distance : distance
      }
      blockSums[first / MEASURE_BLOCK] = sum
    }
  },
})
