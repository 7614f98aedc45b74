import fixedSource from '../../../shaders/kmeans/fixed.wgsl?raw'
import source from '../../../shaders/kmeans/sum-clusters.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import u64Source from '../../../shaders/shared/u64.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { addFixed } from './fixed.js'
import { clusterWords, KMeansState, NO_LABEL } from './kmeans-state.js'

/**
 * Maximum number of threads. Only the device knows the number of moves; starting a million threads for none took 17 ms
 * on Mesa's driver.
 */
const MAX_THREADS = 2 ** 17

/**
 * Moves points that changed their cluster between the clusters' sums: count, weight, and weight × x per column, in
 * fixed point. With OWNED, there are `copies` of the sums, one for each slice of the moves; otherwise (0) a single one,
 * to which threads add by atomics. The twin adds all to the first: copies are compared after folding.
 */
export const sumClusters = /* @__PURE__ */ defineKernel({
  name: 'sum-clusters',
  sources: [gridSource, u64Source, fixedSource, source],
  /** At most `rows` moves, from `firstMove` on. */
  parameters: {
    firstMove: 'u32',
    rows: 'u32',
    centroidCount: 'u32',
    columns: 'u32',
    scale: 'f32',
    weightScale: 'f32',
    chunk: 'u32',
    copies: 'u32',
  },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read f32',
    scales: 'read vec2<f32>',
    labels: 'read u32',
    moves: 'read vec2<u32>',
    sums: 'read_write atomic<u32>',
    state: 'read u32',
  },
  words: { STATE: KMeansState, NO_LABEL },
  flags: { WEIGHTED: false, OWNED: false },
  elements: { OWNED: { sums: 'u32' } },
  workgroupSize: 64,
  workgroups: ({ rows, columns, copies }, size) =>
    Math.ceil((copies > 0 ? copies * columns : Math.min(MAX_THREADS, rows * columns)) / size),
  twin(
    { firstMove, rows, columns, scale, weightScale, chunk },
    { points, weights, shift, scales, labels, moves, sums, state },
    { WEIGHTED },
  ) {
    if (state[KMeansState.stopped]) return
    const end = Math.min(firstMove + rows, state[KMeansState.moves + chunk])
    for (let at = firstMove; at < end; at++) {
      const [row, old] = moves.subarray(2 * at, 2 * at + 2)
      const weight = WEIGHTED ? weights[row] : 1
      const move = (cluster: number, sign: 1 | -1) => {
        const first = cluster * clusterWords(columns)
        sums[first] += sign
        if (WEIGHTED) addFixed(sums, first + 1, sign * weight, weightScale)
        for (let column = 0; column < columns; column++) {
          const x = Math.fround(points[row * columns + column] - shift[column]) * scale
          const term = WEIGHTED ? Math.fround(weight * x) : x
          addFixed(sums, first + 3 + 2 * column, sign * term, scales[2 * column])
        }
      }
      move(labels[row], 1)
      if (old !== NO_LABEL) move(old, -1)
    }
  },
})
