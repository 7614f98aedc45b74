import type { Matrix } from '../../types.js'
import { addStreaks, LONG_BREAK, type Streak, type StreakOverview, streaksOf } from './streaks.js'
import { levelOf } from './weeks.js'

/** What is known of each person, in the order of the columns of `describePeople`. */
export const USER_FEATURES = [
  'active days',
  'active days, 1st quarter',
  'active days, 2nd quarter',
  'active days, 3rd quarter',
  'active days, 4th quarter',
  'steps of active days',
  'growth',
  'weekend share',
  'cosine of the day',
  'sine of the day',
  'long breaks',
  'longest break',
  'longest streak',
  'routine',
] as const
export type UserFeature = (typeof USER_FEATURES)[number]
/** The column of each feature. */
const at = {
  'active days': 0,
  'active days, 1st quarter': 1,
  'active days, 2nd quarter': 2,
  'active days, 3rd quarter': 3,
  'active days, 4th quarter': 4,
  'steps of active days': 5,
  growth: 6,
  'weekend share': 7,
  'cosine of the day': 8,
  'sine of the day': 9,
  'long breaks': 10,
  'longest break': 11,
  'longest streak': 12,
  routine: 13,
} as const satisfies Record<UserFeature, number>
const COLUMNS = 14

/** Days, steps and weekdays of the table. */
export interface PeopleWork {
  steps: Matrix
  /** The day of the week of the first day: 0 is Monday. */
  weekday: number
  threshold: number
  /** Patterns of the weeks, people × weeks. */
  sequences: { labels: Uint8Array; weeks: number }
}

/**
 * The features of all people, in units of days, steps and shares: active days in all and in the quarters of the table
 * (shares of days), mean steps of active days, growth (the mean steps of the last third of the active days over those
 * of the first; 1 below six active days), the share of steps on Saturdays and Sundays, the cosine and sine of the day of
 * the week weighted by steps, the number of breaks of seven days and more that activity followed, the longest break and
 * streak in days, and the share of weeks that repeat the pattern of the week before.
 */
export function describePeople(work: PeopleWork, overview: StreakOverview): Matrix {
  const { steps, threshold, sequences } = work
  const { rows, columns: days } = steps
  const data = new Float32Array(rows * COLUMNS)
  for (let person = 0; person < rows; person++) {
    const row = steps.data.subarray(person * days, (person + 1) * days)
    const out = data.subarray(person * COLUMNS, (person + 1) * COLUMNS)
    const streaks = streaksOf(row, threshold)
    addStreaks(overview, streaks)
    describeActivity(row, work, out)
    describeBreaks(streaks, days, out)
    const { labels, weeks } = sequences
    out[at.routine] = routineOf(labels.subarray(person * weeks, (person + 1) * weeks))
  }
  return { data, rows, columns: COLUMNS }
}

function describeActivity(row: Float32Array, { weekday, threshold }: PeopleWork, out: Float32Array): void {
  const days = row.length
  const byWeekday = new Float64Array(7)
  const daysOf = new Float64Array(7)
  const active: number[] = []
  let sum = 0
  for (let day = 0; day < days; day++) {
    const of = (weekday + day) % 7
    daysOf[of]++
    const quarter = Math.min(3, Math.floor((4 * day) / days))
    if (row[day] > 0) byWeekday[of] += row[day]
    if (!(row[day] > threshold)) continue
    active.push(row[day])
    sum += row[day]
    out[1 + quarter]++
  }
  out[at['active days']] = active.length / days
  for (let quarter = 0; quarter < 4; quarter++) {
    const length = Math.ceil(((quarter + 1) * days) / 4) - Math.ceil((quarter * days) / 4)
    out[1 + quarter] /= Math.max(1, length)
  }
  out[at['steps of active days']] = active.length > 0 ? sum / active.length : 0
  out[at.growth] = growthOf(active)
  if (active.length > 0) describeWeekdays(byWeekday, daysOf, out)
}

function growthOf(active: readonly number[]): number {
  const third = Math.floor(active.length / 3)
  if (third < 2) return 1
  let first = 0
  let last = 0
  for (let i = 0; i < third; i++) {
    first += active[i]
    last += active[active.length - 1 - i]
  }
  return last / first
}

/** The weekend's share and the place in the week of the mean steps of each day of the week. */
function describeWeekdays(steps: Float64Array, days: Float64Array, out: Float32Array): void {
  let total = 0
  let weekend = 0
  let cosine = 0
  let sine = 0
  for (let of = 0; of < 7; of++) {
    const mean = days[of] > 0 ? steps[of] / days[of] : 0
    total += mean
    if (of >= 5) weekend += mean
    cosine += mean * Math.cos((2 * Math.PI * of) / 7)
    sine += mean * Math.sin((2 * Math.PI * of) / 7)
  }
  if (total === 0) return
  out[at['weekend share']] = weekend / total
  out[at['cosine of the day']] = cosine / total
  out[at['sine of the day']] = sine / total
}

function describeBreaks(streaks: readonly Streak[], days: number, out: Float32Array): void {
  // Days before the first active one are a break as well.
  let longest = streaks.length > 0 ? streaks[0].start : days
  for (const { activeDays, breakDays, resumed } of streaks) {
    if (breakDays >= LONG_BREAK && resumed) out[at['long breaks']]++
    longest = Math.max(longest, breakDays)
    out[at['longest streak']] = Math.max(out[at['longest streak']], activeDays)
  }
  out[at['longest break']] = longest
}

function routineOf(labels: Uint8Array): number {
  let same = 0
  for (let week = 1; week < labels.length; week++) if (labels[week] === labels[week - 1]) same++
  return labels.length > 1 ? same / (labels.length - 1) : 0
}

/** Without the rounding errors that make equal people differ. */
const rounded = (value: number) => Math.round(1e6 * value) / 1e6

/** Days over which long breaks are counted for segments. */
const MONTH = 28

/**
 * The features as points of comparable scales, between −1 and 1: the quarters, the level on a logarithmic scale, growth
 * as a power of two from ¼ to 4, the place in the week, long breaks per four weeks and the routine at half weight.
 */
export function segmentPoints({ data, rows }: Matrix, days: number): Matrix {
  const columns = 10
  const points = new Float32Array(rows * columns)
  for (let person = 0; person < rows; person++) {
    const own = data.subarray(person * COLUMNS, (person + 1) * COLUMNS)
    const growth = Math.max(-2, Math.min(2, Math.log2(Math.max(own[at.growth], 1e-3))))
    const level = own[at['steps of active days']] > 0 ? levelOf(own[at['steps of active days']]) : 0
    points.set(
      [
        own[1],
        own[2],
        own[3],
        own[4],
        rounded(own[at['cosine of the day']]),
        rounded(own[at['sine of the day']]),
        growth / 2,
        Math.min(1, (own[at['long breaks']] * MONTH) / days),
        0.5 * level,
        0.5 * own[at.routine],
      ],
      person * columns,
    )
  }
  return { data: points, rows, columns }
}
