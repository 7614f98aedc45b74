import type { EXTERNAL, F_MEASURE } from '../external.js'
import type { Sentences } from './sentences.js'

export const EXTERNAL_HELP: Sentences<typeof EXTERNAL> = {
  noise:
    'what -1 among the labels means: a cluster like others; noise, whose points are left out; or noise, each point of ' +
    'which is a cluster of its own',
}

export const F_MEASURE_HELP: Sentences<typeof F_MEASURE> = {
  kind:
    'clusters matched to classes so that the most points lie in matches; the best cluster of each class; pairs of ' +
    'points; or the mean precision and recall of points',
  ...EXTERNAL_HELP,
}
