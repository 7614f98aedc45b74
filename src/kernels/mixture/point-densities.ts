import source from '../../../shaders/mixture/point-densities.wgsl?raw'
import whitenSource from '../../../shaders/mixture/whiten.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { recordLayout, whiten } from './component-records.js'

/**
 * Log densities of `rows` points of COLUMNS columns in a mixture, as their largest term and the log of the sum of all
 * relative to it, and labels; with EACH, the log densities in each component, components × rows. DIAGONAL: covariances
 * are diagonal. UNIFORM: records are in a uniform buffer.
 *
 * Constants: COLUMNS, as the parameter, VECTORS (a quarter of a record's size), and POINTS (points per thread).
 */
export const pointDensities = /* @__PURE__ */ defineKernel({
  name: 'point-densities',
  sources: [whitenSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32' },
  bindings: {
    points: 'read f32',
    records: 'read vec4<f32>',
    logDensities: 'read_write vec2<f32>',
    labels: 'read_write u32',
    densities: 'read_write f32',
  },
  flags: { DIAGONAL: false, EACH: false, UNIFORM: false },
  uniforms: { UNIFORM: ['records'] },
  constants: { COLUMNS: 2, VECTORS: 2, POINTS: 4 },
  registerLoops: 'always',
  workgroupSize: 64,
  workgroups: ({ rows }, size, { POINTS }) => Math.ceil(rows / (size * POINTS)),
  twin(
    { firstRow, rows, columns, components },
    { points, records, logDensities, labels, densities },
    { DIAGONAL, EACH },
  ) {
    const layout = recordLayout(columns, DIAGONAL)
    const y = new Float64Array(columns)
    const own = new Float64Array(components)
    for (let point = 0; point < rows; point++) {
      const row = firstRow + point
      const x = points.subarray(row * columns, (row + 1) * columns)
      let label = 0
      for (let component = 0; component < components; component++) {
        own[component] = whiten(records, component * layout.size, layout, DIAGONAL, x, y)
        if (EACH) densities[component * rows + point] = own[component]
        if (own[component] > own[label]) label = component
      }
      const largest = own[label]
      let sum = 0
      for (let component = 0; component < components; component++) sum += Math.exp(own[component] - largest)
      logDensities[2 * row] = largest
      logDensities[2 * row + 1] = Math.log(sum)
      labels[row] = label
    }
  },
})
