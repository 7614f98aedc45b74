import source from '../../../../shaders/color/table/scan-blocks.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { State } from '../palette/quantizer-state.js'

/** Replaces `blockCount` counts by their exclusive prefix sums; the total, the number of distinct colours, follows. */
export const scanBlocks = /* @__PURE__ */ defineKernel({
  name: 'scan-blocks',
  sources: [source],
  parameters: { blockCount: 'u32' },
  bindings: { blockOffsets: 'read_write u32', state: 'read_write u32' },
  words: { STATE: State },
  flags: {},
  workgroupSize: 128,
  workgroups: () => 1,
  twin({ blockCount }, { blockOffsets, state }) {
    let offset = 0
    for (let i = 0; i < blockCount; i++) {
      const count = blockOffsets[i]
      blockOffsets[i] = offset
      offset += count
    }
    blockOffsets[blockCount] = offset
    state[State.unique] = offset
  },
})
