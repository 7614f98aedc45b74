import { assign } from '../../clustering/kmeans/assign.js'
import { kmeans } from '../../clustering/kmeans/kmeans.js'
import { sampleRows } from '../../clustering/kmeans/seeding.js'
import type { Engine } from '../../engine/engine.js'
import type { Matrix } from '../../types.js'
import { type CountChoice, chooseCount, requireCount } from '../choose-count.js'
import { describeWeek, type Week } from './weeks.js'

/** Most weeks that patterns are fitted to; of more, those of random people. */
const FITTED_WEEKS = 20_000
/** Weeks whose labels are found at a time. */
const BLOCK_WEEKS = 2 ** 17
/** The label of a week without an active day. */
export const REST = 0
/** Columns of WEEK_FEATURES. */
const COLUMNS = 4

/** Settings of the patterns and what all steps share. */
export interface WeekWork {
  engine: Engine
  steps: Matrix
  weeks: readonly Week[]
  threshold: number
  seed: number
  signal?: AbortSignal
}

/** The centroids of the patterns of weeks, the most active first; null where no week has an active day. */
export interface PatternFit {
  centroids: Matrix | null
  choice: CountChoice
}

/** Finds the patterns of weeks by k-means; weeks without an active day are a pattern of their own. */
export async function fitPatterns(work: WeekWork, count: number | undefined, most: number): Promise<PatternFit> {
  const { engine, steps, weeks, seed, signal } = work
  const people = Math.max(1, Math.ceil(FITTED_WEEKS / Math.max(1, weeks.length)))
  const chosen =
    steps.rows > people ? sampleRows(steps.rows, people, seed) : Uint32Array.from({ length: steps.rows }, (_, i) => i)
  const sample = activeWeeks(work, chosen)
  if (sample.rows === 0) return { centroids: null, choice: { k: 0, reason: 'no week has an active day', curves: null } }
  requireCount('patterns', count, { rows: sample.rows, of: 'weeks with an active day' })
  const choice = await chooseCount(engine, sample, count, { from: 4, to: most, seed, signal })
  const { centroids } = await kmeans(engine, sample, { k: choice.k, restarts: 5, seed, signal })
  return { centroids: byActivity(centroids), choice }
}

/** The features of the weeks of some people that have an active day. */
function activeWeeks({ steps, weeks, threshold }: WeekWork, people: ArrayLike<number>): Matrix {
  const data = new Float32Array(people.length * weeks.length * COLUMNS)
  let rows = 0
  for (let at = 0; at < people.length; at++) {
    const row = rowOf(steps, people[at])
    for (const week of weeks) if (describeWeek(row, week, threshold, data, rows * COLUMNS) > 0) rows++
  }
  return { data: data.slice(0, rows * COLUMNS), rows, columns: COLUMNS }
}

const rowOf = ({ data, columns }: Matrix, row: number) => data.subarray(row * columns, (row + 1) * columns)

/** Centroids in descending order of steps a week: share of active days × level. */
function byActivity({ data, rows, columns }: Matrix): Matrix {
  const order = Array.from({ length: rows }, (_, row) => row)
  const activity = (row: number) => data[row * columns] * data[row * columns + 1]
  order.sort((a, b) => activity(b) - activity(a))
  const sorted = new Float32Array(data.length)
  for (const [at, row] of order.entries()) {
    sorted.set(data.subarray(row * columns, (row + 1) * columns), at * columns)
  }
  return { data: sorted, rows, columns }
}

/**
 * The pattern of every person's weeks, people × weeks: 0 is a week without an active day, 1 … k are the centroids. Weeks
 * are described and labelled in blocks.
 */
export async function labelWeeks(
  work: WeekWork,
  { centroids }: PatternFit,
  report: (done: number) => void,
): Promise<Uint8Array> {
  const { engine, steps, weeks, threshold, signal } = work
  const labels = new Uint8Array(steps.rows * weeks.length)
  if (!centroids) return labels
  const people = Math.max(1, Math.floor(BLOCK_WEEKS / Math.max(1, weeks.length)))
  const data = new Float32Array(Math.min(people, steps.rows) * weeks.length * COLUMNS)
  const places = new Uint32Array(data.length / COLUMNS)
  for (let from = 0; from < steps.rows; from += people) {
    signal?.throwIfAborted()
    report(from)
    let rows = 0
    for (let person = from; person < Math.min(steps.rows, from + people); person++) {
      const row = rowOf(steps, person)
      for (let week = 0; week < weeks.length; week++) {
        if (describeWeek(row, weeks[week], threshold, data, rows * COLUMNS) === 0) continue
        places[rows++] = person * weeks.length + week
      }
    }
    if (rows === 0) continue
    const block = { data: data.subarray(0, rows * COLUMNS), rows, columns: COLUMNS }
    const found = await assign(engine, block, centroids)
    for (let i = 0; i < rows; i++) labels[places[i]] = found[i] + 1
  }
  return labels
}
