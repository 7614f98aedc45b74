import type { SimdImplementation } from '../engine/host/simd-engine.js'
import { nearestBoundedSimd } from './bounds.js'
import { colorMomentsSimd, measureMappingSimd, placeColorsSimd } from './color-points.js'
import { compactColorsSimd, countColorsSimd, labelSlotsSimd, mapPixelsSimd, weighColorsSimd } from './color-table.js'
import { assignColorsSimd, listCandidatesSimd, mapColorsSimd } from './colors.js'
import { diffuseErrorsSimd, measureEntriesSimd, measurePixelsSimd, mixEntriesSimd, pickEntriesSimd } from './dither.js'
import { meanDistancesSimd } from './evaluation.js'
import { nearestClusterSimd, pairDistancesSimd } from './hierarchy.js'
import { nearestCentroidSimd, sumClustersSimd } from './kmeans.js'
import { matrixProductSimd } from './linear.js'
import { trackCentroidsSimd, updateMeansSimd } from './means.js'
import { swapChangesSimd } from './medoids.js'
import { combineDensitiesSimd, pointDensitiesSimd, pointMomentsSimd } from './mixture.js'
import { scanPointsSimd } from './neighbors.js'
import { columnStatisticsSimd, measurePointsSimd } from './points.js'
import { listCentroidsSimd, nearestListedSimd } from './pruning.js'
import { takeCandidatesSimd, tryCandidatesSimd } from './seeding.js'
import { assignSuperpixelsSimd, packPixelsSimd } from './superpixels.js'
import { gatherBatchSimd, measureReconstructionSimd, stepAdamSimd } from './training.js'

/**
 * The implementations in `assembly/`, by the names of their kernels, whose faces and shaders stay out of bundles; made by a
 * call, since bundlers keep maps that nobody uses.
 */
export function simdImplementations(): ReadonlyMap<string, SimdImplementation> {
  const byName = {
    'assign-colors': assignColorsSimd,
    'assign-superpixels': assignSuperpixelsSimd,
    'color-moments': colorMomentsSimd,
    'column-statistics': columnStatisticsSimd,
    'combine-densities': combineDensitiesSimd,
    'compact-colors': compactColorsSimd,
    'count-colors': countColorsSimd,
    'diffuse-errors': diffuseErrorsSimd,
    'gather-batch': gatherBatchSimd,
    'label-slots': labelSlotsSimd,
    'list-candidates': listCandidatesSimd,
    'list-centroids': listCentroidsSimd,
    'map-colors': mapColorsSimd,
    'map-pixels': mapPixelsSimd,
    'matrix-product': matrixProductSimd,
    'mean-distances': meanDistancesSimd,
    'measure-entries': measureEntriesSimd,
    'measure-mapping': measureMappingSimd,
    'measure-pixels': measurePixelsSimd,
    'measure-points': measurePointsSimd,
    'measure-reconstruction': measureReconstructionSimd,
    'mix-entries': mixEntriesSimd,
    'nearest-bounded': nearestBoundedSimd,
    'nearest-centroid': nearestCentroidSimd,
    'nearest-cluster': nearestClusterSimd,
    'nearest-listed': nearestListedSimd,
    'pack-pixels': packPixelsSimd,
    'pair-distances': pairDistancesSimd,
    'pick-entries': pickEntriesSimd,
    'place-colors': placeColorsSimd,
    'point-densities': pointDensitiesSimd,
    'point-moments': pointMomentsSimd,
    'scan-points': scanPointsSimd,
    'step-adam': stepAdamSimd,
    'sum-clusters': sumClustersSimd,
    'take-candidates': takeCandidatesSimd,
    'track-centroids': trackCentroidsSimd,
    'swap-changes': swapChangesSimd,
    'try-candidates': tryCandidatesSimd,
    'update-means': updateMeansSimd,
    'weigh-colors': weighColorsSimd,
  }
  return new Map(Object.entries(byName)) as unknown as ReadonlyMap<string, SimdImplementation>
}
