import type { DBSCAN, HDBSCAN, HDBSCAN_TREE, NEIGHBOR_DISTANCES, PREDICT_DBSCAN, PREDICT_HDBSCAN } from '../density.js'
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

export const PREDICT_DBSCAN_HELP: Sentences<typeof PREDICT_DBSCAN> = {
  training: 'the points that were clustered, or any of them with all core points',
  clustering: 'what `dbscan` returned for them: their labels and core points',
  epsilon: 'largest distance at which two points are neighbours, as for `dbscan`',
  metric: METRIC,
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const PREDICT_HDBSCAN_HELP: Sentences<typeof PREDICT_HDBSCAN> = {
  training: 'the points that were clustered',
  clustering: 'what `hdbscan` returned for them: the condensed tree and its selected clusters',
  minSamples: 'number of points within the core distance, as for `hdbscan`',
  metric: METRIC,
  signal: SIGNAL,
  onProgress: PROGRESS,
}
