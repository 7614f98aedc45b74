import type { CHOOSE_CLUSTERS, GAP } from '../choose.js'
import { ELBOW_HELP } from './kmeans.js'
import type { Sentences } from './sentences.js'

const REFERENCES = 'number of sets of uniform points that the sums of squares are compared with'

export const GAP_HELP: Sentences<typeof GAP> = { ...ELBOW_HELP, references: REFERENCES }

export const CHOOSE_CLUSTERS_HELP: Sentences<typeof CHOOSE_CLUSTERS> = {
  ...GAP_HELP,
  criteria: 'the criteria that choose, of which that of most counts',
}
