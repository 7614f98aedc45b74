import source from '../../../shaders/kmeans/choose-candidate.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomUnit } from '../shared/random.js'

/** Maximum number of candidates of a round. */
export const MAX_TRIALS = 13
/** Every block of points belongs to one of as many runs. */
const RUNS = 256

/**
 * Takes the candidate with the lowest potential as the next centroid and as row `latest` of `candidates`, and draws the
 * blocks of points in which the next candidates lie, or finds that of the farthest point. The `fallback`, if all
 * weights × distances are 0, is a block with a point of positive weight.
 */
export const chooseCandidate = /* @__PURE__ */ defineKernel({
  name: 'choose-candidate',
  sources: [randomSource, source],
  parameters: {
    blockCount: 'u32',
    columns: 'u32',
    candidateCount: 'u32',
    drawCount: 'u32',
    latest: 'u32',
    round: 'u32',
    farthest: 'u32',
    fallback: 'u32',
    seed: 'u32',
  },
  bindings: {
    potentials: 'read f32',
    candidates: 'read_write f32',
    centroids: 'read_write f32',
    picks: 'read_write f32',
    pickedBlocks: 'read_write u32',
  },
  words: { MAX_TRIALS },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin(
    { blockCount, columns, candidateCount, drawCount, latest, round, farthest, fallback, seed },
    { potentials, candidates, centroids, picks, pickedBlocks },
  ) {
    let total = Infinity
    let chosen = 0
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      let sum = 0
      for (let block = 0; block < blockCount; block++) sum += potentials[candidate * blockCount + block]
      if (sum < total) {
        total = sum
        chosen = candidate
      }
    }
    if (round > 0) {
      const stride = 4 * Math.ceil(columns / 4)
      const taken = candidates.slice(chosen * stride, chosen * stride + columns)
      centroids.set(taken, (round - 1) * columns)
      candidates.set(taken, latest * stride)
    }
    const sums = potentials.subarray(chosen * blockCount, (chosen + 1) * blockCount)
    if (farthest) {
      let best = 0
      for (let block = 1; block < blockCount; block++) if (sums[block] > sums[best]) best = block
      pickedBlocks[0] = sums[best] > 0 ? best : fallback
      picks[0] = 0
      return
    }
    for (let candidate = 0; candidate < drawCount; candidate++) {
      let rest = randomUnit(seed, round, candidate) * total
      let picked = fallback
      let passed = false
      for (let run = 0; run < RUNS && !passed; run++) {
        for (let block = run; block < blockCount && !passed; block += RUNS) {
          if (!(sums[block] > 0)) continue
          picked = block
          passed = rest < sums[block]
          if (!passed) rest -= sums[block]
        }
      }
      pickedBlocks[candidate] = picked
      picks[candidate] = rest
    }
  },
})
