import source from '../../../shaders/hierarchy/pair-distances.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * The distances between points of two pieces, in groups of four: those from `count` groups of the rows, from `first` on, to
 * all of the columns. `rowPoints` and `columnPoints`: a vector of every group for each of `columns` coordinates. `distances`:
 * row-major, 4 · count × 4 · columnGroups; sums of squared differences, or of absolute ones with MANHATTAN, and their roots
 * if `rooted` is 1. UNIFORM: `rowPoints` is a uniform buffer.
 */
export const pairDistances = /* @__PURE__ */ defineKernel({
  name: 'pair-distances',
  sources: [gridSource, source],
  parameters: { columns: 'u32', columnGroups: 'u32', rowGroups: 'u32', first: 'u32', count: 'u32', rooted: 'u32' },
  bindings: { columnPoints: 'read vec4<f32>', rowPoints: 'read vec4<f32>', distances: 'read_write vec4<f32>' },
  flags: { MANHATTAN: false, UNIFORM: false },
  uniforms: { UNIFORM: ['rowPoints'] },
  constants: { GROUPS: 4 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ columnGroups, count }, size, { GROUPS }) =>
    Math.ceil((columnGroups * Math.ceil(count / GROUPS)) / size),
  twin(parameters, { columnPoints, rowPoints, distances }, { MANHATTAN }) {
    const { columns, columnGroups, rowGroups, first, count, rooted } = parameters
    const width = 4 * columnGroups
    for (let row = 0; row < 4 * count; row++) {
      const sums = distances.subarray(row * width, (row + 1) * width).fill(0)
      for (let column = 0; column < columns; column++) {
        const y = rowPoints[4 * (column * rowGroups + first) + row]
        for (let point = 0, at = column * width; point < width; point++, at++) {
          const difference = columnPoints[at] - y
          sums[point] += MANHATTAN ? Math.abs(difference) : difference * difference
        }
      }
      if (rooted) for (let point = 0; point < width; point++) sums[point] = Math.sqrt(sums[point])
    }
  },
})
