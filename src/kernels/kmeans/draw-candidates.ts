import source from '../../../shaders/kmeans/draw-candidates.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomUnit } from '../shared/random.js'

/** Draws the candidates of one round of k-means‖, and lists their row numbers after their count. */
export const drawCandidates = /* @__PURE__ */ defineKernel({
  name: 'draw-candidates',
  sources: [gridSource, randomSource, source],
  parameters: { firstRow: 'u32', rows: 'u32', firstPoint: 'u32', seed: 'u32', round: 'u32', factor: 'f32' },
  bindings: { weights: 'read f32', distances: 'read f32', drawn: 'read_write atomic<u32>' },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin({ firstRow, rows, firstPoint, seed, round, factor }, { weights, distances, drawn }, { WEIGHTED }) {
    for (let row = firstRow; row < firstRow + rows; row++) {
      const share = WEIGHTED ? Math.fround(weights[row] * distances[row]) : distances[row]
      const point = firstPoint + row
      if (randomUnit(seed, round, point) < Math.fround(factor * share)) drawn[++drawn[0]] = point
    }
  },
})
