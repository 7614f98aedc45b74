import source from '../../../shaders/network/softmax.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * The softmax of each row of `values`, in place; with GRADIENT the chain rule on gradients, from the results `outputs`.
 */
export const softmax = /* @__PURE__ */ defineKernel({
  name: 'softmax',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32' },
  bindings: { outputs: 'read f32', values: 'read_write f32' },
  flags: { GRADIENT: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ rows, columns }, { outputs, values }, { GRADIENT }) {
    for (let first = 0; first < rows * columns; first += columns) {
      const end = first + columns
      let sum = 0
      if (GRADIENT) {
        for (let i = first; i < end; i++) sum += values[i] * outputs[i]
        for (let i = first; i < end; i++) values[i] = outputs[i] * (values[i] - sum)
      } else {
        let most = values[first]
        for (let i = first; i < end; i++) most = Math.max(most, values[i])
        for (let i = first; i < end; i++) sum += Math.exp(values[i] - most)
        for (let i = first; i < end; i++) values[i] = Math.exp(values[i] - most) / sum
      }
    }
  },
})
