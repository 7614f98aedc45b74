import { EXTERNAL } from '../options/external.js'
import { readOptions } from '../options/table.js'
import { type Contingency, type ContingencyOptions, countCells, type PointLabels } from './contingency.js'
import { expectedInformation } from './expected-information.js'

/**
 * The mutual information of clusters and classes over the mean of their entropies: 0 … 1, 1 for the same partition, also
 * of a single cluster (A. Strehl and J. Ghosh, JMLR 3, 2002; with the arithmetic mean it is `vMeasure`).
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function normalizedMutualInformation(
  labels: PointLabels,
  truth: PointLabels,
  options: ContingencyOptions = {},
): number {
  const { shared, ofClusters, ofClasses, isSame } = measure('normalizedMutualInformation', labels, truth, options)
  return isSame ? 1 : Math.min(1, shared / ((ofClusters + ofClasses) / 2))
}

/**
 * The mutual information of clusters and classes, adjusted for chance: 1 for the same partition and 0 on average for
 * random ones with clusters and classes of these sizes, whose expectation is exact (N. X. Vinh, J. Epps and J. Bailey, JMLR
 * 11, 2010, eq. 24a); with the arithmetic mean of the entropies. 0 if there is a single cluster or class, or each point is
 * one, and the other partition is another.
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @returns at most 1; negative for less agreement than by chance
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function adjustedMutualInformation(
  labels: PointLabels,
  truth: PointLabels,
  options: ContingencyOptions = {},
): number {
  const measured = measure('adjustedMutualInformation', labels, truth, options)
  const { shared, ofClusters, ofClasses, isSame, counted } = measured
  if (isSame) return 1
  const numbers = [counted.clusters.sizes.length, counted.classes.sizes.length]
  // Every partition of these sizes has the same mutual information.
  if (numbers.some((number) => number === 1 || number === counted.points)) return 0
  const expected = expectedInformation(counted.clusters.sizes, counted.classes.sizes, counted.points)
  return (shared - expected) / ((ofClusters + ofClasses) / 2 - expected)
}

/**
 * How far each cluster has points of one class only: 1 − H(classes | clusters) / H(classes), 0 … 1; 1 for a single class
 * (A. Rosenberg and J. Hirschberg, "V-Measure", EMNLP-CoNLL 2007).
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function homogeneity(labels: PointLabels, truth: PointLabels, options: ContingencyOptions = {}): number {
  return measure('homogeneity', labels, truth, options).homogeneity
}

/**
 * How far the points of each class are in one cluster: 1 − H(clusters | classes) / H(clusters), 0 … 1; 1 for a single
 * cluster (A. Rosenberg and J. Hirschberg, "V-Measure", EMNLP-CoNLL 2007).
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function completeness(labels: PointLabels, truth: PointLabels, options: ContingencyOptions = {}): number {
  return measure('completeness', labels, truth, options).completeness
}

/**
 * The harmonic mean of `homogeneity` and `completeness`, 0 … 1, which is `normalizedMutualInformation` (A. Rosenberg and J.
 * Hirschberg, "V-Measure", EMNLP-CoNLL 2007).
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function vMeasure(labels: PointLabels, truth: PointLabels, options: ContingencyOptions = {}): number {
  const { homogeneity: h, completeness: c } = measure('vMeasure', labels, truth, options)
  return h + c === 0 ? 0 : (2 * h * c) / (h + c)
}

/** Below this, mutual information is the rounding of its sum. */
const ROUNDING = 2 ** -52

/** The entropies of two partitions and what they share, in nats. */
function measure(caller: string, labels: PointLabels, truth: PointLabels, options: ContingencyOptions) {
  const { noise } = readOptions(caller, options, EXTERNAL)
  const counted = countCells(labels, truth, noise)
  const { points, cells, clusters, classes } = counted
  const shared = mutualInformation(counted)
  const ofClusters = entropy(clusters.sizes, points)
  const ofClasses = entropy(classes.sizes, points)
  const isPure = cells.counts.length === clusters.sizes.length
  const isWhole = cells.counts.length === classes.sizes.length
  return {
    counted,
    shared,
    ofClusters,
    ofClasses,
    isSame: isPure && isWhole,
    homogeneity: isPure ? 1 : Math.min(1, shared / ofClasses),
    completeness: isWhole ? 1 : Math.min(1, shared / ofClusters),
  }
}

function entropy(sizes: Uint32Array, points: number): number {
  let sum = 0
  for (let at = 0; at < sizes.length; at++) sum += sizes[at] * Math.log(points / sizes[at])
  return sum / points
}

function mutualInformation({ points, cells, clusters, classes }: Contingency): number {
  const { counts } = cells
  let sum = 0
  for (let at = 0; at < counts.length; at++) {
    const independent = clusters.sizes[cells.clusters[at]] * classes.sizes[cells.classes[at]]
    sum += counts[at] * Math.log((counts[at] * points) / independent)
  }
  const information = sum / points
  return information < ROUNDING ? 0 : information
}
