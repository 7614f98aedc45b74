import source from '../../../shaders/points/choose-shift.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** The shift of each column and its bounds relative to it, from the statistics of its blocks. */
export const chooseShift = /* @__PURE__ */ defineKernel({
  name: 'choose-shift',
  sources: [gridSource, source],
  parameters: { rows: 'u32', columns: 'u32', blocks: 'u32' },
  bindings: {
    statistics: 'read vec4<f32>',
    reference: 'read f32',
    shift: 'read_write f32',
    bounds: 'read_write vec2<f32>',
  },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ columns }, size) => Math.ceil(columns / size),
  twin({ rows, columns, blocks }, { statistics, reference, shift, bounds }) {
    for (let column = 0; column < columns; column++) {
      let least = Infinity
      let greatest = -Infinity
      let sum = 0
      for (let block = 0; block < blocks; block++) {
        const at = 4 * (block * columns + column)
        least = Math.min(least, statistics[at])
        greatest = Math.max(greatest, statistics[at + 1])
        sum += statistics[at + 2]
      }
      const range = Math.fround(greatest - least)
      const unit = range > 0 ? 2 ** Math.floor(Math.log2(range)) : 0
      shift[column] = unit > 0 ? Math.round((reference[column] + sum / rows) / unit) * unit : least
      bounds[2 * column] = least - shift[column]
      bounds[2 * column + 1] = greatest - shift[column]
    }
  },
})
