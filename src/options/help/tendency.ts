import type { HOPKINS, HOPKINS_TEST, VAT } from '../tendency.js'
import type { Sentences } from './sentences.js'
import { METRIC, PROGRESS, SIGNAL } from './shared.js'

export const HOPKINS_HELP: Sentences<typeof HOPKINS> = {
  samples:
    'number of points, and of places, from which the nearest points are searched; by default a tenth of the points, at most 100',
  seed: 'seed of the samples',
  edgeCorrection:
    'distances across opposite faces of the bounding box, as if it were repeated, so that its edges do not lengthen any; or plain distances',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const HOPKINS_TEST_HELP: Sentences<typeof HOPKINS_TEST> = {
  alternative: 'what a small p-value speaks for: clusters, a regular pattern, or either',
  ...HOPKINS_HELP,
}

export const VAT_HELP: Sentences<typeof VAT> = {
  samples: 'number of rows whose distances are ordered, drawn at random where there are more',
  improved: 'the longest step on the way that has the shortest (iVAT), in place of the distance',
  metric: METRIC,
  seed: 'seed of the samples',
  signal: SIGNAL,
  onProgress: PROGRESS,
}
