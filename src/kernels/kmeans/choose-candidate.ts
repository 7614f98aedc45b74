import source from '../../../shaders/kmeans/choose-candidate.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Takes the candidate with the lowest potential as the next centroid. */
export const chooseCandidate = /* @__PURE__ */ defineKernel({
  name: 'choose-candidate',
  sources: [source],
  parameters: { blockCount: 'u32', columns: 'u32', candidateCount: 'u32', centroid: 'u32' },
  bindings: { potentials: 'read f32', candidates: 'read f32', centroids: 'read_write f32' },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin({ blockCount, columns, candidateCount, centroid }, { potentials, candidates, centroids }) {
    let least = Infinity
    let chosen = 0
    for (let candidate = 0; candidate < candidateCount; candidate++) {
      let sum = 0
      for (let block = 0; block < blockCount; block++) sum += potentials[candidate * blockCount + block]
      if (sum < least) {
        least = sum
        chosen = candidate
      }
    }
    centroids.set(candidates.subarray(chosen * columns, (chosen + 1) * columns), centroid * columns)
  },
})
