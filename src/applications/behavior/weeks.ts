import { weekdayOf } from '../dates.js'

/** Least number of days of a week in the table, for the week to be compared with others. */
export const LEAST_DAYS = 4
const COSINE = /* @__PURE__ */ Array.from({ length: 7 }, (_, day) => Math.cos((2 * Math.PI * day) / 7))
const SINE = /* @__PURE__ */ Array.from({ length: 7 }, (_, day) => Math.sin((2 * Math.PI * day) / 7))
/** Steps at which the feature of the level is 0 and 1. */
const LOW = 500
const HIGH = 32_000

/** The part of a week from Monday to Sunday that lies in the table. */
export interface Week {
  /** Days of the table, from 0: the first, and the one after the last. */
  start: number
  end: number
  /** The day of the week of the first: 0 is Monday. */
  weekday: number
}

/**
 * The features of a week, all between −1 and 1: the share of active days; the mean steps of active days on a logarithmic
 * scale from 500 to 32 000; and the place of its steps in the week, the mean of the cosine and sine of the day of the
 * week, weighted by steps, so that Sunday is beside Monday.
 */
export const WEEK_FEATURES = ['active days', 'steps of active days', 'cosine of the day', 'sine of the day'] as const

/** The weeks of a table with at least four days in it, and the number of days in the others. */
export function weeksOf(firstDay: number, days: number): { weeks: Week[]; leftOut: number } {
  const weeks: Week[] = []
  let leftOut = 0
  for (let start = 0; start < days; ) {
    const weekday = weekdayOf(firstDay + start)
    const end = Math.min(days, start + 7 - weekday)
    if (end - start >= LEAST_DAYS) weeks.push({ start, end, weekday })
    else leftOut += end - start
    start = end
  }
  return { weeks, leftOut }
}

/** Writes the features of a person's week to `out` from `at` on; returns its number of active days. */
export function describeWeek(
  steps: Float32Array,
  { start, end, weekday }: Week,
  threshold: number,
  out: Float32Array,
  at: number,
): number {
  let active = 0
  let activeSteps = 0
  let total = 0
  let cosine = 0
  let sine = 0
  let meanCosine = 0
  let meanSine = 0
  for (let day = start; day < end; day++) {
    const of = weekday + day - start
    const value = Number.isNaN(steps[day]) ? 0 : steps[day]
    meanCosine += COSINE[of]
    meanSine += SINE[of]
    total += value
    cosine += value * COSINE[of]
    sine += value * SINE[of]
    if (value > threshold) {
      active++
      activeSteps += value
    }
  }
  const days = end - start
  out[at] = active / days
  out[at + 1] = active > 0 ? levelOf(activeSteps / active) : 0
  // Equal steps on all days are at no place, in parts of weeks as well.
  out[at + 2] = total > 0 ? cosine / total - meanCosine / days : 0
  out[at + 3] = total > 0 ? sine / total - meanSine / days : 0
  return active
}

/** Steps of a day on a logarithmic scale: 0 at 500, 1 at 32 000. */
export function levelOf(steps: number): number {
  return Math.max(-1, Math.min(1.5, Math.log(steps / LOW) / Math.log(HIGH / LOW)))
}
