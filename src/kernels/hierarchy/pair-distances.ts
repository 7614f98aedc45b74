import source from '../../../shaders/hierarchy/pair-distances.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * The distances between points of two pieces, in groups of four: those from `count` groups of the rows, from `first` on, to
 * all of the columns. `rowPoints` and `columnPoints`: a vector of every group for each of `columns` coordinates. `distances`:
 * rows of `stride` groups, from groups `firstRow` and `firstColumn` on; sums of squared differences, or of absolute ones with
 * MANHATTAN, and their roots if `rooted` is 1. UNIFORM: `rowPoints` is a uniform buffer. CACHED: for few columns, their number
 * is the constant COLUMNS.
 *
 * UNITED: those between clusters of two points, whose second ones have coordinates after the first; those of the rows have
 * `members`, one or two. The mean of the distances of their points, or with `complete` 1 the largest.
 */
export const pairDistances = /* @__PURE__ */ defineKernel({
  name: 'pair-distances',
  sources: [gridSource, source],
  parameters: {
    columns: 'u32',
    columnGroups: 'u32',
    rowGroups: 'u32',
    first: 'u32',
    count: 'u32',
    rooted: 'u32',
    stride: 'u32',
    firstRow: 'u32',
    firstColumn: 'u32',
    members: 'u32',
    complete: 'u32',
  },
  bindings: { columnPoints: 'read vec4<f32>', rowPoints: 'read vec4<f32>', distances: 'read_write vec4<f32>' },
  flags: { MANHATTAN: false, UNIFORM: false, UNITED: false, CACHED: false },
  uniforms: { UNIFORM: ['rowPoints'] },
  constants: { GROUPS: 4, COLUMNS: 1 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ columnGroups, count }, size, { GROUPS }) =>
    Math.ceil((columnGroups * Math.ceil(count / GROUPS)) / size),
  twin(parameters, { columnPoints, rowPoints, distances }, { MANHATTAN, UNITED }) {
    const { columns, columnGroups, rowGroups, first, count, rooted, stride, firstRow, firstColumn } = parameters
    const width = 4 * columnGroups
    const { members, complete } = parameters
    const sums = new Float32Array(width)
    for (let row = 0; row < 4 * count; row++) {
      const begin = 4 * ((4 * firstRow + row) * stride + firstColumn)
      const own = distances.subarray(begin, begin + width).fill(0)
      for (let pair = 0; pair < (UNITED ? 2 * members : 1); pair++) {
        const to = UNITED ? sums.fill(0) : own
        for (let column = 0; column < columns; column++) {
          const y = rowPoints[4 * (((pair >> 1) * columns + column) * rowGroups + first) + row]
          for (let point = 0, at = ((pair % 2) * columns + column) * width; point < width; point++, at++) {
            const difference = columnPoints[at] - y
            to[point] += MANHATTAN ? Math.abs(difference) : difference * difference
          }
        }
        if (rooted) for (let point = 0; point < width; point++) to[point] = Math.sqrt(to[point])
        if (!UNITED) continue
        for (let point = 0; point < width; point++) {
          own[point] = complete ? Math.max(own[point], sums[point]) : own[point] + sums[point] / (2 * members)
        }
      }
    }
  },
})
