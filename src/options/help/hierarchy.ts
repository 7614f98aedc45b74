import type { AGGLOMERATIVE, CONNECTIVITY, CUT_TREE, DENDROGRAM_SVG } from '../hierarchy.js'
import type { Sentences } from './sentences.js'
import { METRIC, PROGRESS, SIGNAL } from './shared.js'

export const AGGLOMERATIVE_HELP: Sentences<typeof AGGLOMERATIVE> = {
  linkage:
    'distance between clusters: the growth of the sum of squares (ward), that of the nearest points, of the farthest, ' +
    'the mean of all pairs, or that of the centroids',
  metric: `${METRIC}; ward and centroid take the Euclidean only`,
  connectivity: 'rows that are connected; only clusters with an edge between them merge',
  leafOrder:
    'order of the leaves: the first cluster of every merge first, or that with the least sum of distances between ' +
    'neighbours, for at most 16384 rows',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const CONNECTIVITY_HELP: Sentences<typeof CONNECTIVITY> = {
  neighbors: 'number of nearest other rows that each row is connected with',
  edges: 'pairs of connected rows, two numbers of rows each',
}

export const CUT_TREE_HELP: Sentences<typeof CUT_TREE> = {
  clusters: 'number of clusters; the last merges are undone',
  height: 'height at or below which merges are kept',
}

export const DENDROGRAM_SVG_HELP: Sentences<typeof DENDROGRAM_SVG> = {
  cut: 'the cut, as options of cutTree: clusters below it have a colour each, what is above is grey',
  truncate: 'number of clusters at the foot, with their sizes in parentheses; only the merges of these are drawn',
  labels: 'name of each row; by default its number, from 0 on',
  leaves: 'the rows along the foot, in which those of each cluster are together',
  orientation: 'whether heights rise upwards, or to the right from rows that are listed from top to bottom',
  width: 'width in pixels; by default as the number of names asks for',
  height: 'height in pixels; by default as the number of names asks for',
  title: 'title above the tree',
  subtitle: 'line below the title',
}
