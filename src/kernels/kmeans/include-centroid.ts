import source from '../../../shaders/kmeans/include-centroid.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { MEASURE_BLOCK } from '../points/point-blocks.js'

/** Updates the squared distances to the centroids so far with one more, and their sums (or maxima) per block. */
export const includeCentroid = /* @__PURE__ */ defineKernel({
  name: 'include-centroid',
  sources: [gridSource, source],
  parameters: {
    firstBlock: 'u32',
    begin: 'u32',
    end: 'u32',
    rows: 'u32',
    columns: 'u32',
    centroid: 'u32',
    reset: 'u32',
    farthest: 'u32',
    scale: 'f32',
  },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read f32',
    centroids: 'read f32',
    distances: 'read_write f32',
    blockSums: 'read_write f32',
  },
  words: { MEASURE_BLOCK },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ begin, end }, size) => Math.ceil((end - begin) / size),
  twin(
    { firstBlock, begin, end, rows, columns, centroid, reset, farthest, scale },
    { points, weights, shift, centroids, distances, blockSums },
    { WEIGHTED },
  ) {
    for (let block = begin; block < end; block++) {
      let sum = 0
      for (let row = block * MEASURE_BLOCK; row < Math.min((block + 1) * MEASURE_BLOCK, rows); row++) {
        let distance = 0
        for (let column = 0; column < columns; column++) {
          const x = Math.fround(points[row * columns + column] - shift[column]) * scale
          const difference = x - centroids[centroid * columns + column]
          distance += difference * difference
        }
        if (!reset) distance = Math.min(distance, distances[row])
        distances[row] = distance
        if (farthest) sum = Math.max(sum, WEIGHTED && weights[row] === 0 ? 0 : distance)
        else sum += WEIGHTED ? weights[row] * distance : distance
      }
      blockSums[firstBlock + block] = sum
    }
  },
})
