import type { GAUSSIAN_MIXTURE, MEASURE_MIXTURE, PREDICT_MIXTURE, SAMPLE_MIXTURE } from '../mixture.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const GAUSSIAN_MIXTURE_HELP: Sentences<typeof GAUSSIAN_MIXTURE> = {
  components: 'number of normal distributions',
  covariance: 'covariance of the components: a matrix each, one for all, only variances, or one variance each',
  regularization: 'added to the variances in every iteration, in squared units of the points',
  weights: 'weight of each point, at least 0 and not all 0',
  tolerance: 'stop when the mean log-likelihood of a point changes by less than this; 0: when it no longer rises',
  maxIterations: 'maximum number of iterations',
  restarts: 'number of runs, of which the most likely is kept',
  seed: 'seed of the random choices',
  init: 'first means, one for each component; by default, the centroids of k-means',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const MEASURE_MIXTURE_HELP: Sentences<typeof MEASURE_MIXTURE> = { signal: SIGNAL, onProgress: PROGRESS }

export const PREDICT_MIXTURE_HELP: Sentences<typeof PREDICT_MIXTURE> = {
  responsibilities: 'also return the probabilities of all components',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const SAMPLE_MIXTURE_HELP: Sentences<typeof SAMPLE_MIXTURE> = { seed: 'seed of the draws' }
