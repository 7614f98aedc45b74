import source from '../../../shaders/network/penalize-code.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The penalty λ Σ|a| of each row of the code; with GRADIENT its gradient is added to `gradient`. */
export const penalizeCode = /* @__PURE__ */ defineKernel({
  name: 'penalize-code',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', sparsity: 'f32', scale: 'f32' },
  bindings: { code: 'read f32', penalties: 'read_write f32', gradient: 'read_write f32' },
  flags: { GRADIENT: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ rows, columns, sparsity, scale }, { code, penalties, gradient }, { GRADIENT }) {
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let i = row * columns; i < (row + 1) * columns; i++) {
        sum += Math.abs(code[i])
        if (GRADIENT) gradient[i] += scale * sparsity * Math.sign(code[i])
      }
      penalties[row] = sparsity * sum
    }
  },
})
