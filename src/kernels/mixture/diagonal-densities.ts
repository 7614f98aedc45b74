import source from '../../../shaders/mixture/diagonal-densities.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { MAX_SQUARE } from './whitened-densities.js'

/** The log densities of `rows` points in components with diagonal covariances, components × rows. */
export const diagonalDensities = /* @__PURE__ */ defineKernel({
  name: 'diagonal-densities',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32' },
  bindings: {
    points: 'read f32',
    means: 'read f32',
    factors: 'read f32',
    offsets: 'read f32',
    constants: 'read f32',
    densities: 'read_write f32',
  },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, components }, size) => Math.ceil((components * rows) / size),
  twin({ firstRow, rows, columns, components }, { points, means, factors, offsets, constants, densities }) {
    for (let component = 0; component < components; component++) {
      const first = component * columns
      for (let row = 0; row < rows; row++) {
        const start = (firstRow + row) * columns
        let square = 0
        for (let column = 0; column < columns; column++) {
          const at = first + column
          const y = Math.fround(points[start + column] - means[at]) * factors[at] + offsets[at]
          square += y * y
        }
        densities[component * rows + row] = constants[component] - 0.5 * Math.min(square, MAX_SQUARE)
      }
    }
  },
})
