import { countUp, sortByKeys } from '../../neighbors/sort.js'
import type { PointLabels } from '../contingency.js'
import { readLabels } from '../labels.js'

/** The rows of every cluster. */
export interface Groups {
  /** Number of each row's cluster: in the order of labels, noise last. */
  codes: Uint32Array
  labels: (number | string)[]
  sizes: Uint32Array
  /** Rows cluster by cluster, ascending in each, and the first place of every cluster. */
  members: Uint32Array
  starts: Uint32Array
  /** The number of noise, −1 where there is none. */
  noise: number
}

export function groupRows(pointLabels: PointLabels, rows: number): Groups {
  const { codes, values, sizes, count } = readLabels(pointLabels, { rows, strings: true })
  const found = values.indexOf(-1)
  if (found >= 0) {
    // Behind the others, whose numbers then are those of dense labels.
    for (let row = 0; row < rows; row++) {
      if (codes[row] === found) codes[row] = count - 1
      else if (codes[row] > found) codes[row]--
    }
  }
  const order = countUp(count).map((code) => (found < 0 || code < found ? code : code === count - 1 ? found : code + 1))
  const ordered = order.map((code) => sizes[code])
  const starts = new Uint32Array(count)
  for (let code = 1; code < count; code++) starts[code] = starts[code - 1] + ordered[code - 1]
  return {
    codes,
    labels: Array.from(order, (code) => values[code]),
    sizes: ordered,
    members: sortByKeys(countUp(rows), codes),
    starts,
    noise: found < 0 ? -1 : count - 1,
  }
}

/** The rows of one cluster, ascending. */
export const membersOf = ({ members, starts, sizes }: Groups, code: number) =>
  members.subarray(starts[code], starts[code] + sizes[code])
