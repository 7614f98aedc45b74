import source from '../../../shaders/mixture/combine-densities.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/**
 * Log densities of `rows` points in a mixture, as their largest term and the log of the sum of all relative to it, and
 * labels, from those in its components, components × rows, which
 * become responsibilities, times the points' weights with WEIGHTED.
 */
export const combineDensities = /* @__PURE__ */ defineKernel({
  name: 'combine-densities',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', components: 'u32' },
  bindings: {
    weights: 'read f32',
    densities: 'read_write f32',
    logDensities: 'read_write vec2<f32>',
    labels: 'read_write u32',
  },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ firstRow, rows, components }, { weights, densities, logDensities, labels }, { WEIGHTED }) {
    for (let point = 0; point < rows; point++) {
      let label = 0
      for (let component = 1; component < components; component++) {
        if (densities[component * rows + point] > densities[label * rows + point]) label = component
      }
      const largest = densities[label * rows + point]
      let sum = 0
      for (let component = 0; component < components; component++) {
        sum += Math.exp(densities[component * rows + point] - largest)
      }
      const row = firstRow + point
      logDensities[2 * row] = largest
      logDensities[2 * row + 1] = Math.log(sum)
      labels[row] = label
      const weight = (WEIGHTED ? weights[row] : 1) / sum
      for (let at = point; at < components * rows; at += rows) {
        densities[at] = weight * Math.exp(densities[at] - largest)
      }
    }
  },
})
