import type { Matrix } from '../../types.js'

/** The steps of each person on each day. Plain data. */
export interface DayCounts {
  /** Identifiers of the people. */
  ids: string[]
  /** The first day, as `2016-04-12`. */
  firstDay: string
  /** People × days; NaN where there is no record. */
  steps: Matrix
}
