import source from '../../../shaders/points/write-rows.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Copies a batch's rows to `rows` from row `first` on; with SCALED x / factor + mean. */
export const writeRows = /* @__PURE__ */ defineKernel({
  name: 'write-rows',
  sources: [gridSource, source],
  parameters: { count: 'u32', columns: 'u32', first: 'u32' },
  bindings: { values: 'read f32', mean: 'read f32', factor: 'read f32', rows: 'read_write f32' },
  flags: { SCALED: false },
  workgroupSize: 64,
  workgroups: ({ count, columns }, size) => Math.ceil((count * columns) / size),
  twin({ count, columns, first }, { values, mean, factor, rows }, { SCALED }) {
    for (let index = 0; index < count * columns; index++) {
      const column = index % columns
      rows[first * columns + index] = SCALED ? values[index] / factor[column] + mean[column] : values[index]
    }
  },
})
