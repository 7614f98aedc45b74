import source from '../../../shaders/network/cross-entropy.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * The cross-entropy of each row of softmax(outputs); with GRADIENT also its gradient with respect to the outputs.
 * Targets: one number per output, or with LABELS one class per row.
 */
export const crossEntropy = /* @__PURE__ */ defineKernel({
  name: 'cross-entropy',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', scale: 'f32' },
  bindings: { outputs: 'read f32', targets: 'read f32', losses: 'read_write f32', gradient: 'read_write f32' },
  flags: { LABELS: false, GRADIENT: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ rows, columns, scale }, { outputs, targets, losses, gradient }, { LABELS, GRADIENT }) {
    const wanted = (row: number, column: number) =>
      LABELS ? Number(targets[row] === column) : targets[row * columns + column]
    for (let row = 0; row < rows; row++) {
      const first = row * columns
      let most = outputs[first]
      for (let column = 1; column < columns; column++) most = Math.max(most, outputs[first + column])
      let powers = 0
      let total = 0
      for (let column = 0; column < columns; column++) {
        powers += Math.exp(outputs[first + column] - most)
        total += wanted(row, column)
      }
      const logPowers = Math.log(powers)
      let loss = 0
      for (let column = 0; column < columns; column++) {
        const share = wanted(row, column)
        const below = outputs[first + column] - most
        loss += share * (logPowers - below)
        if (GRADIENT) gradient[first + column] = scale * ((total * Math.exp(below)) / powers - share)
      }
      losses[row] = loss
    }
  },
})
