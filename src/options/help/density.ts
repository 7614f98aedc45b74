import type { DBSCAN, HDBSCAN, HDBSCAN_TREE, NEIGHBOR_DISTANCES } from '../density.js'
import type { Sentences } from './sentences.js'
import { METRIC, PROGRESS, SIGNAL } from './shared.js'

export const DBSCAN_HELP: Sentences<typeof DBSCAN> = {
  epsilon: 'largest distance at which two points are neighbours',
  minPoints: 'number of neighbours, the point itself included, or their total weight, that makes a core point',
  metric: METRIC,
  weights: 'weight of each point, at least 0 and not all 0',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const HDBSCAN_TREE_HELP: Sentences<typeof HDBSCAN_TREE> = {
  minClusterSize: 'least number of points of a cluster',
  selection: 'clusters with the most excess of mass, or the leaves of the tree, which are more and smaller',
  epsilon: 'distance up to which clusters are not separated',
}

export const HDBSCAN_HELP: Sentences<typeof HDBSCAN> = {
  ...HDBSCAN_TREE_HELP,
  minSamples: 'number of points, the point itself included, within the core distance; minClusterSize by default',
  metric: METRIC,
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const NEIGHBOR_DISTANCES_HELP: Sentences<typeof NEIGHBOR_DISTANCES> = {
  k: 'which nearest point, the point itself included; at most the number of points',
  metric: METRIC,
  signal: SIGNAL,
  onProgress: PROGRESS,
}
