import source from '../../../../shaders/kmeans/pruning/nearest-listed.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { KMeansState, NO_LABEL } from '../kmeans-state.js'
import { BLOCK, LIST } from './list-centroids.js'

/**
 * The nearest centroid of every point among those listed for its block. DIRECT and COLUMNS as in nearest-centroid.
 * Threads of a workgroup × QUADS (groups of four points per thread) are a block.
 */
export const nearestListed = /* @__PURE__ */ defineKernel({
  name: 'nearest-listed',
  sources: [gridSource, source],
  parameters: { firstBlock: 'u32', someBlocks: 'u32', rows: 'u32', columns: 'u32', groups: 'u32', chunk: 'u32' },
  bindings: {
    gathered: 'read vec4<f32>',
    order: 'read u32',
    lists: 'read u32',
    packed: 'read vec4<f32>',
    halfNorms: 'read vec4<f32>',
    labels: 'read_write u32',
    moves: 'read_write vec2<u32>',
    state: 'read_write atomic<u32>',
  },
  words: { STATE: KMeansState, BLOCK, LIST, NO_LABEL },
  flags: { DIRECT: false, UNIFORM: false },
  uniforms: { UNIFORM: ['packed', 'halfNorms'] },
  constants: { COLUMNS: 2, QUADS: 1 },
  registerLoops: true,
  workgroupSize: BLOCK / 4,
  workgroups: ({ someBlocks }) => someBlocks,
  twin(
    { firstBlock, someBlocks, rows, columns, groups, chunk },
    { gathered, order, lists, packed, halfNorms, labels, moves, state },
    { DIRECT },
  ) {
    if (state[KMeansState.stopped]) return
    const blocks = Math.ceil(rows / BLOCK)
    const anew = state[KMeansState.iterations] === 0
    const x = new Float64Array(columns)
    for (let block = firstBlock; block < firstBlock + someBlocks; block++) {
      const count = lists[block]
      for (let slot = 0; count > 0 && slot < Math.min(BLOCK, rows - block * BLOCK); slot++) {
        for (let column = 0; column < columns; column++) x[column] = gathered[(block * columns + column) * BLOCK + slot]
        let nearest = 0
        let least = Infinity
        for (let i = 0; i < count; i++) {
          const c = count > LIST ? i : lists[(i + 1) * blocks + block]
          let score = DIRECT ? 0 : halfNorms[c]
          for (let column = 0, at = c; column < columns; column++, at += 4 * groups) {
            if (DIRECT) score += (x[column] - packed[at]) * (x[column] - packed[at])
            else score -= x[column] * packed[at]
          }
          if (score < least) {
            least = score
            nearest = c
          }
        }
        const row = order[block * BLOCK + slot]
        const old = anew ? NO_LABEL : labels[row]
        if (old === nearest) continue
        labels[row] = nearest
        state[KMeansState.changes]++
        moves.set([row, old], 2 * state[KMeansState.moves + chunk]++)
      }
    }
  },
})
