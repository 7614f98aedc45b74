import type { AGGLOMERATIVE, CUT_TREE } from '../hierarchy.js'
import type { Sentences } from './sentences.js'
import { METRIC, PROGRESS, SIGNAL } from './shared.js'

export const AGGLOMERATIVE_HELP: Sentences<typeof AGGLOMERATIVE> = {
  linkage:
    'distance between clusters: the growth of the sum of squares (ward), that of the nearest points, of the farthest, ' +
    'the mean of all pairs, or that of the centroids',
  metric: `${METRIC}; ward and centroid take the Euclidean only`,
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const CUT_TREE_HELP: Sentences<typeof CUT_TREE> = {
  clusters: 'number of clusters; the last merges are undone',
  height: 'height at or below which merges are kept',
}
