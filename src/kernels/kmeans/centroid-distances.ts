import source from '../../../shaders/kmeans/centroid-distances.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Squared distances (working units) of points to all centroids, `rows` × `centroidCount`. */
export const centroidDistances = /* @__PURE__ */ defineKernel({
  name: 'centroid-distances',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', centroidCount: 'u32', scale: 'f32' },
  bindings: { points: 'read f32', shift: 'read f32', centroids: 'read f32', distances: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, centroidCount }, size) => Math.ceil((rows * centroidCount) / size),
  twin({ firstRow, rows, columns, centroidCount, scale }, { points, shift, centroids, distances }) {
    for (let index = 0; index < rows * centroidCount; index++) {
      const point = (firstRow + Math.floor(index / centroidCount)) * columns
      const centroid = (index % centroidCount) * columns
      let sum = 0
      for (let column = 0; column < columns; column++) {
        const x = Math.fround(points[point + column] - shift[column]) * scale
        const difference = x - centroids[centroid + column]
        sum += difference * difference
      }
      distances[index] = sum
    }
  },
})
