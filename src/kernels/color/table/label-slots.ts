import source from '../../../../shaders/color/table/label-slots.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'

/** Writes the palette place of each distinct colour's entry to the slot where the colour was counted. */
export const labelSlots = /* @__PURE__ */ defineKernel({
  name: 'label-slots',
  sources: [gridSource, source],
  parameters: { colorCount: 'u32' },
  bindings: { slots: 'read u32', labels: 'read u32', ranks: 'read u32', slotLabels: 'read_write u32' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ colorCount }, size) => Math.ceil(colorCount / size),
  twin({ colorCount }, { slots, labels, ranks, slotLabels }) {
    for (let i = 0; i < colorCount; i++) slotLabels[slots[i]] = ranks[labels[i]]
  },
})
