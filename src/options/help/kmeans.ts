import type { ASSIGN, CREATE_KMEANS, ELBOW, ESTIMATE_KMEANS, KMEANS, PREPARE, TUNE_KMEANS } from '../kmeans.js'
import type { Sentences } from './sentences.js'
import { OUTPUT, PROGRESS, SIGNAL } from './shared.js'

const CLUSTERING = {
  init: 'how the first centroids are chosen',
  weights: 'a weight of at least 0 for every point, not all of them 0',
  maxIterations: 'most iterations',
  tolerance:
    'stop when the centroids move less than this, in standard deviations of the data; 0: when no label changes',
  restarts: 'runs, of which the best is kept',
  seed: 'seed of the random choices',
  emptyClusters: 'what becomes of a cluster without points: it takes the farthest point, half of the largest, or stays',
  batchSize: 'points of a mini-batch; without it every iteration takes all points',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const KMEANS_HELP: Sentences<typeof KMEANS> = { k: 'number of clusters', ...CLUSTERING }

export const ELBOW_HELP: Sentences<typeof ELBOW> = { from: 'the first k', to: 'the last k', ...CLUSTERING }

export const ASSIGN_HELP: Sentences<typeof ASSIGN> = { output: OUTPUT }

export const ESTIMATE_KMEANS_HELP: Sentences<typeof ESTIMATE_KMEANS> = {
  rows: 'number of points',
  columns: 'columns of the points',
  k: 'number of clusters',
  weighted: 'the points have weights',
  streamed: 'the points come from a source and are read for every pass',
  init: 'how the first centroids are chosen, as for kmeans',
}

export const CREATE_KMEANS_HELP: Sentences<typeof CREATE_KMEANS> = {
  rows: 'number of points',
  columns: 'columns of the points',
  k: 'number of clusters, at most that of the points',
  iterations: 'iterations of one run, record or encode',
  seed: 'seed by which the rows are drawn that centroids begin as where none are given',
}

export const PREPARE_HELP: Sentences<typeof PREPARE> = {
  points: 'the points: a buffer, a texture or a matrix',
  centroids: 'where the centroids start and are left: a buffer, or a matrix to copy',
  labels: 'the buffer that the labels are left in',
}

export const TUNE_KMEANS_HELP: Sentences<typeof TUNE_KMEANS> = {
  columns: 'columns of the points',
  k: 'number of clusters',
}
