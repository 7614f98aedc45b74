import type { DBCV, DUNN, INDEX, SILHOUETTE } from '../evaluation.js'
import type { Sentences } from './sentences.js'
import { METRIC, PROGRESS, SIGNAL } from './shared.js'

const NOISE = 'whether points labelled −1 are a cluster like others, or left out'

export const INDEX_HELP: Sentences<typeof INDEX> = { noise: NOISE, signal: SIGNAL }

export const DBCV_HELP: Sentences<typeof DBCV> = { signal: SIGNAL, onProgress: PROGRESS }

export const DUNN_HELP: Sentences<typeof DUNN> = { ...INDEX_HELP, onProgress: PROGRESS }

export const SILHOUETTE_HELP: Sentences<typeof SILHOUETTE> = {
  metric: METRIC,
  noise: NOISE,
  signal: SIGNAL,
  onProgress: PROGRESS,
}
