import { EXTERNAL, F_MEASURE } from '../options/external.js'
import { readOptions } from '../options/table.js'
import { type Contingency, type ContingencyOptions, countCells, type PointLabels } from './contingency.js'
import { matchGreatest } from './match-greatest.js'
import { countPairs } from './rand.js'

export interface FMeasureOptions extends ContingencyOptions {
  /**
   * - `'one-to-one'` (the default): clusters are matched to classes so that the most points lie in matches, among several
   *   such with the greatest result; F1 per class, 0 without a match, weighted by class size
   * - `'best-match'`: the same with the best cluster of each class, which several may share (B. Larsen and C. Aone, KDD 1999)
   * - `'pairs'`: of pairs of points in one cluster that are in one class (C. D. Manning, P. Raghavan and H. Schütze,
   *   Introduction to Information Retrieval, 2008, §16.3)
   * - `'b-cubed'`: of the mean precision and recall of points (A. Bagga and B. Baldwin, COLING-ACL 1998)
   */
  kind?: 'one-to-one' | 'best-match' | 'pairs' | 'b-cubed'
}

/**
 * The share of points that belong to the most frequent class of their cluster, 0 … 1 (C. D. Manning, P. Raghavan and H.
 * Schütze, Introduction to Information Retrieval, 2008, §16.3). It grows with the number of clusters.
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function purity(labels: PointLabels, truth: PointLabels, options: ContingencyOptions = {}): number {
  const { noise } = readOptions('purity', options, EXTERNAL)
  const { points, cells, clusters } = countCells(labels, truth, noise)
  const most = new Uint32Array(clusters.sizes.length)
  for (let at = 0; at < cells.counts.length; at++) {
    const cluster = cells.clusters[at]
    most[cluster] = Math.max(most[cluster], cells.counts[at])
  }
  return sumOf(most) / points
}

/**
 * The F-measure, the harmonic mean of precision and recall of clusters as classes, 0 … 1; 1 for the same partition.
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @param options `kind`: how clusters are matched to classes
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function fMeasure(labels: PointLabels, truth: PointLabels, options: FMeasureOptions = {}): number {
  const { noise, kind } = readOptions('fMeasure', options, F_MEASURE)
  const counted = countCells(labels, truth, noise)
  if (kind === 'pairs') return ofPairs(counted)
  if (kind === 'b-cubed') return ofPoints(counted)
  const { points, cells, classes } = counted
  const scores = cellScores(counted)
  if (kind === 'best-match') {
    const best = new Float64Array(classes.sizes.length)
    for (let at = 0; at < scores.length; at++) {
      best[cells.classes[at]] = Math.max(best[cells.classes[at]], scores[at])
    }
    return sumOf(best) / points
  }
  // The number of points, and among equal ones the scores, whose sum is at most that of the points.
  const weights = scores.map((score, at) => cells.counts[at] + score / (2 * points))
  const matched = matchGreatest(counted, weights)
  return sumOf(scores.filter((_, at) => matched[at])) / points
}

/** F1 of each cell's cluster for its class, times the size of the class. */
function cellScores({ cells, clusters, classes }: Contingency): Float64Array {
  const scores = new Float64Array(cells.counts.length)
  for (let at = 0; at < scores.length; at++) {
    const size = classes.sizes[cells.classes[at]]
    scores[at] = size * ((2 * cells.counts[at]) / (clusters.sizes[cells.clusters[at]] + size))
  }
  return scores
}

function ofPairs(counted: Contingency): number {
  const { together, clusters, classes } = countPairs(counted)
  return clusters + classes === 0n ? 1 : Number(2n * together) / Number(clusters + classes)
}

function ofPoints({ points, cells, clusters, classes }: Contingency): number {
  let precision = 0
  let recall = 0
  for (let at = 0; at < cells.counts.length; at++) {
    const count = cells.counts[at]
    precision += count * (count / clusters.sizes[cells.clusters[at]])
    recall += count * (count / classes.sizes[cells.classes[at]])
  }
  return (2 * (precision / points) * (recall / points)) / (precision / points + recall / points)
}

function sumOf(values: Uint32Array | Float64Array): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]
  return sum
}
