import source from '../../../shaders/mixture/whitened-densities.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** A bound of ‖y‖², so that no density is infinite. */
export const MAX_SQUARE = 1e37

/**
 * The log densities of `rows` points in `components` components from `firstComponent` on, components × rows, from their
 * whitened coordinates: components × rows × width, of which the first `columns` count.
 */
export const whitenedDensities = /* @__PURE__ */ defineKernel({
  name: 'whitened-densities',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', width: 'u32', firstComponent: 'u32', components: 'u32' },
  bindings: {
    whitened: 'read f32',
    offsets: 'read f32',
    constants: 'read f32',
    densities: 'read_write f32',
  },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, components }, size) => Math.ceil((components * rows) / size),
  twin({ rows, columns, width, firstComponent, components }, { whitened, offsets, constants, densities }) {
    for (let index = 0; index < components * rows; index++) {
      const component = firstComponent + Math.floor(index / rows)
      let square = 0
      for (let column = 0; column < columns; column++) {
        const y = whitened[index * width + column] + offsets[component * columns + column]
        square += y * y
      }
      densities[firstComponent * rows + index] = constants[component] - 0.5 * Math.min(square, MAX_SQUARE)
    }
  },
})
