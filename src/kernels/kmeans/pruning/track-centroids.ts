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
  twin(parameters, { centroids, halfNorms, former, motion }) {
    const { centroidCount, columns } = parameters
    const squares = new Float64Array(2 * centroidCount)
    for (let c = 0; c < centroidCount; c++) {
      for (let at = c * columns; at < (c + 1) * columns; at++) {
        squares[2 * c] += (centroids[at] - former[at]) ** 2
        squares[2 * c + 1] += centroids[at] * centroids[at]
        former[at] = centroids[at]
      }
    }
    trackLengths(parameters, squares, halfNorms, motion)
  },
})

/** Adds to paths in `motion`, by the squared movement and the squared norm of each centroid. */
export function trackLengths(
  { centroidCount, groups, anew }: Record<'centroidCount' | 'groups' | 'anew', number>,
  squares: Float64Array,
  halfNorms: Float32Array,
  motion: Float32Array,
): void {
  const up = 1 + 2 ** -20
  const add = (at: number, moved: number) => {
    if (anew) motion[at] = 0
    else if (moved > 0) motion[at] = (motion[at] + moved) * up
  }
  let longest = 0
  let largest = 0
  for (let c = 0; c < centroidCount; c++) {
    const moved = Math.sqrt(squares[2 * c]) * up
    motion[c] = halfNorms[c]
    add(4 * groups + c, moved)
    longest = Math.max(longest, moved)
    largest = Math.max(largest, squares[2 * c + 1])
  }
  add(8 * groups, longest)
  motion[8 * groups + 1] = Math.sqrt(largest) * up
}
