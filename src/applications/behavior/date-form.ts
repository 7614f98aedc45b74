import { LloydError } from '../../engine/error.js'
import { DAY_SECONDS, type DateForm, dayOf, isAmbiguous } from '../dates.js'
import type { DayRecords } from './day-records.js'

/** People whose days are compared under both readings. */
const MOST_COMPARED = 2000

/** How the dates of a table that end with the year are read. */
export interface DateReading {
  /** Null where no date has two readings. */
  form: DateForm | null
  /** Number of different dates that have two readings. */
  ambiguous: number
  /** Days that are missing or doubled between the first and last day of people, under each form; null if not compared. */
  irregular: Record<DateForm, number> | null
  reason: string
}

/**
 * Decides whether the first number of dates such as 4/12/2016 is the month. Of the two readings the one counts under
 * which the days of people follow each other: the one with fewer days missing or doubled between the first and last of
 * each. Dates that have only one reading, such as 4/13/2016, keep it, since some programs write both forms in one
 * file. Where both readings are equally regular, the form of the dates that have only one reading decides, if they
 * agree.
 *
 * @throws LloydError `InputError` where neither decides
 */
export function chooseDateForm(records: DayRecords, given: DateForm | undefined): DateReading {
  const ambiguous = records.dates.filter(isAmbiguous).length
  if (given) return { form: given, ambiguous, irregular: null, reason: 'as given' }
  if (ambiguous === 0) return { form: null, ambiguous, irregular: null, reason: 'no date has two readings' }
  const irregular = { 'month/day': 0, 'day/month': 0 }
  const stride = Math.ceil(records.ids.length / MOST_COMPARED)
  for (const { user, records: own } of records.people()) {
    if (user % stride !== 0) continue
    for (const form of ['month/day', 'day/month'] as const) irregular[form] += irregularDays(records, own, form)
  }
  const { 'month/day': monthDay, 'day/month': dayMonth } = irregular
  const fewer = (form: DateForm) =>
    `then ${irregular[form]} days of people are missing or double, and otherwise ${monthDay + dayMonth - irregular[form]}`
  if (monthDay < dayMonth) return { form: 'month/day', ambiguous, irregular, reason: fewer('month/day') }
  if (dayMonth < monthDay) return { form: 'day/month', ambiguous, irregular, reason: fewer('day/month') }
  const onlyMonthDay = records.dates.some(({ dayFirst }) => Number.isNaN(dayFirst))
  const onlyDayMonth = records.dates.some(({ monthFirst }) => Number.isNaN(monthFirst))
  if (onlyMonthDay !== onlyDayMonth) {
    const form = onlyMonthDay ? 'month/day' : 'day/month'
    return { form, ambiguous, irregular, reason: `all dates with one reading are ${form}` }
  }
  const at = records.dates.findIndex(isAmbiguous)
  throw new LloydError(
    'InputError',
    `the date '${records.texts[at]}' can be month/day or day/month, and both leave ${monthDay} days missing or doubled; ` +
      "give dateFormat (--date-format) 'month/day' or 'day/month'",
  )
}

/** Days missing or doubled between the first and last record of a person. Records of one day at other times are no doubles. */
function irregularDays(records: DayRecords, own: Uint32Array, form: DateForm): number {
  if (own.length === 0) return 0
  const seconds = new Float64Array(own.length)
  for (let i = 0; i < own.length; i++) {
    const date = records.dates[records.dateOf(own[i])]
    seconds[i] = DAY_SECONDS * dayOf(date, form) + date.second
  }
  seconds.sort()
  let doubled = 0
  let distinct = 1
  for (let i = 1; i < seconds.length; i++) {
    if (seconds[i] === seconds[i - 1]) doubled++
    else if (Math.floor(seconds[i] / DAY_SECONDS) !== Math.floor(seconds[i - 1] / DAY_SECONDS)) distinct++
  }
  const span = Math.floor(seconds[seconds.length - 1] / DAY_SECONDS) - Math.floor(seconds[0] / DAY_SECONDS) + 1
  return span - distinct + doubled
}
