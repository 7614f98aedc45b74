import { describeArgument, LloydError, mustBe } from '../../engine/error.js'
import { countUp, sortByKeys } from '../../neighbors/sort.js'
import type { CategoryDescription } from './description.js'
import type { Groups } from './groups.js'
import type { CountedCategory } from './traits.js'

/** Values of categorical columns by name, one for each row; null, undefined and '' are none. */
export type Categories = Record<string, ArrayLike<string | number | boolean | null | undefined>>

/** A categorical column as numbers. */
export interface CategoryColumn {
  name: string
  /** Number of each row's value; −1 for none. */
  codes: Int32Array
  values: string[]
}

/** Least share of the rows of a cluster, or of the rest, that have a value which is listed. */
const LEAST_SHARE = 0.05
/** Most values that are described for a cluster. */
const MOST_DESCRIBED = 20

/** Reads categorical columns. Throws an `InputError` for other values than texts, numbers and booleans, and other lengths. */
export function readCategories(categories: Categories, rows: number): CategoryColumn[] {
  if (typeof categories !== 'object' || Array.isArray(categories)) {
    throw mustBe('categories', 'a record of columns', categories)
  }
  return Object.entries(categories).map(([name, column]) => readColumn(name, column, rows))
}

function readColumn(name: string, column: Categories[string], rows: number): CategoryColumn {
  if (typeof column !== 'object' || column?.length !== rows) {
    const got = typeof column === 'object' && column ? `${column.length} values` : describeArgument(column)
    throw mustBe(`categories['${name}']`, `an array of ${rows} values, one for each row`, column, got)
  }
  const codes = new Int32Array(rows)
  const numbers = new Map<string, number>()
  for (let row = 0; row < rows; row++) {
    const value = column[row]
    if (value === null || value === undefined || value === '') {
      codes[row] = -1
      continue
    }
    if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
      throw new LloydError(
        'InputError',
        `categories['${name}'] has ${describeArgument(value)} in row ${row}; give texts, numbers or booleans`,
      )
    }
    const text = String(value)
    let code = numbers.get(text)
    if (code === undefined) numbers.set(text, (code = numbers.size))
    codes[row] = code
  }
  return { name, codes, values: [...numbers.keys()] }
}

/** Number of rows of every value, by cluster and of all, and of rows that have a value. */
interface Counts {
  ofCluster: Map<number, number>[]
  all: Uint32Array
  /** Values, the most frequent first. */
  order: Uint32Array
  known: Uint32Array
  allKnown: number
}

function countValues({ codes, values }: CategoryColumn, groups: Groups): Counts {
  const ofCluster = groups.labels.map(() => new Map<number, number>())
  const all = new Uint32Array(values.length)
  const known = new Uint32Array(groups.labels.length)
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] < 0) continue
    const counts = ofCluster[groups.codes[row]]
    counts.set(codes[row], (counts.get(codes[row]) ?? 0) + 1)
    all[codes[row]]++
    known[groups.codes[row]]++
  }
  const order = sortByKeys(
    countUp(all.length),
    all.map((count) => ~count),
  )
  return { ofCluster, all, order, known, allKnown: known.reduce((sum, count) => sum + count, 0) }
}

/** Values of categorical columns in every cluster, by descending lift; and the most frequent value of each column. */
export function profileCategories(columns: readonly CategoryColumn[], groups: Groups) {
  const counted = columns.map((column) => ({ column, counts: countValues(column, groups) }))
  const clusters = groups.labels.map((_, code) =>
    counted
      .flatMap(({ column, counts }) => valuesOf(column, counts, code))
      .sort((a, b) => b.lift - a.lift || b.count - a.count),
  )
  return {
    clusters,
    modes: counted.map(({ counts }) => ({
      clusters: counts.ofCluster.map(modeOf),
      all: modeOf(new Map(Array.from(counts.all, (count, value) => [value, count]))),
    })),
  }
}

/** The first values of a cluster, without numbers of rows. */
export function describeCategories(values: readonly CountedCategory[]): CategoryDescription[] {
  return values.slice(0, MOST_DESCRIBED).map(({ own, rest, ...described }) => described)
}

/** Frequent values of a column; none where no row of the cluster has a value. */
function valuesOf({ name, values }: CategoryColumn, counts: Counts, code: number): CountedCategory[] {
  const { all, order, known, allKnown } = counts
  const [own, rest] = [known[code], allKnown - known[code]]
  if (own === 0) return []
  // Values that are frequent in the cluster, or in the rest and not here.
  const frequent = new Set(counts.ofCluster[code].keys())
  for (let at = 0; at < all.length && all[order[at]] >= LEAST_SHARE * rest; at++) frequent.add(order[at])
  const list: CountedCategory[] = []
  for (const value of frequent) {
    const count = counts.ofCluster[code].get(value) ?? 0
    const share = count / own
    const restShare = rest === 0 ? null : (all[value] - count) / rest
    if (share < LEAST_SHARE && !((restShare ?? 0) >= LEAST_SHARE)) continue
    const lift = (count + 0.5) / ((own * all[value]) / allKnown + 0.5)
    list.push({ name, value: values[value], count, share, restShare, lift, own, rest })
  }
  return list
}

/** The most frequent value, the first of equally frequent ones; −1 where there is none. */
function modeOf(counts: Map<number, number>): number {
  let [mode, most] = [-1, 0]
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < mode)) [mode, most] = [value, count]
  }
  return mode
}
