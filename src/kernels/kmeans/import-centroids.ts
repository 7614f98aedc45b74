import source from '../../../shaders/kmeans/import-centroids.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { NONE } from '../shared/none.js'
import { KMeansState, Stopped } from './kmeans-state.js'

/** Converts given centroids to working coordinates, and computes the scales of the fixed-point sums. */
export const importCentroids = /* @__PURE__ */ defineKernel({
  name: 'import-centroids',
  sources: [gridSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32', room: 'i32' },
  bindings: {
    given: 'read f32',
    shift: 'read f32',
    bounds: 'read vec2<f32>',
    centroids: 'read_write f32',
    scales: 'read_write vec2<f32>',
    firstBad: 'read u32',
    state: 'read_write u32',
  },
  words: { STATE: KMeansState, STOPPED: Stopped, NONE },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ columns }, size) => Math.ceil(columns / size),
  twin({ centroidCount, columns, room }, { given, shift, bounds, centroids, scales, firstBad, state }) {
    state[KMeansState.stopped] = firstBad[0] === NONE ? 0 : Stopped.notFinite
    for (let column = 0; column < columns; column++) {
      for (let i = column; i < centroidCount * columns; i += columns) centroids[i] = given[i] - shift[column]
      const largest = Math.max(Math.abs(bounds[2 * column]), Math.abs(bounds[2 * column + 1]))
      const exponent = Math.max(-60, Math.floor(Math.log2(Math.max(largest, 2 ** -100))) + 1)
      const power = Math.max(-126, Math.min(126, room - exponent))
      scales[2 * column] = 2 ** power
      scales[2 * column + 1] = 2 ** -power
    }
  },
})
