import source from '../../../../shaders/kmeans/pruning/list-centroids.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { NONE } from '../../shared/none.js'
import { KMeansState } from '../kmeans-state.js'

/** Number of points of a block that is compared as a whole. */
export const BLOCK = 128
/** Maximum number of centroids of a list; a block with more is compared with all. */
export const LIST = 64
/** Number of words of a block's list: the number of centroids to compare, their indices, and NONE. */
export const LIST_WORDS = LIST + 2

/** Lists, for every block of points, the centroids that can be the nearest of one of them. DIRECT as in nearest-centroid. */
export const listCentroids = /* @__PURE__ */ defineKernel({
  name: 'list-centroids',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', centroidCount: 'u32', groups: 'u32', anew: 'u32' },
  bindings: {
    balls: 'read f32',
    packed: 'read vec4<f32>',
    former: 'read vec4<f32>',
    lists: 'read_write u32',
    state: 'read u32',
    tally: 'read_write atomic<u32>',
  },
  words: { STATE: KMeansState, BLOCK, LIST, NONE },
  flags: { DIRECT: false, UNIFORM: false },
  uniforms: { UNIFORM: ['packed'] },
  constants: { COLUMNS: 2 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / BLOCK / size),
  twin({ rows, columns, centroidCount, groups, anew }, { balls, packed, former, lists, state, tally }, { DIRECT }) {
    if (state[KMeansState.stopped]) return
    const blocks = Math.ceil(rows / BLOCK)
    const share = Math.sqrt((columns + 8) / 2 ** 20)
    const distances = new Float64Array(centroidCount)
    for (let block = 0; block < blocks; block++) {
      let least = Infinity
      for (let c = 0; c < centroidCount; c++) {
        let square = 0
        for (let column = 0, at = c; column < columns; column++, at += 4 * groups) {
          const difference = balls[column * blocks + block] - packed[at]
          square += difference * difference
        }
        distances[c] = Math.sqrt(square)
        least = Math.min(least, distances[c])
      }
      const radius = balls[columns * blocks + block]
      const scope = radius + (DIRECT ? 0 : 2 * balls[(columns + 1) * blocks + block])
      const limit = (least + 2 * radius + share * scope) / (1 - share) + 1e-15
      let changed = anew !== 0 || state[KMeansState.iterations] === 0
      let count = 0
      for (let c = 0; c < centroidCount; c++) {
        if (distances[c] > limit || ++count > LIST) continue
        const at = count * blocks + block
        changed ||= lists[at] !== c
        lists[at] = c
        for (let place = c; place < 4 * groups * columns && !changed; place += 4 * groups) {
          changed = packed[place] !== former[place]
        }
      }
      const end = (Math.min(count, LIST) + 1) * blocks + block
      changed ||= count > LIST || lists[end] !== NONE
      lists[end] = count > LIST ? 0 : NONE
      count = count > LIST ? centroidCount : changed ? count : 0
      lists[block] = count
      const before = tally[0]
      tally[0] += count * Math.min(BLOCK, rows - block * BLOCK)
      if (tally[0] < before) tally[1]++
    }
  },
})
