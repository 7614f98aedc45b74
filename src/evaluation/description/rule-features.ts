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

/**
 * Writes the bin of every row to `bins`: one for each value, or if there are more, bins between quantiles of the first
 * `own` rows, those of the cluster, and of the others, so that either are told apart where they are dense.
 */
export function binFeature(feature: Feature, rows: Uint32Array, own: number, bins: Uint8Array): Bins {
  if (feature.column === null) {
    for (let at = 0; at < rows.length; at++) bins[at] = feature.codes[rows[at]] === feature.code ? 1 : 0
    return { last: [0], first: [1] }
  }
  const values = new Float64Array(rows.length)
  for (let at = 0; at < rows.length; at++) values[at] = feature.values[rows[at]]
  const limits = binLimits(values, own)
  for (let at = 0; at < rows.length; at++) bins[at] = binOf(limits.first, values[at])
  return limits
}

function binLimits(values: Float64Array, own: number): Bins {
  const sorted = values.slice().sort()
  let distinct = 1
  for (let at = 1; at < sorted.length; at++) if (sorted[at] !== sorted[at - 1]) distinct++
  const cuts = distinct <= MOST_BINS ? sorted : quantilesOf([values.subarray(0, own), values.subarray(own)])
  const limits: Bins = { last: [], first: [] }
  for (let at = 1, cut = 0; at < sorted.length; at++) {
    if (sorted[at] === sorted[at - 1]) continue
    while (cut < cuts.length && cuts[cut] < sorted[at]) cut++
    if (cuts[cut] !== sorted[at]) continue
    limits.last.push(sorted[at - 1])
    limits.first.push(sorted[at])
  }
  return limits
}

/** Quantiles of two lists together, fewer than bins, ascending. */
function quantilesOf(lists: readonly Float64Array[]): Float64Array {
  const each = MOST_BINS / 2 - 1
  const quantiles = lists.flatMap((list) => {
    const sorted = list.slice().sort()
    return Array.from({ length: each }, (_, at) => sorted[Math.floor((at * sorted.length) / each)])
  })
  return Float64Array.from(quantiles).sort()
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
