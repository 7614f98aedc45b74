import { LloydError, mustBe } from '../../engine/error.js'
import { CLEAN_DAYS } from '../../options/behavior.js'
import { readOptions } from '../../options/table.js'
import { type DateForm, dayOf, isAmbiguous, isoDate } from '../dates.js'
import { type DayRange, lastDayOfToday, usualDays } from '../usual-days.js'
import { chooseDateForm } from './date-form.js'
import { repairDates } from './date-repairs.js'
import type { DayCounts } from './day-counts.js'
import { DayRecords, Tally } from './day-records.js'
import { timesOfDay } from './day-times.js'
import { foldRecords } from './fold-records.js'
import { type DayRepair, describeRepairs } from './repairs.js'

/** Most days between the first and last date of a table: ten years. */
const MOST_DAYS = 3660
/** Days between a date that is far off and all others, at least: half a year. */
const FAR = 183

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
 * records without a person, date or number, dates far off all others, negative steps, doubles, and days without a record.
 * Records with times are summed into days.
 *
 * @throws LloydError `InputError` where no record can be read, dates are undecidable, or they range over more than ten
 *   years
 */
export function cleanDays(records: Iterable<DayRecord>, options: CleanDaysOptions = {}): CleanDays {
  const settings = readOptions('cleanDays', options, CLEAN_DAYS)
  if (!(Symbol.iterator in Object(records))) throw mustBe('records', 'a list of records [id, date, steps]', records)
  const collected = new DayRecords()
  for (const record of records) {
    if (!Array.isArray(record)) throw mustBe(`record ${collected.count}`, 'a list, [id, date, steps]', record)
    collected.add(record[0], record[1], record[2])
  }
  return finishDays(collected, settings.dateFormat)
}

/** Cleans records that were collected. */
export function finishDays(records: DayRecords, dateFormat: DateForm | undefined): CleanDays {
  const reading = chooseDateForm(records, dateFormat)
  const { form } = reading
  const times = timesOfDay(records, form)
  const tallies = new Tallies()
  const { counts, corrected, ...forms } = correctDates(
    records,
    { form, isGiven: dateFormat !== undefined, isTimed: times.isTimed },
    tallies,
  )
  if (counts.size === 0) {
    throw new LloydError(
      'InputError',
      `none of ${records.count} records has a person, a date and steps; check the columns`,
    )
  }
  const dayAt = (record: number) => corrected.get(record) ?? dayOf(records.dates[records.dateOf(record)], form)
  const { from, to } = usualDays(counts, FAR)
  const columns = to - from + 1
  if (columns > MOST_DAYS) throw tooManyDays(records, dayAt, { from, to })
  const steps = {
    data: new Float32Array(records.ids.length * columns).fill(Number.NaN),
    rows: records.ids.length,
    columns,
  }
  for (const { user, records: own } of records.people()) {
    const row = steps.data.subarray(user * columns, (user + 1) * columns)
    foldRecords(records, own, { row, firstDay: from, dayAt, times, id: records.ids[user] }, tallies)
  }
  const days = { ids: records.ids, firstDay: isoDate(from), steps }
  const found = { kept: recordsOf(counts, { from, to }), future: recordsOf(counts, { from: lastDayOfToday() + 1, to }) }
  return { days, ...describeRepairs(records, days, { ...tallies, reading, ...forms, ...found, times }) }
}

/** Records that met a kind of trouble which only all records show. */
class Tallies {
  readonly otherForm = new Tally()
  readonly misplaced = new Tally()
  readonly far = new Tally()
  readonly stray = new Tally()
  readonly same = new Tally()
  readonly conflicting = new Tally()
  readonly partial = new Tally()
}

/** The records of each day, and the days of records whose dates were repaired. */
function correctDates(
  records: DayRecords,
  { form, isGiven, isTimed }: { form: DateForm | null; isGiven: boolean; isTimed: boolean },
  tallies: Tallies,
): { counts: Map<number, number>; corrected: Map<number, number>; ambiguous: number; contrary: number } {
  const counts = new Map<number, number>()
  const corrected = new Map<number, number>()
  let ambiguous = 0
  let contrary = 0
  for (const { user, records: own } of records.people()) {
    const days = new Float64Array(own.length)
    for (let i = 0; i < own.length; i++) {
      const date = records.dates[records.dateOf(own[i])]
      days[i] = dayOf(date, form)
      if (isAmbiguous(date)) ambiguous++
      else if (Number.isNaN(form === 'day/month' ? date.dayFirst : date.monthFirst)) contrary++
    }
    const asRead = days.slice()
    repairDates(records, own, days, { form, isGiven, isTimed, id: records.ids[user] }, tallies)
    for (let i = 0; i < own.length; i++) {
      if (days[i] !== asRead[i]) corrected.set(own[i], days[i])
      counts.set(days[i], (counts.get(days[i]) ?? 0) + 1)
    }
  }
  return { counts, corrected, ambiguous, contrary }
}

function tooManyDays(records: DayRecords, dayAt: (record: number) => number, { from, to }: DayRange): LloydError {
  const rows = new Map<number, number>()
  for (const { records: own } of records.people()) {
    for (const record of own) if (!rows.has(dayAt(record))) rows.set(dayAt(record), record + records.firstRow)
  }
  const [first, last] = [from, to].map((day) => `${isoDate(day)} (row ${rows.get(day)})`)
  return new LloydError(
    'InputError',
    `dates range from ${first} to ${last}, over more than ${MOST_DAYS} days; correct them`,
  )
}

function recordsOf(counts: ReadonlyMap<number, number>, { from, to }: DayRange): number {
  let records = 0
  for (const [day, count] of counts) if (day >= from && day <= to) records += count
  return records
}
