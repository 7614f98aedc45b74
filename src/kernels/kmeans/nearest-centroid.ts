import bySubgroupSource from '../../../shaders/kmeans/nearest-by-subgroup.wgsl?raw'
import byThreadSource from '../../../shaders/kmeans/nearest-by-thread.wgsl?raw'
import source from '../../../shaders/kmeans/nearest-centroid.wgsl?raw'
import directSource from '../../../shaders/kmeans/nearest-direct.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { KMeansState, NO_LABEL } from './kmeans-state.js'

/**
 * The nearest centroid of every point.
 *
 * DIRECT: for few columns, known at compile time. SUBGROUPS: workgroups are single subgroups of LANES threads; without
 * DIRECT. SHARED: a workgroup reads its points together, with neither of these. UNIFORM: centroids are in uniform
 * buffers. VECTOR: with SUBGROUPS, and columns a multiple of 4. Constants: POINTS (points per thread), GROUPS (groups of
 * four centroids per thread at a time, without DIRECT), COLUMNS (with DIRECT), LANES (threads of a workgroup).
 */
export const nearestCentroid = /* @__PURE__ */ defineKernel({
  name: 'nearest-centroid',
  sources: [gridSource, directSource, bySubgroupSource, byThreadSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', groups: 'u32', scale: 'f32', chunk: 'u32' },
  bindings: {
    points: 'read f32',
    shift: 'read f32',
    packed: 'read vec4<f32>',
    halfNorms: 'read vec4<f32>',
    labels: 'read_write u32',
    moves: 'read_write vec2<u32>',
    state: 'read_write atomic<u32>',
  },
  words: { STATE: KMeansState, NO_LABEL },
  flags: { DIRECT: false, UNIFORM: false, CUMULATIVE: false, SUBGROUPS: false, VECTOR: false, SHARED: false },
  elements: { VECTOR: { points: 'vec4<f32>' } },
  uniforms: { UNIFORM: ['packed', 'halfNorms'], SUBGROUPS: ['shift'] },
  enables: { SUBGROUPS: 'subgroups' },
  constants: { POINTS: 4, GROUPS: 2, COLUMNS: 2, LANES: 8 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ rows }, size, { POINTS }) => Math.ceil(rows / (size * POINTS)),
  twin(
    { firstRow, rows, columns, groups, scale, chunk },
    { points, shift, packed, halfNorms, labels, moves, state },
    { DIRECT, CUMULATIVE },
  ) {
    if (state[KMeansState.stopped]) return
    const x = new Float32Array(columns)
    const anew = CUMULATIVE || state[KMeansState.iterations] === 0
    for (let row = firstRow; row < firstRow + rows; row++) {
      for (let column = 0; column < columns; column++) {
        x[column] = Math.fround(points[row * columns + column] - shift[column]) * scale
      }
      let nearest = 0
      let least = Infinity
      for (let group = 0; group < groups; group++) {
        for (let lane = 0; lane < 4; lane++) {
          let score = DIRECT ? 0 : halfNorms[4 * group + lane]
          for (let column = 0, at = 4 * group + lane; column < columns; column++, at += 4 * groups) {
            if (DIRECT) score += (x[column] - packed[at]) * (x[column] - packed[at])
            else score -= x[column] * packed[at]
          }
          if (score < least) {
            least = score
            nearest = 4 * group + lane
          }
        }
      }
      const old = anew ? NO_LABEL : labels[row]
      if (old === nearest) continue
      labels[row] = nearest
      state[KMeansState.changes]++
      moves.set([row, old], 2 * state[KMeansState.moves + chunk]++)
    }
  },
})
