import type { DESCRIBE_CLUSTERS } from '../description.js'
import type { Sentences } from './sentences.js'

export const DESCRIBE_CLUSTERS_HELP: Sentences<typeof DESCRIBE_CLUSTERS> = {
  names: 'names of the columns; without them `column 1`, `column 2`, …',
  categories: 'categorical columns by name, with a value for each row, null where it has none',
  ruleDepth: 'most splits on the way to a leaf of the decision trees that rules are read from; 0 for no rules',
  seed: 'seed of the rows that rules are grown from and held out against',
}
