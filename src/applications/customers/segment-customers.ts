import { kmeans } from '../../clustering/kmeans/kmeans.js'
import { checkMatrix, notFinite } from '../../data/matrix.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { describeRows } from '../../evaluation/description/describe-clusters.js'
import type { ClusterDescription } from '../../evaluation/description/description.js'
import { SEGMENT_CUSTOMERS } from '../../options/customers.js'
import { readOptions } from '../../options/table.js'
import type { Progress } from '../../types.js'
import { type CountChoice, chooseCount, requireCount } from '../choose-count.js'
import { sortBySize } from '../sort-by-size.js'
import { nameSegment } from './customer-names.js'
import { type ColumnRule, customerSpace } from './customer-space.js'
import type { Customers } from './customer-values.js'

/** Most segments that are tried where their number is chosen, and customers a segment, at least. */
const MOST_SEGMENTS = 10
const CUSTOMERS_A_SEGMENT = 5
const RESTARTS = 5

export interface SegmentCustomersOptions {
  /** Number of segments, 1 … 64; by default chosen from 2 … 10. */
  segments?: number
  /** Categorical columns that count for the segments; the others are only described. By default none. */
  categories?: readonly string[]
  /** Seed of the random choices, 0 … 2³² − 1, default 0. */
  seed?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** A segment of customers: its description, whose rows are those of the customers. */
export interface CustomerSegment extends ClusterDescription {
  label: number
  /** A usual name, such as `champions`, where customers are described by their purchases; else the title. */
  name: string
  /** The condition that the name comes from; null for a title. */
  because: string | null
}

/** Segments of customers, and how they were found. Plain data. */
export interface CustomerSegments {
  /** The segment of each customer. */
  labels: Uint32Array
  /** In descending order of size. */
  segments: CustomerSegment[]
  choice: CountChoice
  /** What was made of each column to compare customers. */
  rules: ColumnRule[]
}

/**
 * Segments of customers: columns are made comparable (skewed ones as logarithms, all to the same variance, categorical ones
 * by their values), clustered by k-means into a number of segments that is given or chosen, and described in their own
 * units. Customers are those of `customerValues`, by recency, frequency and monetary value, or any table with a row each.
 *
 * @throws LloydError `InputError` for an argument outside its range, NaN or infinity in the values (with row and column),
 *   and where customers do not differ; `OutOfMemoryError`; `DeviceLostError`
 */
export async function segmentCustomers(
  engine: Engine,
  customers: Customers,
  options: SegmentCustomersOptions = {},
): Promise<CustomerSegments> {
  executorOf(engine)
  const settings = readOptions('segmentCustomers', options, SEGMENT_CUSTOMERS)
  const { segments: given, categories: used = [], seed, signal, onProgress } = settings
  signal?.throwIfAborted()
  checkCustomers(customers)
  const { names, values, categories = {} } = customers
  requireCount('segments', given, { rows: values.rows, of: 'customers' })
  const { points, rules } = customerSpace(customers, used)
  const report = (done: number) => onProgress?.({ stage: 'segments', done, total: 2 })
  report(0)
  const to = Math.min(MOST_SEGMENTS, Math.floor(points.rows / CUSTOMERS_A_SEGMENT))
  const choice = await chooseCount(engine, points, given, { from: 2, to, seed, signal })
  report(1)
  const fit = await kmeans(engine, points, { k: choice.k, restarts: RESTARTS, seed, signal })
  const { labels } = sortBySize(fit.labels, fit.sizes)
  const told = { names: [...names], categories, seed }
  const described = describeRows(values, labels, told, { row: 'customer', cluster: 'segment' })
  report(2)
  const segments = described.map((segment) => ({ ...segment, label: Number(segment.label), ...nameSegment(segment) }))
  return { labels, segments: withOwnNames(segments), choice, rules }
}

/** Segments of one name are told apart by their titles. */
function withOwnNames(segments: readonly CustomerSegment[]): CustomerSegment[] {
  return segments.map((segment) => {
    const shared = segments.some(({ name, label }) => name === segment.name && label !== segment.label)
    return shared && segment.name !== segment.title
      ? { ...segment, name: `${segment.name}: ${segment.title}` }
      : segment
  })
}

function checkCustomers(customers: Customers): void {
  if (typeof customers !== 'object' || customers === null || !customers.names || !customers.values) {
    throw mustBe('customers', '{ ids, names, values }, as customerValues returns it', customers)
  }
  const { ids, names, values, categories = {} } = customers
  const { data, rows, columns } = checkMatrix(values, 'customers.values', Number.MAX_SAFE_INTEGER)
  for (let at = 0; at < data.length; at++) {
    if (!Number.isFinite(data[at]))
      throw notFinite('customers.values', data[at], Math.floor(at / columns), at % columns)
  }
  const lengths = Object.entries({ ids, ...categories }).filter(([, { length }]) => length !== rows)
  if (lengths.length > 0) {
    const [[name, { length }]] = lengths
    throw new LloydError(
      'InputError',
      `customers has ${rows} rows of values, but ${length} entries of ${name}; give one for each`,
    )
  }
  if (names.length !== columns) {
    throw new LloydError('InputError', `customers has ${names.length} names for ${columns} columns; give one for each`)
  }
}
