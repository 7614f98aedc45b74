import source from '../../../shaders/points/column-statistics.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Number of rows of a block. */
export const STATISTICS_ROWS = 256

/**
 * The minimum, maximum, Σ(x − reference) and Σ(x − reference)² of each column of each block; the first NaN or infinity.
 */
export const columnStatistics = /* @__PURE__ */ defineKernel({
  name: 'column-statistics',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', firstBlock: 'u32', blocks: 'u32', scale: 'f32' },
  bindings: {
    points: 'read f32',
    reference: 'read f32',
    statistics: 'read_write vec4<f32>',
    firstBad: 'read_write atomic<u32>',
  },
  words: { STATISTICS_ROWS },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ columns, blocks }, size) => Math.ceil((columns * blocks) / size),
  twin({ rows, columns, firstBlock, blocks, scale }, { points, reference, statistics, firstBad }) {
    for (let index = firstBlock * columns; index < (firstBlock + blocks) * columns; index++) {
      const column = index % columns
      const first = Math.floor(index / columns) * STATISTICS_ROWS
      let least = Infinity
      let greatest = -Infinity
      let sum = 0
      let squares = 0
      for (let row = first; row < Math.min(first + STATISTICS_ROWS, rows); row++) {
        const i = row * columns + column
        const value = points[i]
        if (!Number.isFinite(value)) firstBad[0] = Math.min(firstBad[0], i)
        if (value < least) least = value
        if (value > greatest) greatest = value
        const deviation = (value - reference[column]) * scale
        sum += deviation
        squares += deviation * deviation
      }
      statistics[4 * index] = least
      statistics[4 * index + 1] = greatest
      statistics[4 * index + 2] = sum
      statistics[4 * index + 3] = squares
    }
  },
})
