import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { nearestCentroidSimd, sumClustersSimd } from './kmeans.js'
import { matrixProductSimd } from './linear.js'

/** The implementations in `assembly/`, by the names of their kernels, whose faces and shaders stay out of bundles. */
export const simdImplementations = new Map(
  Object.entries({
    'matrix-product': matrixProductSimd,
    'nearest-centroid': nearestCentroidSimd,
    'sum-clusters': sumClustersSimd,
  }),
) as unknown as ReadonlyMap<string, SimdImplementation>
