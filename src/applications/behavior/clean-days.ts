import { LloydError } from '../../engine/error.js'
import { CLEAN_DAYS } from '../../options/behavior.js'
import { readOptions } from '../../options/table.js'
import { type DateForm, dayOf, isAmbiguous, isoDate } from '../dates.js'
import { chooseDateForm } from './date-form.js'
import { repairDates } from './date-repairs.js'
import type { DayCounts } from './day-counts.js'
import { DayRecords, Tally } from './day-records.js'
import { foldRecords } from './fold-records.js'
import { type DayRepair, describeRepairs } from './repairs.js'

/** Most days between the first and last date of a table: ten years. */
const MOST_DAYS = 3660

/** Days as they were read, and what was repaired. Plain data. */
export interface CleanDays {
  days: DayCounts
  /** Number of records: `used`, and those of the repairs that dropped some. */
  records: number
  used: number
  repairs: DayRepair[]
}

export interface CleanDaysOptions {
  /** Order of day and month in dates that end with the year; by default found. */
  dateFormat?: DateForm
}

/** A record of steps: identifier of the person, date and steps, as written. */
export type DayRecord = readonly [id: string, date: string, steps: string | number]

/**
 * Days of people from records of steps. Each repair is counted, with examples: dates in another form or out of place,
 * records without a person, date or number, negative steps, doubles, and days without a record. Records with times are
 * summed into days.
 *
 * @throws LloydError `InputError` where no record can be read, dates are undecidable, or they range over more than ten
 *   years
 */
export function cleanDays(records: Iterable<DayRecord>, options: CleanDaysOptions = {}): CleanDays {
  const settings = readOptions('cleanDays', options, CLEAN_DAYS)
  const collected = new DayRecords()
  for (const [id, date, steps] of records) collected.add(id, date, steps)
  return finishDays(collected, settings.dateFormat)
}

/** Cleans records that were collected. */
export function finishDays(records: DayRecords, dateFormat: DateForm | undefined): CleanDays {
  const reading = chooseDateForm(records, dateFormat)
  const { form } = reading
  const whole = recordsOfWholeDay(records)
  const isTimed = whole > 1
  const tallies = {
    otherForm: new Tally(),
    misplaced: new Tally(),
    same: new Tally(),
    conflicting: new Tally(),
    partial: new Tally(),
  }
  let first: { day: number; record: number } | null = null
  let last: { day: number; record: number } | null = null
  const counts = { ambiguous: 0, contrary: 0 }
  const corrected = new Map<number, number>()
  for (const { user, records: own } of records.people()) {
    const days = new Float64Array(own.length)
    for (let i = 0; i < own.length; i++) {
      const date = records.dates[records.dateOf(own[i])]
      days[i] = dayOf(date, form)
      if (isAmbiguous(date)) counts.ambiguous++
      else if (Number.isNaN(form === 'day/month' ? date.dayFirst : date.monthFirst)) counts.contrary++
    }
    const asRead = days.slice()
    repairDates(records, own, days, { form, isTimed, id: records.ids[user] }, tallies)
    for (let i = 0; i < own.length; i++) {
      if (days[i] !== asRead[i]) corrected.set(own[i], days[i])
      if (!first || days[i] < first.day) first = { day: days[i], record: own[i] }
      if (!last || days[i] > last.day) last = { day: days[i], record: own[i] }
    }
  }
  if (!first || !last) {
    throw new LloydError(
      'InputError',
      `none of ${records.count} records has a person, a date and steps; check the columns`,
    )
  }
  const columns = last.day - first.day + 1
  if (columns > MOST_DAYS) {
    const [from, to] = [first, last].map(({ day, record }) => `${isoDate(day)} (row ${record + records.firstRow})`)
    throw new LloydError(
      'InputError',
      `dates range from ${from} to ${to}, over more than ${MOST_DAYS} days; correct them`,
    )
  }
  const steps = {
    data: new Float32Array(records.ids.length * columns).fill(Number.NaN),
    rows: records.ids.length,
    columns,
  }
  const dayAt = (record: number) => corrected.get(record) ?? dayOf(records.dates[records.dateOf(record)], form)
  for (const { user, records: own } of records.people()) {
    const row = steps.data.subarray(user * columns, (user + 1) * columns)
    foldRecords(records, own, { row, firstDay: first.day, dayAt, whole, id: records.ids[user] }, tallies)
  }
  const days = { ids: records.ids, firstDay: isoDate(first.day), steps }
  return { days, ...describeRepairs(records, days, { ...tallies, reading, ...counts, whole }) }
}

/** The number of different times of a day at which a table has records: 24 for hours. */
function recordsOfWholeDay(records: DayRecords): number {
  return new Set(records.dates.map(({ second }) => second)).size
}
