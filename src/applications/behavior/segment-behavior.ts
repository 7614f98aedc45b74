import { kmeans } from '../../clustering/kmeans/kmeans.js'
import { checkMatrix } from '../../data/matrix.js'
import { type Engine, executorOf } from '../../engine/engine.js'
import { LloydError, mustBe } from '../../engine/error.js'
import { SEGMENT_BEHAVIOR } from '../../options/behavior.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, Progress } from '../../types.js'
import { type CountChoice, chooseCount, requireCount } from '../choose-count.js'
import { isoDate, readDate, weekdayOf } from '../dates.js'
import { sortBySize } from '../sort-by-size.js'
import type { DayCounts } from './day-counts.js'
import { fitPatterns, labelWeeks } from './patterns.js'
import { type BehaviorSegment, describeSegments, type KnownName } from './segments.js'
import { describePatterns, type Sequences, type WeekPattern } from './sequences.js'
import { emptyOverview, type StreakOverview } from './streaks.js'
import { describePeople, segmentPoints, USER_FEATURES } from './users.js'
import { LEAST_DAYS, type Week, weeksOf } from './weeks.js'

/** Most patterns and segments that are tried where their number is chosen. */
const MOST_PATTERNS = 8
const MOST_SEGMENTS = 10
/** People a segment, at least, where the number of segments is chosen. */
const PEOPLE_A_SEGMENT = 5

export interface SegmentBehaviorOptions {
  /** Steps above which a day is active; default 500. */
  activeAbove?: number
  /** Number of patterns of weeks, 1 … 26, apart from weeks without an active day; by default chosen. */
  patterns?: number
  /** Number of segments of people, 1 … 64; by default chosen. */
  segments?: number
  /** Seed of the random choices, 0 … 2³² − 1, default 0. */
  seed?: number
  /** Aborts the work; the promise rejects with `signal.reason`. */
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** Segments of people by their behaviour, and the steps that lead to them. Plain data. */
export interface BehaviorSegments {
  people: number
  firstDay: string
  days: number
  activeAbove: number
  /** Share of days that are active, and share without a record. */
  activeShare: number
  missingShare: number
  streaks: StreakOverview
  /** The weeks that are compared: first day and number of days. Others have fewer than four days in the table. */
  weeks: { start: string; days: number }[]
  /** Days of weeks that are not compared, which count for everything else. */
  daysOutsideWeeks: number
  /** Patterns of weeks: those without an active day first. */
  patterns: WeekPattern[]
  patternChoice: CountChoice
  sequences: Sequences
  users: {
    ids: string[]
    /** Names of the columns of `features`. */
    names: string[]
    /** People × features. */
    features: Matrix
    /** The segment of each person. */
    segments: Uint32Array
  }
  /** In descending order of size. */
  segments: BehaviorSegment[]
  segmentChoice: CountChoice
  /** The names that segments can have, and who meets their conditions. */
  names: KnownName[]
}

/**
 * Segments of people by their steps, after B. Y. Lim, J. Kay and W. Liu, "How does a nation walk? Interpreting
 * large-scale step count activity with weekly streak patterns", IMWUT 3(2), 2019.
 *
 * A day is active above 500 steps; all others are break days, those without a record as well. Streaks are consecutive
 * active days with the break that follows. Weeks from Monday, of at least four days in the table, are described by their
 * active days, their level and the place of their steps in the week (sine and cosine of the day), and clustered by
 * k-means into patterns. The patterns of a person's weeks are a sequence with streaks of similar weeks. People are
 * clustered by k-means on the active days of the quarters, place in the week, growth, long breaks, level and routine, and
 * their segments get names whose conditions can be checked.
 *
 * Beside the table it takes a few hundred bytes a person and one a week; weeks are described in blocks.
 *
 * @throws LloydError `InputError` for an argument outside its range, negative or infinite steps (with row and column);
 *   `OutOfMemoryError`; `DeviceLostError`
 */
export async function segmentBehavior(
  engine: Engine,
  days: DayCounts,
  options: SegmentBehaviorOptions = {},
): Promise<BehaviorSegments> {
  executorOf(engine)
  const settings = readOptions('segmentBehavior', options, SEGMENT_BEHAVIOR)
  const { activeAbove: threshold, patterns: patternCount, seed, signal, onProgress } = settings
  signal?.throwIfAborted()
  const { steps, firstDay } = checkDays(days)
  requireCount('segments', settings.segments, { rows: steps.rows, of: 'people' })
  const { missing, active } = countDays(steps, threshold)
  const { weeks, leftOut } = weeksOf(firstDay, steps.columns)
  requireWeeks(weeks, steps.columns)
  const report = (stage: string, done: number, total: number) => onProgress?.({ stage, done, total })
  const work = { engine, steps, weeks, threshold, seed, signal }
  report('patterns', 0, 1)
  const fit = await fitPatterns(work, patternCount, MOST_PATTERNS)
  const labels = await labelWeeks(work, fit, (done) => report('weeks', done, steps.rows))
  signal?.throwIfAborted()
  const count = fit.centroids?.rows ?? 0
  const { patterns, sequences } = describePatterns(steps, weeks, labels, { count, threshold })
  const streaks = emptyOverview()
  const weekday = weekdayOf(firstDay)
  report('people', 0, 1)
  const people = { steps, weekday, threshold, sequences: { labels, weeks: weeks.length } }
  const features = describePeople(people, streaks)
  const points = segmentPoints(features, steps.columns)
  report('segments', 0, 1)
  const clustered = await clusterPeople(engine, features, points, settings, steps.columns)
  report('segments', 1, 1)
  const cells = steps.rows * steps.columns
  return {
    people: steps.rows,
    firstDay: isoDate(firstDay),
    days: steps.columns,
    activeAbove: threshold,
    activeShare: active / cells,
    missingShare: missing / cells,
    streaks,
    weeks: weeks.map(({ start, end }) => ({ start: isoDate(firstDay + start), days: end - start })),
    daysOutsideWeeks: leftOut,
    patterns,
    patternChoice: fit.choice,
    sequences,
    users: { ids: [...days.ids], names: [...USER_FEATURES], features, segments: clustered.labels },
    segments: clustered.segments,
    segmentChoice: clustered.choice,
    names: clustered.names,
  }
}

function checkDays(days: DayCounts): { steps: Matrix; firstDay: number } {
  if (typeof days !== 'object' || days === null || !Array.isArray(days.ids)) {
    throw mustBe('days', '{ ids, firstDay, steps }, as cleanDays returns it', days)
  }
  const { data, rows, columns } = checkMatrix(days.steps, 'days.steps', Number.MAX_SAFE_INTEGER)
  if (days.ids.length !== rows) {
    throw new LloydError('InputError', `days has ${days.ids.length} ids for ${rows} rows of steps; give one for each`)
  }
  const firstDay = typeof days.firstDay === 'string' ? readDate(days.firstDay)?.monthFirst : undefined
  if (firstDay === undefined || !/^\d{4}-/.test(days.firstDay)) {
    throw mustBe('days.firstDay', "a date such as '2016-04-12'", days.firstDay)
  }
  const counts = data instanceof Float32Array ? data : Float32Array.from(data)
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i] < 0) && counts[i] !== Infinity) continue
    const place = `row ${Math.floor(i / columns)}, column ${i % columns}`
    throw new LloydError(
      'InputError',
      `days.steps has ${data[i]} in ${place}; steps are float32 numbers of at least 0, NaN where there is no record`,
    )
  }
  return { steps: { data: counts, rows, columns }, firstDay }
}

function countDays({ data }: Matrix, threshold: number): { missing: number; active: number } {
  let missing = 0
  let active = 0
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) missing++
    else if (data[i] > threshold) active++
  }
  return { missing, active }
}

function requireWeeks(weeks: readonly Week[], days: number): void {
  if (weeks.length > 0) return
  throw new LloydError(
    'InputError',
    `${days} days hold no week with ${LEAST_DAYS} days from Monday on; give at least ${LEAST_DAYS} days of one week`,
  )
}

/** Clusters people, and describes their segments in descending order of size. */
async function clusterPeople(
  engine: Engine,
  features: Matrix,
  points: Matrix,
  { segments: given, seed, signal }: { segments?: number; seed: number; signal?: AbortSignal },
  days: number,
): Promise<{ segments: BehaviorSegment[]; names: KnownName[]; labels: Uint32Array; choice: CountChoice }> {
  const to = Math.min(MOST_SEGMENTS, Math.floor(points.rows / PEOPLE_A_SEGMENT))
  const choice = await chooseCount(engine, points, given, { from: 2, to, seed, signal })
  const { centroids, ...fit } = await kmeans(engine, points, { k: choice.k, restarts: 5, seed, signal })
  const { order, labels } = sortBySize(fit.labels, fit.sizes)
  const sorted = new Float32Array(order.length * centroids.columns)
  order.forEach((segment, at) => {
    sorted.set(
      centroids.data.subarray(segment * centroids.columns, (segment + 1) * centroids.columns),
      at * centroids.columns,
    )
  })
  const matrix = { data: sorted, rows: order.length, columns: centroids.columns }
  return { ...describeSegments(features, labels, { points, centroids: matrix, days }), labels, choice }
}
