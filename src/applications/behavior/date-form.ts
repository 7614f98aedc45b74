import { LloydError } from '../../engine/error.js'
import { DAY_SECONDS, type DateForm, isAmbiguous } from '../dates.js'
import type { DayRecords } from './day-records.js'
import { secondsOf } from './day-times.js'

/** How much more irregular the other form must be: twice, and by a week. */
const FACTOR = 2
const WEEK = 7
/** Longest gap that counts in full, so that one date far off does not outweigh all others. */
const LONGEST = 366

/** How the dates of a table that end with the year are read. */
export interface DateReading {
  /** Null where no date has two readings. */
  form: DateForm | null
  reason: string
}

/**
 * Decides whether the first number of dates such as 4/12/2016 is the month. Of the two readings the one counts under
 * which the days of people follow each other: the other must leave at least twice as many days missing or doubled between
 * the first and last of each. Dates that have only one reading, such as 4/13/2016, keep it, since some programs write both
 * forms in one file. Where neither reading is so much more regular, the form of the dates that have only one reading
 * decides, if they agree.
 *
 * @throws LloydError `InputError` where neither decides
 */
export function chooseDateForm(records: DayRecords, given: DateForm | undefined): DateReading {
  if (given) return { form: given, reason: 'as given' }
  const at = records.dates.findIndex(isAmbiguous)
  if (at < 0) return { form: null, reason: 'no date has two readings' }
  const irregular = { 'month/day': 0, 'day/month': 0 }
  for (const { records: own } of records.comparedPeople()) {
    for (const form of ['month/day', 'day/month'] as const) irregular[form] += irregularDays(records, own, form)
  }
  for (const form of ['month/day', 'day/month'] as const) {
    const [own, others] = [irregular[form], irregular[otherForm(form)]]
    if (others < FACTOR * own + WEEK) continue
    return {
      form,
      reason: `so ${counted(own)} of people ${own === 1 ? 'is' : 'are'} missing or double, otherwise ${counted(others)}`,
    }
  }
  const onlyMonthDay = records.dates.some(({ dayFirst }) => Number.isNaN(dayFirst))
  const onlyDayMonth = records.dates.some(({ monthFirst }) => Number.isNaN(monthFirst))
  if (onlyMonthDay !== onlyDayMonth) {
    const form = onlyMonthDay ? 'month/day' : 'day/month'
    return { form, reason: `all dates with one reading are ${form}` }
  }
  throw new LloydError(
    'InputError',
    `the date '${records.texts[at]}' can be month/day or day/month, and neither is clearly more regular ` +
      `(${irregular['month/day']} and ${irregular['day/month']} days missing or doubled); ` +
      "give dateFormat (--date-format) 'month/day' or 'day/month'",
  )
}

export const otherForm = (form: DateForm | null): DateForm => (form === 'month/day' ? 'day/month' : 'month/day')

const counted = (days: number) => `${days.toLocaleString('en')} ${days === 1 ? 'day' : 'days'}`

/** Days missing or doubled between the first and last record of a person. Records of one day at other times are no doubles. */
function irregularDays(records: DayRecords, own: Uint32Array, form: DateForm): number {
  const seconds = secondsOf(records, own, form)
  let irregular = 0
  for (let i = 1; i < seconds.length; i++) {
    const gap = Math.floor(seconds[i] / DAY_SECONDS) - Math.floor(seconds[i - 1] / DAY_SECONDS)
    if (seconds[i] === seconds[i - 1]) irregular++
    else if (gap > 0) irregular += Math.min(gap, LONGEST) - 1
  }
  return irregular
}
