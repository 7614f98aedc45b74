import type { ASSIGN, CREATE_KMEANS, ELBOW, ESTIMATE_KMEANS, KMEANS, PREPARE, TUNE_KMEANS } from '../kmeans.js'
import type { Sentences } from './sentences.js'
import { OUTPUT, PROGRESS, SIGNAL } from './shared.js'

const CLUSTERING = {
  init: 'choice of the first centroids',
  weights: 'weight of each point, at least 0 and not all 0',
  maxIterations: 'maximum number of iterations',
  tolerance:
    'stop when the centroids move less than this, in standard deviations of the data; 0: when no label changes',
  restarts: 'number of runs, of which the best is kept',
  seed: 'seed of the random choices',
  emptyClusters:
    'treatment of a cluster without points: it takes the farthest point or half of the largest cluster, or stays',
  batchSize: 'number of points of a mini-batch; without it, every iteration uses all points',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const KMEANS_HELP: Sentences<typeof KMEANS> = {
  k: 'number of clusters',
  ...CLUSTERING,
  precision: 'storage of the points: float16 takes half the memory, and the result tells how far it is from them',
}

export const ELBOW_HELP: Sentences<typeof ELBOW> = {
  from: 'minimum number of clusters',
  to: 'maximum number of clusters',
  ...CLUSTERING,
}

export const ASSIGN_HELP: Sentences<typeof ASSIGN> = { output: OUTPUT }

export const ESTIMATE_KMEANS_HELP: Sentences<typeof ESTIMATE_KMEANS> = {
  rows: 'number of points',
  columns: 'columns of the points',
  k: 'number of clusters',
  weighted: 'the points have weights',
  streamed: 'the points come from a source and are read for every pass',
  init: 'choice of the first centroids, as for kmeans',
}

export const CREATE_KMEANS_HELP: Sentences<typeof CREATE_KMEANS> = {
  rows: 'number of points',
  columns: 'columns of the points',
  k: 'number of clusters, at most the number of points',
  iterations: 'number of iterations of one run, record or encode',
  seed: 'seed of the random rows that centroids start as, unless centroids are given',
}

export const PREPARE_HELP: Sentences<typeof PREPARE> = {
  points: 'points: a buffer, a texture or a matrix',
  centroids: 'first centroids, replaced by the result: a buffer, or a matrix to copy',
  labels: 'buffer for the labels',
}

export const TUNE_KMEANS_HELP: Sentences<typeof TUNE_KMEANS> = {
  columns: 'columns of the points',
  k: 'number of clusters',
}
