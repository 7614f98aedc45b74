import { LloydError } from '../../engine/error.js'
import { ascendingOrder64 } from '../../neighbors/sort.js'
import type { ColumnSummary } from './description.js'
import type { Groups } from './groups.js'

/** A column of numbers in every cluster, by the numbers of clusters. */
export interface ColumnProfile {
  /** Mean and population standard deviation of all rows; the deviation is 0 where the column is constant up to rounding. */
  mean: number
  deviation: number
  /** Whether its values are 0 and 1. */
  isIndicator: boolean
  clusters: ClusterProfile[]
}

export interface ClusterProfile extends ColumnSummary {
  least: number
  greatest: number
  rest: ColumnSummary | null
  difference: number
  dominance: number
}

/** A column in its order. Numbers are (value − center) / unit, at most 2 in size. */
interface Scaled {
  center: number
  unit: number
  numbers: Float64Array
  /** Rows in ascending order of the column, and its values in that order. */
  order: Uint32Array
  sorted: Float64Array
}

/** Moments, quantiles and effect sizes of a column in every cluster and in the rest of each. Work: n log n. */
export function profileColumn(values: Float64Array, groups: Groups, column: number): ColumnProfile {
  const scaled = scaleColumn(values, column)
  const { numbers, center, unit, order, sorted } = scaled
  const parts = momentsOf(numbers, groups)
  const rests = momentsOfRests(parts)
  const all = together(parts[0], rests[0])
  const rows = values.length
  const deviation = unit * Math.sqrt(all.squares / rows)
  const mean = center + unit * all.mean
  const isConstant = deviation <= Number.EPSILON * Math.abs(mean) * rows
  const ranks = rankSums(scaled, groups)
  const places = placesByGroup(order, groups)
  const clusters = Array.from(groups.sizes, (size, code): ClusterProfile => {
    const own = places.subarray(groups.starts[code], groups.starts[code] + size)
    const summary = summaryOf(scaled, parts[code], (at) => sorted[own[at]])
    const extremes = { least: sorted[own[0]], greatest: sorted[own[size - 1]] }
    if (size === rows) return { ...summary, ...extremes, rest: null, difference: 0, dominance: 0 }
    const rest = summaryOf(scaled, rests[code], (at) => sorted[placeInRest(own, at)])
    const difference = isConstant ? 0 : differenceOf(parts[code], rests[code], ranks.leastGap)
    const dominance = isConstant ? 0 : dominanceOf(ranks.sums[code], size, rows - size)
    return { ...summary, ...extremes, rest, difference, dominance }
  })
  const isIndicator = !isConstant && values.every((value) => value === 0 || value === 1)
  return { mean, deviation: isConstant ? 0 : deviation, isIndicator, clusters }
}

/** The column around its median, in units near its widest distance, so that squares neither overflow nor vanish. */
function scaleColumn(values: Float64Array, column: number): Scaled {
  const order = ascendingOrder64(values)
  const sorted = new Float64Array(values.length)
  for (let at = 0; at < order.length; at++) sorted[at] = values[order[at]]
  const center = sorted[sorted.length >> 1]
  const widest = Math.max(center - sorted[0], sorted[sorted.length - 1] - center)
  if (!(widest < Infinity)) {
    throw new LloydError(
      'InputError',
      `points overflow in column ${column}, whose range is above 1.7e308; scale them down`,
    )
  }
  const unit = widest > 0 ? 2 ** Math.max(-1022, Math.floor(Math.log2(widest))) : 1
  const numbers = new Float64Array(values.length)
  for (let row = 0; row < values.length; row++) numbers[row] = (values[row] - center) / unit
  return { center, unit, numbers, order, sorted }
}

interface Moments {
  count: number
  mean: number
  /** Sum of squared distances from the mean. */
  squares: number
}

/** Moments of every cluster. */
function momentsOf(numbers: Float64Array, { codes, sizes }: Groups): Moments[] {
  const means = new Float64Array(sizes.length)
  const squares = new Float64Array(sizes.length)
  for (let row = 0; row < numbers.length; row++) means[codes[row]] += numbers[row]
  for (let code = 0; code < sizes.length; code++) means[code] /= sizes[code]
  for (let row = 0; row < numbers.length; row++) squares[codes[row]] += (numbers[row] - means[codes[row]]) ** 2
  return Array.from(sizes, (count, code) => ({ count, mean: means[code], squares: squares[code] }))
}

const NONE: Moments = { count: 0, mean: 0, squares: 0 }

/** Moments of two parts together (T. F. Chan, G. H. Golub and R. J. LeVeque, 1983). */
function together(a: Moments, b: Moments): Moments {
  const count = a.count + b.count
  if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a
  const mean = a.mean + (b.count / count) * (b.mean - a.mean)
  const between = a.count * (b.count / count) * (b.mean - a.mean) ** 2
  return { count, mean, squares: a.squares + b.squares + between }
}

/** Moments of all parts but each: of those before it with those behind it, since differences of sums would cancel. */
function momentsOfRests(parts: readonly Moments[]): Moments[] {
  const behind = [NONE]
  for (let at = parts.length - 1; at >= 0; at--) behind.push(together(parts[at], behind[behind.length - 1]))
  let before = NONE
  return parts.map((part, at) => {
    const rest = together(before, behind[parts.length - 1 - at])
    before = together(before, part)
    return rest
  })
}

/** The place of a row in the order of the rest, among all; `own` are the places of the part, ascending. */
function placeInRest(own: Uint32Array, at: number): number {
  let [from, to] = [0, own.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (own[middle] - middle <= at) from = middle + 1
    else to = middle
  }
  return at + from
}

function summaryOf(
  { center, unit }: Scaled,
  { count, mean, squares }: Moments,
  sorted: (at: number) => number,
): ColumnSummary {
  const quantile = (share: number) => {
    const at = share * (count - 1)
    const [low, high] = [sorted(Math.floor(at)), sorted(Math.ceil(at))]
    return low + (high - low) * (at % 1)
  }
  return {
    mean: center + unit * mean,
    deviation: unit * Math.sqrt(squares / count),
    median: quantile(0.5),
    quartiles: [quantile(0.25), quantile(0.75)],
  }
}

/** Hedges' g. The variance of rounding to gaps is W. F. Sheppard's gap² / 12. */
function differenceOf(part: Moments, rest: Moments, leastGap: number): number {
  const freedom = Math.max(1, part.count + rest.count - 2)
  const pooled = Math.max((part.squares + rest.squares) / freedom, leastGap ** 2 / 12)
  return ((part.mean - rest.mean) / Math.sqrt(pooled)) * (1 - 3 / (4 * Math.max(2, freedom) - 1))
}

/** Cliff's delta from the sum of ranks from 1 of a part, by Mann and Whitney's U. */
function dominanceOf(ranks: number, size: number, rest: number): number {
  const wins = ranks - (size * (size + 1)) / 2
  return (2 * wins) / (size * rest) - 1
}

/** The sum of the ranks of every cluster's rows, the mean rank for those of one value, and the least gap of values. */
function rankSums({ order, sorted, unit }: Scaled, { codes, sizes }: Groups) {
  const sums = new Float64Array(sizes.length)
  let leastGap = Infinity
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = sorted[from]
    for (to = from + 1; to < order.length && sorted[to] === value; ) to++
    const rank = (from + 1 + to) / 2
    for (let at = from; at < to; at++) sums[codes[order[at]]] += rank
    if (from > 0) leastGap = Math.min(leastGap, (value - sorted[from - 1]) / unit)
  }
  return { sums, leastGap }
}

/** The places of every cluster's rows in an order, cluster by cluster, ascending in each. */
function placesByGroup(order: Uint32Array, { codes, starts }: Groups): Uint32Array {
  const places = new Uint32Array(order.length)
  const next = starts.slice()
  for (let at = 0; at < order.length; at++) places[next[codes[order[at]]]++] = at
  return places
}
