import type { CUT_TREE } from '../hierarchy.js'
import type { Sentences } from './sentences.js'

export const CUT_TREE_HELP: Sentences<typeof CUT_TREE> = {
  clusters: 'number of clusters; the last merges are undone',
  height: 'height at or below which merges are kept',
}
