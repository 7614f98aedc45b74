import { countUp, sortByKeys } from '../../neighbors/sort.js'
import type { CategoryColumn } from './category-profile.js'
import type { RuleCondition } from './description.js'
import { thresholdBetween } from './threshold.js'
import type { Split } from './tree.js'

/** Most bins of a column, since bins are bytes. */
const MOST_BINS = 256
/** Most values of a categorical column that conditions name: the most frequent. */
const MOST_VALUES = 32

/** What conditions are about: a column of numbers, or whether a categorical column has a value. */
export type Feature =
  | { name: string; column: number; values: Float64Array }
  | { name: string; column: null; codes: Int32Array; code: number; value: string }

/** Features of columns, and of the frequent values of categorical columns. */
export function listFeatures(
  columns: readonly { name: string; values: Float64Array }[],
  categories: readonly CategoryColumn[],
): Feature[] {
  return [
    ...columns.map(({ name, values }, column) => ({ name, column, values })),
    ...categories.flatMap(({ name, codes, values }) =>
      frequentValues(codes, values.length).map((code) => ({
        ...{ name, column: null, codes, code },
        value: values[code],
      })),
    ),
  ]
}

function frequentValues(codes: Int32Array, values: number): number[] {
  const counts = new Uint32Array(values)
  for (let row = 0; row < codes.length; row++) if (codes[row] >= 0) counts[codes[row]]++
  const order = sortByKeys(
    countUp(values),
    counts.map((count) => ~count),
  )
  return [...order.subarray(0, MOST_VALUES)]
}

/** The bins of some rows in a feature. */
export interface Bins {
  /** The greatest value of each bin, and the least of the next. */
  last: number[]
  first: number[]
}

/** Writes the bin of every row to `bins`: one for each value, or if there are more, as many rows each as ties permit. */
export function binFeature(feature: Feature, rows: Uint32Array, bins: Uint8Array): Bins {
  if (feature.column === null) {
    for (let at = 0; at < rows.length; at++) bins[at] = feature.codes[rows[at]] === feature.code ? 1 : 0
    return { last: [0], first: [1] }
  }
  const values = new Float64Array(rows.length)
  for (let at = 0; at < rows.length; at++) values[at] = feature.values[rows[at]]
  const limits = binLimits(values.slice().sort())
  for (let at = 0; at < rows.length; at++) bins[at] = binOf(limits.first, values[at])
  return limits
}

function binLimits(sorted: Float64Array): Bins {
  let distinct = 1
  for (let at = 1; at < sorted.length; at++) if (sorted[at] !== sorted[at - 1]) distinct++
  const step = distinct <= MOST_BINS ? 1 : sorted.length / MOST_BINS
  const limits: Bins = { last: [], first: [] }
  for (let at = 1, next = step; at < sorted.length; at++) {
    if (sorted[at] === sorted[at - 1] || at < next) continue
    limits.last.push(sorted[at - 1])
    limits.first.push(sorted[at])
    next = Math.max(next + step, at + 1)
  }
  limits.last.splice(MOST_BINS - 1)
  limits.first.splice(MOST_BINS - 1)
  return limits
}

/** The number of limits that are at most the value. */
function binOf(limits: readonly number[], value: number): number {
  let [from, to] = [0, limits.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (limits[middle] <= value) from = middle + 1
    else to = middle
  }
  return from
}

/** The conditions of a path, without those that a later one implies. */
export function conditionsOf(
  path: readonly Split[],
  features: readonly Feature[],
  bins: readonly Bins[],
): RuleCondition[] {
  const kept = path.filter(
    ({ feature, above }, at) =>
      !path.some((later, place) => place > at && later.feature === feature && later.above === above),
  )
  return kept.map(({ feature, bin, above }) => {
    const about = features[feature]
    if (about.column === null) {
      return { name: about.name, column: null, operator: above ? '=' : '!=', value: about.value }
    }
    const threshold = thresholdBetween(bins[feature].last[bin], bins[feature].first[bin])
    return { name: about.name, column: about.column, operator: above ? '>' : '<=', threshold }
  })
}

/** Whether each row meets all conditions: 1 or 0. */
export function rowsMeeting(
  conditions: readonly RuleCondition[],
  features: readonly Feature[],
  rows: number,
): Uint8Array {
  const meets = new Uint8Array(rows).fill(1)
  for (const condition of conditions) {
    const feature = features.find((each) =>
      condition.column === null
        ? each.column === null && each.name === condition.name && each.value === condition.value
        : each.column === condition.column,
    )!
    if (feature.column === null) keepByValue(meets, feature, condition.operator === '=')
    else keepByNumber(meets, feature.values, condition as RuleCondition & { threshold: number })
  }
  return meets
}

function keepByValue(meets: Uint8Array, { codes, code }: Feature & { column: null }, equal: boolean): void {
  for (let row = 0; row < meets.length; row++) if ((codes[row] === code) !== equal) meets[row] = 0
}

function keepByNumber(
  meets: Uint8Array,
  values: Float64Array,
  { operator, threshold }: { operator: string; threshold: number },
): void {
  const above = operator === '>'
  for (let row = 0; row < meets.length; row++) if (values[row] > threshold !== above) meets[row] = 0
}
