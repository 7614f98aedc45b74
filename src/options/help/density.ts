import type { DBSCAN } from '../density.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const DBSCAN_HELP: Sentences<typeof DBSCAN> = {
  epsilon: 'largest distance at which two points are neighbours',
  minPoints: 'number of neighbours, the point itself included, or their total weight, that makes a core point',
  metric: 'distance between points; the cosine distance is 1 − cos',
  weights: 'weight of each point, at least 0 and not all 0',
  signal: SIGNAL,
  onProgress: PROGRESS,
}
