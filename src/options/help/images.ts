import type { CLUSTER_IMAGES } from '../images.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const CLUSTER_IMAGES_HELP: Sentences<typeof CLUSTER_IMAGES> = {
  k: 'number of clusters; by default chosen from 2 to 10',
  seed: 'seed of the random choices',
  signal: SIGNAL,
  onProgress: PROGRESS,
}
