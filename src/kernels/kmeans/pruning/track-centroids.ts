import source from '../../../../shaders/kmeans/pruning/track-centroids.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'

/** Number of words of `motion`: of each centroid half the squared norm and the path, then the longest path and the largest norm. */
export const motionWords = (groups: number): number => 8 * groups + 2

/**
 * Adds the movements of all centroids since the last call to their paths, and the longest movement to a path that is at
 * least as long as each; `anew`, all paths begin. Rounded up, so that a point's distance to a centroid changes by at most the
 * difference of its paths.
 */
export const trackCentroids = /* @__PURE__ */ defineKernel({
  name: 'track-centroids',
  sources: [gridSource, source],
  parameters: { centroidCount: 'u32', columns: 'u32', groups: 'u32', anew: 'u32' },
  bindings: {
    centroids: 'read f32',
    halfNorms: 'read f32',
    former: 'read_write f32',
    motion: 'read_write f32',
  },
  flags: {},
  workgroupSize: 64,
  workgroups: () => 1,
  twin({ centroidCount, columns, groups, anew }, { centroids, halfNorms, former, motion }) {
    const up = 1 + 2 ** -20
    let longest = 0
    let largest = 0
    for (let c = 0; c < centroidCount; c++) {
      let [squares, norm] = [0, 0]
      for (let at = c * columns; at < (c + 1) * columns; at++) {
        const moved = centroids[at] - former[at]
        squares += moved * moved
        norm += centroids[at] * centroids[at]
        former[at] = centroids[at]
      }
      const moved = anew ? 0 : Math.sqrt(squares) * up
      if (moved > 0) motion[4 * groups + c] = (motion[4 * groups + c] + moved) * up
      if (anew) motion[4 * groups + c] = 0
      motion[c] = halfNorms[c]
      longest = Math.max(longest, moved)
      largest = Math.max(largest, norm)
    }
    const ends = 8 * groups
    if (anew) motion[ends] = 0
    else if (longest > 0) motion[ends] = (motion[ends] + longest) * up
    motion[ends + 1] = Math.sqrt(largest) * up
  },
})
