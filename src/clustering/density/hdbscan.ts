import { type Engine, executorOf } from '../../engine/engine.js'
import { mustBe } from '../../engine/error.js'
import type { Metric } from '../../neighbors/measured-points.js'
import { spanningTree } from '../../neighbors/spanning-tree.js'
import { HDBSCAN, HDBSCAN_TREE } from '../../options/density.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Points, Progress } from '../../types.js'
import { mergeTree } from '../hierarchy/merge-tree.js'
import { requireMerges } from '../hierarchy/merges.js'
import { type CondensedTree, condense } from './condense.js'
import { type SelectedClusters, type Selection, selectClusters } from './select-clusters.js'

/** The options that a tree leaves open. */
export interface HdbscanTreeOptions {
  /** Least number of points of a cluster; 2 … 2²⁴, 5 by default. */
  minClusterSize?: number
  /**
   * Clusters with the most excess of mass (the default), or the leaves of the condensed tree: more and smaller ones.
   */
  selection?: 'eom' | 'leaf'
  /** Distance up to which clusters are not separated, this distance included; at least 0, the default. */
  epsilon?: number
}

export interface HdbscanOptions extends HdbscanTreeOptions {
  /**
   * Number of points, the point itself included, that lie within a point's core distance; 1 … 2²⁴, by default
   * `minClusterSize`, and at most the number of points. More of them make more noise.
   */
  minSamples?: number
  /** Distance of points: Euclidean (the default), Manhattan, or the cosine distance 1 − cos, which no zero row has. */
  metric?: Metric
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  /** Stages: nearest, join. */
  onProgress?: (progress: Progress) => void
}

/** A clustering by density, with its tree. Plain data. */
export interface Hdbscan extends SelectedClusters {
  /**
   * Merges by ascending mutual reachability, as rows a, b, height, size of SciPy's layout, and in a canonical order.
   */
  merges: Matrix<Float64Array>
  /** The clusters among them of at least `minClusterSize` points. */
  condensed: CondensedTree
}

/**
 * HDBSCAN*: clusters of any shape and of varying density, without a distance to choose. Single linkage of the mutual
 * reachability, which is the largest of a distance and both core distances, is condensed to clusters of at least
 * `minClusterSize` points, of which some are selected, never all points together (R. J. G. B. Campello, D. Moulavi and
 * J. Sander, "Density-based clustering based on hierarchical density estimates", PAKDD 2013; L. McInnes and J. Healy,
 * "Accelerated hierarchical density based clustering", ICDMW 2017). All edges of one weight are one event, so that the
 * order of the points decides nothing but the numbering.
 *
 * A result is a tree for further calls, which return at once, with other options than `minSamples` and `metric`.
 *
 * Distances are computed in float32, of points that are centred in float64 where they lie far from 0. Memory is linear
 * in the points. All points are held in memory, those of a source or a device too.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the points (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export function hdbscan(engine: Engine, points: Points, options?: HdbscanOptions): Promise<Hdbscan>
export function hdbscan(tree: { merges: Matrix<Float64Array> }, options?: HdbscanTreeOptions): Hdbscan
export function hdbscan(
  engine: Engine | { merges: Matrix<Float64Array> },
  points?: Points | HdbscanTreeOptions,
  options?: HdbscanOptions,
): Promise<Hdbscan> | Hdbscan {
  const isTree = typeof engine === 'object' && engine !== null && 'merges' in engine
  if (!isTree) return clusterPoints(engine, points as Points, options)
  const settings = readOptions('hdbscan of a tree', (points ?? {}) as HdbscanTreeOptions, HDBSCAN_TREE)
  if (!(engine.merges?.data instanceof Float64Array))
    throw mustBe('merges', 'a float64 matrix of 4 columns', engine.merges)
  requireMerges(engine.merges, true)
  return clusterTree(engine.merges, settings)
}

async function clusterPoints(engine: Engine, points: Points, options: HdbscanOptions = {}): Promise<Hdbscan> {
  const executor = executorOf(engine)
  const settings = readOptions('hdbscan', options, HDBSCAN)
  const { metric, minClusterSize, minSamples = minClusterSize, signal, onProgress } = settings
  const edges = await spanningTree(executor, points, { metric, minSamples, signal, onProgress })
  return clusterTree(mergeTree(edges), settings)
}

function clusterTree(merges: Matrix<Float64Array>, settings: Selection & { minClusterSize: number }): Hdbscan {
  const condensed = condense(merges, settings.minClusterSize)
  return { ...selectClusters(condensed, settings), merges, condensed }
}
