import source from '../../../shaders/mixture/point-densities.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { recordLayout, whiten } from './component-records.js'
import { MAX_SQUARE } from './whitened-densities.js'

/**
 * Log densities of `rows` points of COLUMNS columns in a mixture, their labels, and their responsibilities, components ×
 * rows, times their weights with WEIGHTED. DIAGONAL: covariances are diagonal. UNIFORM: records are in a uniform buffer.
 *
 * Constants: COLUMNS, as the parameter, GROUPS (⌈COLUMNS / 4⌉), and POINTS (points per thread).
 */
export const pointDensities = /* @__PURE__ */ defineKernel({
  name: 'point-densities',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32' },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    records: 'read vec4<f32>',
    responsibilities: 'read_write f32',
    logDensities: 'read_write f32',
    labels: 'read_write u32',
  },
  flags: { DIAGONAL: false, WEIGHTED: false, UNIFORM: false },
  uniforms: { UNIFORM: ['records'] },
  constants: { COLUMNS: 2, GROUPS: 1, POINTS: 4 },
  registerLoops: 'always',
  workgroupSize: 64,
  workgroups: ({ rows }, size, { POINTS }) => Math.ceil(rows / (size * POINTS)),
  twin(
    { firstRow, rows, columns, components },
    { points, weights, records, responsibilities, logDensities, labels },
    { DIAGONAL, WEIGHTED },
  ) {
    const layout = recordLayout(columns, DIAGONAL)
    const y = new Float64Array(columns)
    const densities = new Float64Array(components)
    for (let point = 0; point < rows; point++) {
      const row = firstRow + point
      const x = points.subarray(row * columns, (row + 1) * columns)
      let label = 0
      for (let component = 0; component < components; component++) {
        const record = component * layout.size
        whiten(records, record, layout, DIAGONAL, x, y)
        let square = 0
        for (let i = 0; i < columns; i++) square += y[i] * y[i]
        densities[component] = Math.fround(records[record + layout.constant] - 0.5 * Math.min(square, MAX_SQUARE))
        if (densities[component] > densities[label]) label = component
      }
      const largest = densities[label]
      let sum = 0
      for (let component = 0; component < components; component++) sum += Math.exp(densities[component] - largest)
      logDensities[row] = largest + Math.log(sum)
      labels[row] = label
      const weight = (WEIGHTED ? weights[row] : 1) / sum
      for (let component = 0; component < components; component++) {
        responsibilities[component * rows + point] = weight * Math.exp(densities[component] - largest)
      }
    }
  },
})
