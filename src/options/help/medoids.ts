import type { KMEDOIDS, PREDICT_MEDOIDS } from '../medoids.js'
import type { Sentences } from './sentences.js'
import { METRIC, PROGRESS, SIGNAL } from './shared.js'

export const KMEDOIDS_HELP: Sentences<typeof KMEDOIDS> = {
  k: 'number of clusters',
  metric: `${METRIC}; precomputed: the points are a matrix with the distance of every row to every column`,
  init: 'the first medoids: those that lower the cost the most, one after another; random rows; or k row numbers',
  weights: 'weight of each point, at least 0 and not all 0',
  sampleSize: 'number of random points whose weighted cost is lowered, by default all',
  maxIterations: 'maximum number of passes over all candidates',
  seed: 'seed of the random choices',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const PREDICT_MEDOIDS_HELP: Sentences<typeof PREDICT_MEDOIDS> = {
  training: 'the points that were clustered, or any of them with all medoids; not with precomputed distances',
  clustering: 'what `kmedoids` returned for them: the rows of the medoids',
  metric: `${METRIC}; precomputed: the points are a matrix with the distance of every row to every point that was clustered`,
  signal: SIGNAL,
  onProgress: PROGRESS,
}
