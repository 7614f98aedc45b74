import source from '../../../shaders/mixture/diagonal-moments.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Points whose moments one thread adds. */
export const SLICE_ROWS = 256

/** The moments of components with diagonal covariances over slices of `rows` points: slices × components × (2 columns + 1). */
export const diagonalMoments = /* @__PURE__ */ defineKernel({
  name: 'diagonal-moments',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32' },
  bindings: {
    points: 'read f32',
    means: 'read f32',
    factors: 'read f32',
    offsets: 'read f32',
    responsibilities: 'read f32',
    slices: 'read_write f32',
  },
  words: { SLICE_ROWS },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows, columns, components }, size) =>
    Math.ceil((Math.ceil(rows / SLICE_ROWS) * components * columns) / size),
  twin({ firstRow, rows, columns, components }, { points, means, factors, offsets, responsibilities, slices }) {
    const sums = new Float64Array(1 + 2 * columns)
    for (let first = 0, start = 0; first < rows; first += SLICE_ROWS) {
      for (let component = 0; component < components; component++, start += sums.length) {
        sums.fill(0)
        for (let point = first; point < Math.min(first + SLICE_ROWS, rows); point++) {
          const weight = responsibilities[component * rows + point]
          if (weight === 0) continue
          sums[2 * columns] += weight
          for (let column = 0; column < columns; column++) {
            const at = component * columns + column
            const difference = Math.fround(points[(firstRow + point) * columns + column] - means[at])
            const y = difference * factors[at] + offsets[at]
            sums[column] += weight * y * y
            sums[columns + column] += weight * y
          }
        }
        slices.set(sums, start)
      }
    }
  },
})
