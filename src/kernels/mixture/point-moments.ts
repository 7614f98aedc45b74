import source from '../../../shaders/mixture/point-moments.wgsl?raw'
import whitenSource from '../../../shaders/mixture/whiten.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { momentCount, recordLayout, whiten } from './component-records.js'

/**
 * The moments of whitened points of COLUMNS columns, `slices` × components × values: slices of SPAN points that cover
 * `rows`, a multiple of those of a workgroup, WORKGROUP_SIZE / LANES. The twin adds all to the first slice and clears the
 * others: slices are compared after adding. Responsibilities follow from the log densities that point-densities left, times
 * the points' weights with WEIGHTED, or are GIVEN with these, components × rows. DIAGONAL: covariances are diagonal.
 *
 * Constants: COLUMNS, as the parameter, VECTORS (a quarter of a record's size), SPAN, LANES (threads of a slice, which
 * divide the workgroup), and COMPONENTS (per thread).
 */
export const pointMoments = /* @__PURE__ */ defineKernel({
  name: 'point-moments',
  sources: [whitenSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32', slices: 'u32' },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    records: 'read vec4<f32>',
    logDensities: 'read vec2<f32>',
    responsibilities: 'read f32',
    slices: 'read_write f32',
  },
  flags: { DIAGONAL: false, WEIGHTED: false, GIVEN: false },
  constants: { COLUMNS: 2, VECTORS: 2, SPAN: 64, LANES: 8, COMPONENTS: 1 },
  registerLoops: 'always',
  workgroupSize: 64,
  workgroups: ({ components, slices }, size, { LANES, COMPONENTS }) =>
    Math.ceil((slices * LANES) / size) * Math.ceil(components / (LANES * COMPONENTS)),
  twin(
    { firstRow, rows, columns, components, slices: count },
    { points, weights, records, logDensities, responsibilities, slices },
    { DIAGONAL, WEIGHTED, GIVEN },
  ) {
    const layout = recordLayout(columns, DIAGONAL)
    const values = momentCount(columns, DIAGONAL)
    const sums = new Float64Array(values)
    const y = new Float64Array(columns)
    slices.fill(0, 0, count * components * values)
    for (let component = 0; component < components; component++) {
      sums.fill(0)
      for (let point = 0; point < rows; point++) {
        const row = firstRow + point
        if (GIVEN && responsibilities[component * rows + point] === 0) continue
        const x = points.subarray(row * columns, (row + 1) * columns)
        const density = whiten(records, component * layout.size, layout, DIAGONAL, x, y)
        const share = GIVEN
          ? responsibilities[component * rows + point]
          : (WEIGHTED ? weights[row] : 1) *
            Math.exp(Math.min(density - logDensities[2 * row], 0) - logDensities[2 * row + 1])
        if (share > 0) addMoments(sums, share, y, DIAGONAL)
      }
      slices.set(sums, component * values)
    }
  },
})

/** Adds r y yᵀ, its lower half or diagonal, r y and r. */
function addMoments(sums: Float64Array, share: number, y: Float64Array, diagonal: boolean): void {
  let at = 0
  for (let i = 0; i < y.length; i++) {
    for (let j = diagonal ? i : 0; j <= i; j++) sums[at++] += share * y[i] * y[j]
  }
  for (let i = 0; i < y.length; i++) sums[at++] += share * y[i]
  sums[at] += share
}
