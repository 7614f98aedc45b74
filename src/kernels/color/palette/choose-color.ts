import source from '../../../../shaders/color/palette/choose-color.wgsl?raw'
import u64Source from '../../../../shaders/shared/u64.wgsl?raw'
import u64OrderSource from '../../../../shaders/shared/u64-order.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { SeedState } from './quantizer-state.js'

/** Takes the candidate with the lowest potential as seed number `seed`, if any was drawn, and counts it. */
export const chooseColor = /* @__PURE__ */ defineKernel({
  name: 'choose-color',
  sources: [u64Source, u64OrderSource, source],
  parameters: { blockCount: 'u32', trials: 'u32', seed: 'u32' },
  bindings: {
    potentials: 'read vec2<u32>',
    candidates: 'read vec4<u32>',
    seeds: 'read_write vec4<u32>',
    state: 'read_write u32',
  },
  words: { STATE: SeedState },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin({ blockCount, trials, seed }, { potentials, candidates, seeds, state }) {
    if (!state[SeedState.drawn]) return
    const sums = new BigUint64Array(potentials.buffer, potentials.byteOffset, potentials.length >> 1)
    let best = 0
    let least = -1n
    for (let trial = 0; trials > 1 && trial < trials; trial++) {
      let sum = 0n
      for (let block = 0; block < blockCount; block++) sum += sums[trial * blockCount + block]
      if (least < 0n || sum < least) {
        least = sum
        best = trial
      }
    }
    seeds.set(candidates.subarray(4 * best, 4 * best + 4), 4 * seed)
    state[SeedState.seeds]++
  },
})
