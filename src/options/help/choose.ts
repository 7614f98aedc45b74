import type { GAP } from '../choose.js'
import { ELBOW_HELP } from './kmeans.js'
import type { Sentences } from './sentences.js'

const REFERENCES = 'number of sets of uniform points that the sums of squares are compared with'

export const GAP_HELP: Sentences<typeof GAP> = { ...ELBOW_HELP, references: REFERENCES }
