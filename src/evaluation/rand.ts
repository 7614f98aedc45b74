import { EXTERNAL } from '../options/external.js'
import { readOptions } from '../options/table.js'
import { type Contingency, type ContingencyOptions, countCells, type PointLabels } from './contingency.js'

/**
 * The adjusted Rand index: agreement of two partitions by pairs of points, 1 if they are the same and 0 on average if one
 * is random (L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2, 1985, eq. 5). Pairs are counted
 * exactly, whatever their number.
 *
 * @param labels cluster of each point: integers or strings
 * @param truth class of each point, as many
 * @returns −1/2 … 1; 1 for the same partition, also of a single cluster
 * @throws LloydError `InputError` for labels that are neither, for unequal lengths, and for none at all
 */
export function adjustedRandIndex(labels: PointLabels, truth: PointLabels, options: ContingencyOptions = {}): number {
  const { noise } = readOptions('adjustedRandIndex', options, EXTERNAL)
  const { together, clusters, classes, all } = countPairs(countCells(labels, truth, noise))
  // Numerator and denominator of the index, times the number of pairs.
  const excess = together * all - clusters * classes
  const isSame = together === clusters && together === classes
  return isSame ? 1 : Number(2n * excess) / Number((clusters + classes) * all - 2n * clusters * classes)
}

export interface PairCounts {
  /** Pairs in one cluster and one class. */
  together: bigint
  /** Pairs in one cluster. */
  clusters: bigint
  /** Pairs in one class. */
  classes: bigint
  all: bigint
}

/** The number of pairs of points that are together. */
export function countPairs({ points, cells, clusters, classes }: Contingency): PairCounts {
  return {
    together: pairsOf(cells.counts),
    clusters: pairsOf(clusters.sizes),
    classes: pairsOf(classes.sizes),
    all: pairsOf([points]),
  }
}

/** The number of pairs within groups of these sizes: a float64 counts exactly up to 2⁵³. */
function pairsOf(sizes: ArrayLike<number>): bigint {
  let pairs = 0n
  let few = 0
  for (let at = 0; at < sizes.length; at++) {
    const size = sizes[at]
    if (size > 2 ** 26) pairs += (BigInt(size) * BigInt(size - 1)) / 2n
    else few += (size * (size - 1)) / 2
    if (few > 2 ** 52) {
      pairs += BigInt(few)
      few = 0
    }
  }
  return pairs + BigInt(few)
}
