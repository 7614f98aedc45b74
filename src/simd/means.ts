import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { KMeansState } from '../kernels/kmeans/kmeans-state.js'
import { type trackCentroids, trackLengths } from '../kernels/kmeans/pruning/track-centroids.js'
import type { updateMeans } from '../kernels/kmeans/update-means.js'

/** Multiply-adds that a coordinate in float64 is taken for. */
const COORDINATE_WORK = 8

export const updateMeansSimd: SimdImplementation<typeof updateMeans> = (host, parameters, at, { WEIGHTED }) => {
  const { centroidCount, columns, weightExponent, fillEmpty } = parameters
  const state = new Uint32Array(host.memory.memory.buffer, at.state, KMeansState.empty + 1)
  if (state[KMeansState.stopped] || (fillEmpty && state[KMeansState.empty])) return
  const items = { first: 0, end: centroidCount, work: COORDINATE_WORK * columns, align: 1 }
  const unit = WEIGHTED ? 2 ** weightExponent : 0
  host.share('updateMeans', items, 0, at.scales, at.sums, at.centroids, at.movements, columns, unit)
}

export const trackCentroidsSimd: SimdImplementation<typeof trackCentroids> = (host, parameters, at) => {
  const { centroidCount, columns, groups } = parameters
  host.scratch(16 * centroidCount, (squares) => {
    const items = { first: 0, end: centroidCount, work: COORDINATE_WORK * columns, align: 1 }
    host.share('measureMotion', items, 0, at.centroids, at.former, squares, columns)
    const { buffer } = host.memory.memory
    const halfNorms = new Float32Array(buffer, at.halfNorms, centroidCount)
    const motion = new Float32Array(buffer, at.motion, 8 * groups + 2)
    trackLengths(parameters, new Float64Array(buffer, squares, 2 * centroidCount), halfNorms, motion)
  })
}
