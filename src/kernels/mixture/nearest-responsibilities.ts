import source from '../../../shaders/mixture/nearest-responsibilities.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'

/** Squared distances that differ by less than one part in this count as equal. */
const CLOSER = 2 ** 18

/** The responsibilities of components, components × rows, for `rows` points that belong to the nearest mean, the first among equals. */
export const nearestResponsibilities = /* @__PURE__ */ defineKernel({
  name: 'nearest-responsibilities',
  sources: [gridSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', columns: 'u32', components: 'u32', scale: 'f32' },
  bindings: { points: 'read f32', weights: 'read f32', means: 'read f32', responsibilities: 'read_write f32' },
  words: { CLOSER },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ firstRow, rows, columns, components, scale }, { points, weights, means, responsibilities }, { WEIGHTED }) {
    for (let point = 0; point < rows; point++) {
      const start = (firstRow + point) * columns
      let least = 3.4e38
      let nearest = 0
      for (let component = 0; component < components; component++) {
        let square = 0
        for (let column = 0; column < columns; column++) {
          const difference = Math.fround(points[start + column] - means[component * columns + column]) * scale
          square += difference * difference
        }
        if (square < least - least / CLOSER) {
          least = square
          nearest = component
        }
      }
      for (let component = 0; component < components; component++) {
        const weight = WEIGHTED ? weights[firstRow + point] : 1
        responsibilities[component * rows + point] = component === nearest ? weight : 0
      }
    }
  },
})
