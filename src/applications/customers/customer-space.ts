import { LloydError } from '../../engine/error.js'
import type { Matrix } from '../../types.js'
import type { Customers } from './customer-values.js'

/** How a column is made comparable with the others. Every column that counts has the variance 1 in all. */
export type ColumnRule =
  | { name: string; kind: 'linear'; skewness: number; mean: number; scale: number }
  /** The inverse hyperbolic sine of values over `unit`: a logarithm of both signs, linear near zero. */
  | { name: string; kind: 'asinh'; skewness: number; unit: number; mean: number; scale: number }
  /** A column of 0 and 1 for each value; `scale` divides all of them. */
  | { name: string; kind: 'categories'; values: string[]; others: string[]; scale: number }
  | { name: string; kind: 'left out'; reason: string }

/** Skewness beyond which a column is transformed. */
const SKEWED = 1
/** Share below which values of a categorical column are one, and above which one value leaves nothing to compare. */
const RARE = 0.02
const DOMINANT = 0.95
/** What stands for no value, and for rare ones. */
const NONE = 'none'
const OTHERS = 'others'

/**
 * Customers as points in which each column counts alike. Columns whose skewness is beyond ±1 become asinh(x / median of
 * sizes) (J. B. Burbidge, L. Magee and A. L. Robb, "Alternative transformations to handle extreme values of the dependent
 * variable", JASA 83, 1988) where that lessens the skewness; all are divided by their standard deviation. A categorical
 * column becomes a column of 0 and 1 for each value, divided by √(1 − Σ share²), their standard deviation in all; values of
 * less than 2 % of customers are one. Constant columns, and those in which one value has more than 95 %, do not count.
 */
export function customerSpace(
  { names, values, categories = {} }: Customers,
  used: readonly string[],
): { points: Matrix<Float32Array>; rules: ColumnRule[] } {
  const parts: Float64Array[] = []
  const rules = names.map((name, column) => {
    const own = Float64Array.from({ length: values.rows }, (_, row) => values.data[row * values.columns + column])
    const { rule, coordinates } = numberRule(name, own)
    if (coordinates) parts.push(coordinates)
    return rule
  })
  for (const name of used) {
    if (!Object.hasOwn(categories, name)) {
      throw new LloydError(
        'InputError',
        `categories: there is no categorical column '${name}'; there is ${listOf(categories)}`,
      )
    }
    const { rule, coordinates } = categoryRule(name, categories[name])
    parts.push(...coordinates)
    rules.push(rule)
  }
  if (parts.length === 0) {
    throw new LloydError('InputError', 'customers do not differ in any column that counts; there is nothing to segment')
  }
  const points = { data: new Float32Array(values.rows * parts.length), rows: values.rows, columns: parts.length }
  parts.forEach((part, column) => {
    for (let row = 0; row < values.rows; row++) points.data[row * parts.length + column] = part[row]
  })
  return { points, rules }
}

const listOf = (categories: object) =>
  Object.keys(categories)
    .map((name) => `'${name}'`)
    .join(', ') || 'none'

function numberRule(name: string, values: Float64Array): { rule: ColumnRule; coordinates: Float64Array | null } {
  const { mean, scale, skewness } = momentsOf(values)
  if (scale === 0) return { rule: { name, kind: 'left out', reason: 'the same for all' }, coordinates: null }
  if (Math.abs(skewness) > SKEWED) {
    const unit = medianSize(values)
    const bent = values.map((value) => Math.asinh(value / unit))
    const after = momentsOf(bent)
    if (Math.abs(after.skewness) < Math.abs(skewness) && after.scale > 0) {
      const rule = { name, kind: 'asinh' as const, skewness, unit, mean: after.mean, scale: after.scale }
      return { rule, coordinates: bent.map((value) => (value - after.mean) / after.scale) }
    }
  }
  const rule = { name, kind: 'linear' as const, skewness, mean, scale }
  return { rule, coordinates: values.map((value) => (value - mean) / scale) }
}

/** Mean, population standard deviation and skewness m₃ / m₂^1.5; the latter two are 0 where rounding alone is left. */
function momentsOf(values: Float64Array): { mean: number; scale: number; skewness: number } {
  const { length } = values
  let largest = 0
  let mean = 0
  for (let row = 0; row < length; row++) {
    mean += (values[row] - mean) / (row + 1)
    largest = Math.max(largest, Math.abs(values[row]))
  }
  let squares = 0
  for (let row = 0; row < length; row++) squares += (values[row] - mean) ** 2
  const scale = Math.sqrt(squares / length)
  if (!(scale > 1e-12 * largest)) return { mean, scale: 0, skewness: 0 }
  let cubes = 0
  for (let row = 0; row < length; row++) cubes += ((values[row] - mean) / scale) ** 3
  return { mean, scale, skewness: cubes / length }
}

/** The median of sizes without zeros. */
function medianSize(values: Float64Array): number {
  const sizes = values
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort()
  return sizes[sizes.length >> 1]
}

function categoryRule(
  name: string,
  cells: readonly (string | null)[],
): { rule: ColumnRule; coordinates: Float64Array[] } {
  const counts = new Map<string, number>()
  for (const cell of cells) counts.set(cell ?? NONE, (counts.get(cell ?? NONE) ?? 0) + 1)
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const values = sorted.filter(([, count]) => count >= RARE * cells.length).map(([value]) => value)
  const others = sorted.slice(values.length).map(([value]) => value)
  const shares = values.map((value) => counts.get(value)! / cells.length)
  if (shares.length === 0 || shares[0] > DOMINANT) {
    const reason = shares.length === 0 ? 'all values are rare' : `'${values[0]}' has more than 95 %`
    return { rule: { name, kind: 'left out', reason }, coordinates: [] }
  }
  const rest = others.reduce((sum, value) => sum + counts.get(value)! / cells.length, 0)
  const scale = Math.sqrt(1 - [...shares, rest].reduce((sum, share) => sum + share * share, 0))
  const places = new Map(values.map((value, at) => [value, at]))
  const columns = others.length > 0 ? values.length + 1 : values.length
  const coordinates = Array.from({ length: columns }, () => new Float64Array(cells.length))
  cells.forEach((cell, row) => {
    coordinates[places.get(cell ?? NONE) ?? values.length][row] = 1 / scale
  })
  return {
    rule: { name, kind: 'categories', values: others.length > 0 ? [...values, OTHERS] : values, others, scale },
    coordinates,
  }
}
