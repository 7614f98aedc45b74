import source from '../../../shaders/network/measure-reconstruction.wgsl?raw'
import activationSource from '../../../shaders/shared/activation.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { activate, softplus } from '../shared/activation.js'

/**
 * The squared error, or with LOGITS the binary cross-entropy, of each row in `lanes` parts; with GRADIENT also its
 * gradient.
 */
export const measureReconstruction = /* @__PURE__ */ defineKernel({
  name: 'measure-reconstruction',
  sources: [gridSource, activationSource, source],
  parameters: { rows: 'u32', columns: 'u32', lanes: 'u32', scale: 'f32' },
  bindings: { outputs: 'read f32', targets: 'read f32', losses: 'read_write f32', gradient: 'read_write f32' },
  flags: { LOGITS: false, GRADIENT: false },
  workgroupSize: 64,
  workgroups: ({ rows, lanes }, size) => Math.ceil((rows * lanes) / size),
  twin({ rows, columns, lanes, scale }, { outputs, targets, losses, gradient }, { LOGITS, GRADIENT }) {
    for (let index = 0; index < rows * lanes; index++) {
      const start = Math.floor(index / lanes) * columns
      let loss = 0
      for (let column = index % lanes; column < columns; column += lanes) {
        const output = outputs[start + column]
        const wanted = targets[start + column]
        const difference = output - wanted
        loss += LOGITS ? softplus(output) - wanted * output : difference * difference
        const slope = LOGITS ? activate(3, output) - wanted : 2 * difference
        if (GRADIENT) gradient[start + column] = scale * slope
      }
      losses[index] = loss
    }
  },
})
