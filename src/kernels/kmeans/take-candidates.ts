import source from '../../../shaders/kmeans/take-candidates.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { MEASURE_BLOCK } from '../points/point-blocks.js'
import { NONE } from '../shared/none.js'

/** Copies the working coordinates of the picked points, all of positive weight. */
export const takeCandidates = /* @__PURE__ */ defineKernel({
  name: 'take-candidates',
  sources: [source],
  parameters: {
    firstBlock: 'u32',
    blockCount: 'u32',
    rows: 'u32',
    columns: 'u32',
    candidateCount: 'u32',
    farthest: 'u32',
    scale: 'f32',
  },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read f32',
    distances: 'read f32',
    picks: 'read f32',
    pickedBlocks: 'read u32',
    candidates: 'read_write f32',
  },
  words: { MEASURE_BLOCK, NONE },
  flags: { WEIGHTED: false },
  workgroupSize: 32,
  workgroups: ({ candidateCount }, size) => Math.ceil(candidateCount / size),
  twin(
    { firstBlock, blockCount, rows, columns, candidateCount, farthest, scale },
    { points, weights, shift, distances, picks, pickedBlocks, candidates },
    { WEIGHTED },
  ) {
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      const picked = pickedBlocks[candidate]
      if (picked < firstBlock || picked >= firstBlock + blockCount) continue
      const first = (picked - firstBlock) * MEASURE_BLOCK
      let rest = picks[candidate]
      let greatest = -1
      let chosen = -1
      for (let row = first; row < Math.min(first + MEASURE_BLOCK, rows); row++) {
        if (WEIGHTED && weights[row] === 0) continue
        if (chosen < 0) chosen = row
        const value = WEIGHTED && !farthest ? distances[row] * weights[row] : distances[row]
        if (farthest) {
          if (value > greatest) {
            greatest = value
            chosen = row
          }
        } else if (value > 0) {
          chosen = row
          if (rest < value) break
          rest -= value
        }
      }
      for (let column = 0; column < columns; column++) {
        const x = Math.fround(points[chosen * columns + column] - shift[column]) * scale
        candidates[candidate * columns + column] = x
      }
    }
  },
})
