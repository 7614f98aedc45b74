import { LloydError } from './error.js'

/** The names of all kernels: what the option `twins` takes. A list, since importing the kernels would bundle them. */
export const kernelNames: readonly string[] = /* @__PURE__ */ `
add-moments apply-slope assign-colors assign-superpixels average-colors begin-round center-points centroid-distances
check-convergence choose-candidate choose-color choose-shift color-moments column-statistics combine-densities
compact-colors convolution-weights convolve count-colors count-neighbors cross-entropy diagonal-densities
diagonal-moments diffuse-errors draw-candidates draw-colors draw-latent drop-units end-iteration export-centroids
export-pixels find-empty-clusters fold-sums gather-batch gather-rows import-centroids import-pixels import-texels
include-color join-cores judge-batch judge-epoch keep-parameters label-slots latent-gradient list-candidates
list-centroids lowest-label map-colors map-pixels matrix-product mean-distances measure-entries measure-mapping
measure-pixels measure-points measure-reconstruction mix-entries nearest-bounded nearest-centroid nearest-cluster
nearest-listed nearest-other nearest-points nearest-responsibilities pack-centroids pack-halves pack-pixels pair-distances
penalize-code pick-entries place-centers place-colors place-palette point-densities point-moments pool round-palette
scan-blocks scan-points seed-centroids shuffle-rows softmax spread step-adam step-sgd sum-clusters sum-log-densities
sum-slices sum-values swap-changes take-candidates track-centroids try-candidates try-colors unpack-halves
update-means update-superpixels weigh-colors weigh-whitened whitened-densities write-rows
`
  .trim()
  .split(/\s/)

/** Throws an `InputError` for a name that no kernel has. */
export function requireKernelNames(names: readonly string[]): void {
  for (const name of names) {
    if (kernelNames.includes(name)) continue
    throw new LloydError('InputError', `there is no kernel '${name}'; there are ${kernelNames.join(', ')}`)
  }
}
