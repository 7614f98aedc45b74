import { mustBe } from '../../engine/error.js'
import type { Matrix } from '../../types.js'
import { REST } from './patterns.js'
import type { Week } from './weeks.js'

/** Steps of active days below which a level is low, and from which it is high (Tudor-Locke and Bassett, 2004). */
const LOW_STEPS = 5_000
const HIGH_STEPS = 10_000
/** Shares of the steps of a week on its weekend, of which 2/7 would be even. */
export const WEEKEND = 0.5
export const WEEKDAYS = 0.15

/** A pattern of weeks. Plain data. */
export interface WeekPattern {
  /** `A`, `B`, … in descending order of activity; `–` for weeks without an active day. */
  letter: string
  /** In words, such as `every day, moderate steps`. */
  name: string
  weeks: number
  /** Share of all weeks. */
  share: number
  /** Mean number of active days of a week of seven. */
  activeDays: number
  /** Mean steps of its active days. */
  activeSteps: number
  /** Share of steps on Saturdays and Sundays. */
  weekendShare: number
  /** For each day from Monday: mean steps, their standard deviation, and the share of active days. */
  meanSteps: number[]
  deviation: number[]
  activeShare: number[]
  /** Streaks of similar weeks: runs of weeks of this pattern of one person, their mean and greatest length. */
  runs: number
  meanRun: number
  longestRun: number
}

/** Patterns of all weeks in the order of time. Plain data. */
export interface Sequences {
  /** People × weeks: indices of the patterns. */
  labels: Matrix<Uint8Array>
  /** Number of weeks of the pattern of the column that follow a week of the pattern of the row. */
  transitions: number[][]
}

/** Sums over the weeks of one pattern. */
class PatternSums {
  weeks = 0
  active = 0
  activeSteps = 0
  runs = 0
  longestRun = 0
  readonly days = new Float64Array(7)
  readonly activeDays = new Float64Array(7)
  readonly steps = new Float64Array(7)
  readonly squares = new Float64Array(7)

  add(steps: Float32Array, { start, end, weekday }: Week, threshold: number): void {
    this.weeks++
    for (let day = start; day < end; day++) {
      const of = weekday + day - start
      const value = steps[day] > 0 ? steps[day] : 0
      this.days[of]++
      this.steps[of] += value
      this.squares[of] += value * value
      if (value <= threshold) continue
      this.activeDays[of]++
      this.active++
      this.activeSteps += value
    }
  }

  finish(letter: string, weeks: number): WeekPattern {
    const days = Array.from(this.days, (count) => Math.max(1, count))
    const meanSteps = days.map((count, of) => this.steps[of] / count)
    const deviation = days.map((count, of) => Math.sqrt(Math.max(0, this.squares[of] / count - meanSteps[of] ** 2)))
    const activeShare = days.map((count, of) => this.activeDays[of] / count)
    const total = meanSteps.reduce((sum, value) => sum + value, 0)
    const activeDays = activeShare.reduce((sum, value) => sum + value, 0)
    const activeSteps = this.activeSteps / Math.max(1, this.active)
    const weekendShare = total > 0 ? (meanSteps[5] + meanSteps[6]) / total : 0
    return {
      letter,
      name: nameOf(activeDays, activeSteps, weekendShare, placeOf(meanSteps, total)),
      weeks: this.weeks,
      share: this.weeks / Math.max(1, weeks),
      ...{ activeDays, activeSteps, weekendShare, meanSteps, deviation, activeShare },
      runs: this.runs,
      meanRun: this.weeks / Math.max(1, this.runs),
      longestRun: this.longestRun,
    }
  }
}

/** Least length of the mean direction of the steps in the week that is worth a word: even weeks have 0. */
const LEAST_PLACE = 0.1
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** The day around which most steps are, if any. */
function placeOf(meanSteps: readonly number[], total: number): string | null {
  let cosine = 0
  let sine = 0
  for (let day = 0; day < 7; day++) {
    cosine += meanSteps[day] * Math.cos((2 * Math.PI * day) / 7)
    sine += meanSteps[day] * Math.sin((2 * Math.PI * day) / 7)
  }
  if (total === 0 || Math.hypot(cosine, sine) < LEAST_PLACE * total) return null
  return DAYS[(Math.round((7 * Math.atan2(sine, cosine)) / (2 * Math.PI)) + 7) % 7]
}

function nameOf(activeDays: number, activeSteps: number, weekendShare: number, place: string | null): string {
  if (activeDays === 0) return 'no active day'
  const level = activeSteps < LOW_STEPS ? 'low' : activeSteps < HIGH_STEPS ? 'moderate' : 'high'
  const days =
    weekendShare >= WEEKEND
      ? 'mostly at the weekend'
      : weekendShare <= WEEKDAYS
        ? 'mostly Monday to Friday'
        : activeDays >= 6
          ? 'every day'
          : activeDays >= 4
            ? 'most days'
            : 'some days'
  const isEven = place === null || weekendShare >= WEEKEND || weekendShare <= WEEKDAYS
  return `${days}, ${level} steps${isEven ? '' : `, most around ${place}`}`
}

/** Describes the patterns of labelled weeks, their streaks and what follows what. */
export function describePatterns(
  steps: Matrix,
  weeks: readonly Week[],
  labels: Uint8Array,
  { count, threshold }: { count: number; threshold: number },
): { patterns: WeekPattern[]; sequences: Sequences } {
  const sums = Array.from({ length: count + 1 }, () => new PatternSums())
  const transitions = sums.map(() => sums.map(() => 0))
  for (let person = 0; person < steps.rows; person++) {
    const row = steps.data.subarray(person * steps.columns, (person + 1) * steps.columns)
    let run = 0
    for (let week = 0; week < weeks.length; week++) {
      const label = labels[person * weeks.length + week]
      sums[label].add(row, weeks[week], threshold)
      const before = week > 0 ? labels[person * weeks.length + week - 1] : -1
      if (before >= 0) transitions[before][label]++
      run = before === label ? run + 1 : 1
      if (run === 1) sums[label].runs++
      sums[label].longestRun = Math.max(sums[label].longestRun, run)
    }
  }
  const letterOf = (label: number) => (label === REST ? '–' : String.fromCharCode(64 + label))
  return {
    patterns: sums.map((each, label) => each.finish(letterOf(label), labels.length)),
    sequences: { labels: { data: labels, rows: steps.rows, columns: weeks.length }, transitions },
  }
}

/** The streaks of similar weeks of one person in words: `A×3 –×2 B`. */
export function sequenceText(labels: ArrayLike<number>, patterns: readonly Pick<WeekPattern, 'letter'>[]): string {
  if (!Array.isArray(patterns)) throw mustBe('patterns', 'the patterns of weeks', patterns)
  if (typeof labels !== 'object' || labels === null)
    throw mustBe('labels', 'the labels of the weeks of one person', labels)
  const runs: string[] = []
  for (let week = 0; week < labels.length; ) {
    const start = week
    while (week < labels.length && labels[week] === labels[start]) week++
    runs.push(`${patterns[labels[start]].letter}${week - start > 1 ? `×${week - start}` : ''}`)
  }
  return runs.join(' ')
}
