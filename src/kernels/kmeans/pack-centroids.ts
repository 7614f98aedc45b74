import source from '../../../shaders/kmeans/pack-centroids.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { KMeansState } from './kmeans-state.js'

/** Packs centroids transposed, column after column, in groups of four, with half their squared norms. */
export const packCentroids = /* @__PURE__ */ defineKernel({
  name: 'pack-centroids',
  sources: [gridSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32', groups: 'u32', chunks: 'u32' },
  bindings: {
    centroids: 'read f32',
    packed: 'read_write vec4<f32>',
    halfNorms: 'read_write vec4<f32>',
    state: 'read_write u32',
  },
  words: { STATE: KMeansState },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ groups, chunks }, size) => Math.ceil(Math.max(groups, chunks) / size),
  twin({ centroidCount, columns, groups, chunks }, { centroids, packed, halfNorms, state }) {
    state.fill(0, KMeansState.moves, KMeansState.moves + chunks)
    for (let group = 0; group < groups; group++) {
      for (let lane = 0; lane < 4; lane++) {
        const row = Math.min(4 * group + lane, centroidCount - 1) * columns
        let norm = 0
        for (let column = 0; column < columns; column++) {
          const c = centroids[row + column]
          packed[4 * (column * groups + group) + lane] = c
          norm += c * c
        }
        halfNorms[4 * group + lane] = 0.5 * norm
      }
    }
  },
})
