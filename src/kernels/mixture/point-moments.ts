import source from '../../../shaders/mixture/point-moments.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { momentCount, recordLayout, whiten } from './component-records.js'

/**
 * The moments of whitened points of COLUMNS columns, `slices` × components × values, a slice for each thread of a
 * component: a multiple of the workgroup's size that covers `rows` points with SPAN for each. The twin adds all to the
 * first slice and clears the others: slices are compared after adding. DIAGONAL: covariances are diagonal. UNIFORM:
 * records are in a uniform buffer.
 *
 * Constants: COLUMNS, as the parameter, GROUPS (⌈COLUMNS / 4⌉), SPAN (points per thread), and POINTS (points at a time),
 * which divides it.
 */
export const pointMoments = /* @__PURE__ */ defineKernel({
  name: 'point-moments',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32', slices: 'u32' },
  bindings: {
    points: 'read f32',
    records: 'read vec4<f32>',
    responsibilities: 'read f32',
    slices: 'read_write f32',
  },
  flags: { DIAGONAL: false, UNIFORM: false },
  uniforms: { UNIFORM: ['records'] },
  constants: { COLUMNS: 2, GROUPS: 1, SPAN: 64, POINTS: 4 },
  registerLoops: 'always',
  workgroupSize: 32,
  workgroups: ({ components, slices }, size) => components * Math.ceil(slices / size),
  twin(
    { firstRow, rows, columns, components, slices: count },
    { points, records, responsibilities, slices },
    { DIAGONAL },
  ) {
    const layout = recordLayout(columns, DIAGONAL)
    const values = momentCount(columns, DIAGONAL)
    const sums = new Float64Array(values)
    const y = new Float64Array(columns)
    slices.fill(0, 0, count * components * values)
    for (let component = 0; component < components; component++) {
      sums.fill(0)
      for (let point = 0; point < rows; point++) {
        const weight = responsibilities[component * rows + point]
        if (weight === 0) continue
        const start = (firstRow + point) * columns
        whiten(records, component * layout.size, layout, DIAGONAL, points.subarray(start, start + columns), y)
        if (DIAGONAL) addSquares(sums, weight, y)
        else addProducts(sums, weight, y)
      }
      slices.set(sums, component * values)
    }
  },
})

function addSquares(sums: Float64Array, weight: number, y: Float64Array): void {
  sums[0] += weight
  for (let i = 0; i < y.length; i++) {
    sums[1 + i] += weight * y[i]
    sums[1 + y.length + i] += weight * y[i] * y[i]
  }
}

function addProducts(sums: Float64Array, weight: number, y: Float64Array): void {
  let at = 0
  for (let i = 0; i < y.length; i++) for (let j = 0; j <= i; j++) sums[at++] += weight * y[i] * y[j]
  for (let i = 0; i < y.length; i++) sums[at++] += weight * y[i]
  sums[at] += weight
}
