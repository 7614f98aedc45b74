/** Why kernels ask for more sectors than they need, by kernel and array: what is not listed here is to be mended. */

/** Holds only where a cache that keeps all sectors makes up for the rest. */
export const WALKS = 'a thread walks its own row or block, and a cache keeps what it reads next'
const DATA = 'the data choose the addresses'
const FEW = 'a few rows for each cluster or block, not for each point'
const ONCE = 'read in the first round only, by neighbours of other components'

const listed: Readonly<Record<string, string>> = {
  [WALKS]: `
    centroid-distances/centroids column-statistics/points compact-colors/colors compact-colors/slots
    convolution-weights/sums convolve/images convolve/source count-colors/pixels cross-entropy/gradient
    cross-entropy/outputs diagonal-densities/points diagonal-moments/responsibilities diffuse-errors/entries
    diffuse-errors/errors diffuse-errors/pixels draw-latent/encoded draw-latent/epsilon draw-latent/latent
    import-pixels/pixels import-pixels/rows include-color/distances include-color/points
    include-color/weights map-pixels/pixels matrix-product/b matrix-product/bias measure-entries/entries
    measure-entries/pixels measure-points/points mix-entries/mixes nearest-bounded/bounds
    nearest-bounded/centroids nearest-bounded/points nearest-centroid/points nearest-listed/order
    nearest-points/nearest nearest-responsibilities/points pack-halves/deviations pack-halves/points
    pack-halves/shift penalize-code/code penalize-code/gradient place-colors/points point-densities/points
    point-moments/points point-moments/records point-moments/slices scan-blocks/blockOffsets
    scan-points/nearest softmax/outputs softmax/values swap-changes/changes take-candidates/points
    try-candidates/points try-colors/distances try-colors/points try-colors/weights weigh-colors/pixels
    whitened-densities/whitened`,
  [DATA]: `
    assign-colors/candidateCounts assign-colors/candidates assign-colors/centroids assign-colors/sums
    assign-superpixels/sums color-moments/moments compact-colors/keys count-colors/blockOffsets
    count-colors/keys count-neighbors/counts count-neighbors/nodes count-neighbors/points
    count-neighbors/queries diffuse-errors/candidateCounts diffuse-errors/candidates diffuse-errors/centroids
    export-pixels/values gather-rows/points join-cores/components join-cores/levels join-cores/nodes
    join-cores/parents join-cores/points join-cores/queries label-slots/ranks list-candidates/centroids
    list-centroids/lists lowest-label/labels lowest-label/nodes lowest-label/points lowest-label/queries
    lowest-label/reached map-colors/candidateCounts map-colors/candidates map-colors/centroids
    map-colors/populations map-pixels/keys map-pixels/slotLabels measure-entries/centroids
    measure-entries/populations measure-mapping/entries measure-mapping/transfer measure-pixels/centroids
    measure-pixels/keys measure-pixels/points measure-pixels/slotLabels measure-points/centroids
    mix-entries/candidateCounts mix-entries/candidates mix-entries/centroids nearest-centroid/moves
    nearest-listed/labels nearest-other/bounds nearest-other/levels nearest-other/nodes nearest-other/points
    nearest-other/states nearest-points/nodes nearest-points/points pack-pixels/transfer pick-entries/keys
    pick-entries/mixes pick-entries/slotLabels place-colors/occupied place-colors/transfer
    place-palette/transfer sum-clusters/labels sum-clusters/moves sum-clusters/points sum-clusters/sums
    sum-clusters/weights weigh-colors/keys weigh-colors/weights`,
  [FEW]: `
    average-colors/sums choose-candidate/potentials draw-colors/blockSums find-empty-clusters/sums
    fold-sums/sums pack-centroids/centroids place-centers/centers place-centers/words seed-centroids/given
    seed-centroids/points track-centroids/centroids track-centroids/former update-means/centroids
    update-means/sums update-superpixels/centers update-superpixels/sums`,
  [ONCE]: 'point-moments/responsibilities',
}

/** The key of an array in `reasons`: kernels that read float16 take the same paths as those that read float32. */
export const keyOf = (kernel: string, array: string): string => `${kernel.replace(' of halves', '')}/${array}`

/** The reason of each `kernel/array`. */
export const reasons: ReadonlyMap<string, string> = new Map(
  Object.entries(listed).flatMap(([reason, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, reason]),
  ),
)
