import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { assignColorsSimd, listCandidatesSimd, mapColorsSimd } from './colors.js'
import { nearestCentroidSimd, sumClustersSimd } from './kmeans.js'
import { matrixProductSimd } from './linear.js'
import { tryCandidatesSimd } from './seeding.js'

/**
 * The implementations in `assembly/`, by the names of their kernels, whose faces and shaders stay out of bundles; made by a
 * call, since bundlers keep maps that nobody uses.
 */
export function simdImplementations(): ReadonlyMap<string, SimdImplementation> {
  const byName = {
    'assign-colors': assignColorsSimd,
    'list-candidates': listCandidatesSimd,
    'map-colors': mapColorsSimd,
    'matrix-product': matrixProductSimd,
    'nearest-centroid': nearestCentroidSimd,
    'sum-clusters': sumClustersSimd,
    'try-candidates': tryCandidatesSimd,
  }
  return new Map(Object.entries(byName)) as unknown as ReadonlyMap<string, SimdImplementation>
}
