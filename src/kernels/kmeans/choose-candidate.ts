import source from '../../../shaders/kmeans/choose-candidate.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomUnit } from '../shared/random.js'

/**
 * Takes the candidate with the lowest potential as centroid `round` − 1 and as row `latest` of `candidates`, and draws
 * the blocks of points in which the next `latest` candidates lie, or finds that of the farthest point.
 */
export const chooseCandidate = /* @__PURE__ */ defineKernel({
  name: 'choose-candidate',
  sources: [randomSource, source],
  parameters: {
    blockCount: 'u32',
    columns: 'u32',
    candidateCount: 'u32',
    latest: 'u32',
    round: 'u32',
    farthest: 'u32',
    seed: 'u32',
  },
  bindings: {
    potentials: 'read f32',
    candidates: 'read_write f32',
    centroids: 'read_write f32',
    picks: 'read_write f32',
    pickedBlocks: 'read_write u32',
  },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin(
    { blockCount, columns, candidateCount, latest, round, farthest, seed },
    { potentials, candidates, centroids, picks, pickedBlocks },
  ) {
    const sumsOf = (candidate: number) => potentials.subarray(candidate * blockCount, (candidate + 1) * blockCount)
    const totalOf = (sums: Float32Array) =>
      sums.reduce((sum, value) => (farthest ? Math.max(sum, value) : sum + value), 0)
    let chosen = 0
    for (let candidate = 1; candidate < candidateCount; candidate++) {
      if (totalOf(sumsOf(candidate)) < totalOf(sumsOf(chosen))) chosen = candidate
    }
    const stride = 4 * Math.ceil(columns / 4)
    const taken = candidates.slice(chosen * stride, chosen * stride + columns)
    centroids.set(taken, (round - 1) * columns)
    candidates.set(taken, latest * stride)
    const sums = sumsOf(chosen)
    for (let candidate = 0; candidate < latest; candidate++) {
      let rest = totalOf(sums) * (farthest ? 1 : randomUnit(seed, round, candidate))
      let picked = 0
      for (let block = 0; block < blockCount; block++) {
        if (!(sums[block] > 0)) continue
        picked = block
        if (farthest ? rest === sums[block] : rest < sums[block]) break
        if (!farthest) rest -= sums[block]
      }
      pickedBlocks[candidate] = picked
      picks[candidate] = rest
    }
  },
})
