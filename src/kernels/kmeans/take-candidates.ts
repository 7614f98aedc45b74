import source from '../../../shaders/kmeans/take-candidates.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { SEED_BLOCK } from '../points/point-blocks.js'
import { NONE } from '../shared/none.js'

/**
 * Copies the working coordinates of the picked points, all of positive weight, to rows 0 … `latest` − 1 of `candidates`;
 * row `latest` is the latest centroid.
 */
export const takeCandidates = /* @__PURE__ */ defineKernel({
  name: 'take-candidates',
  sources: [source],
  parameters: {
    firstBlock: 'u32',
    blockCount: 'u32',
    rows: 'u32',
    columns: 'u32',
    latest: 'u32',
    round: 'u32',
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
  words: { SEED_BLOCK, NONE },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ latest }) => latest,
  twin(
    { firstBlock, blockCount, rows, columns, latest, round, farthest, scale },
    { points, weights, shift, distances, picks, pickedBlocks, candidates },
    { WEIGHTED },
  ) {
    const stride = 4 * Math.ceil(columns / 4)
    const coordinate = (row: number, column: number) =>
      Math.fround(points[row * columns + column] - shift[column]) * scale
    const shareOf = (row: number) => {
      let square = 0
      for (let column = 0; column < columns; column++) {
        square += (coordinate(row, column) - candidates[latest * stride + column]) ** 2
      }
      if (round > 1) square = Math.min(square, distances[row])
      return WEIGHTED && !farthest ? square * weights[row] : square
    }
    for (let candidate = 0; candidate < latest; candidate++) {
      const picked = pickedBlocks[candidate]
      if (picked < firstBlock || picked >= firstBlock + blockCount) continue
      const first = (picked - firstBlock) * SEED_BLOCK
      let rest = picks[candidate]
      let greatest = -1
      let chosen = -1
      for (let row = first; row < Math.min(first + SEED_BLOCK, rows); row++) {
        if (WEIGHTED && weights[row] === 0) continue
        const share = shareOf(row)
        if (share <= greatest) continue
        chosen = row
        greatest = farthest ? share : 0
        if (farthest) continue
        if (rest < share) break
        rest -= share
      }
      for (let column = 0; column < columns && chosen >= 0; column++) {
        candidates[candidate * stride + column] = coordinate(chosen, column)
      }
    }
  },
})
