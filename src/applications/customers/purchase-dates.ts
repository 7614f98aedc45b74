import { LloydError } from '../../engine/error.js'
import { DAY, type DateForm, type DateReadings, dayOf, isAmbiguous, readDate } from '../dates.js'
import { type DayRange, usualDays } from '../usual-days.js'

/** Days between a date that is far off and all others, at least: five years. */
const FAR = 1826

/** The dates of purchases as they were read. */
export interface PurchaseDates {
  /** Days since 1970-01-01 of each record, NaN where its date cannot be read. */
  days: Float64Array
  /** The days of all dates but those far off. */
  usual: DayRange
  /** What to tell of a date with the year at its end: that it was read by the form, or against the one that was given. */
  readingOf(row: number): { kind: 'date form' | 'other date form'; done?: string } | null
}

/** Reads the dates of purchases. */
export function readPurchaseDates(
  dates: ArrayLike<string | Date | null | undefined>,
  given: DateForm | undefined,
): PurchaseDates {
  const readings = new Map<string, DateReadings | null>()
  for (let row = 0; row < dates.length; row++) {
    const date = dates[row]
    if (typeof date === 'string' && !readings.has(date)) readings.set(date, readDate(date))
  }
  const form = formOf([...readings], given)
  const days = new Float64Array(dates.length)
  const counts = new Map<number, number>()
  for (let row = 0; row < dates.length; row++) {
    const date = dates[row]
    const reading = typeof date === 'string' ? readings.get(date) : null
    const day = date instanceof Date ? Math.floor(date.getTime() / DAY) : reading ? dayOf(reading, form) : Number.NaN
    days[row] = day
    if (!Number.isNaN(day)) counts.set(day, (counts.get(day) ?? 0) + 1)
  }
  const readingOf = (row: number) => {
    const date = dates[row]
    const reading = typeof date === 'string' ? readings.get(date) : null
    if (!reading) return null
    if (isAmbiguous(reading)) return { kind: 'date form' as const, done: `read as ${form}` }
    const isOther = given && Number.isNaN(given === 'day/month' ? reading.dayFirst : reading.monthFirst)
    return isOther ? { kind: 'other date form' as const } : null
  }
  return { days, usual: usualDays(counts, FAR), readingOf }
}

/** The form of dates with two readings: as given, or that of all dates with one reading. */
function formOf(dates: [string, DateReadings | null][], given: DateForm | undefined): DateForm | null {
  if (given) return given
  const ambiguous = dates.find(([, date]) => date && isAmbiguous(date))
  if (!ambiguous) return null
  const month = dates.find(([, date]) => date && Number.isNaN(date.dayFirst))
  const day = dates.find(([, date]) => date && Number.isNaN(date.monthFirst))
  if (month && !day) return 'month/day'
  if (day && !month) return 'day/month'
  const why = month && day ? `'${month[0]}' is month/day and '${day[0]}' is day/month` : 'no other date tells'
  throw new LloydError(
    'InputError',
    `the date '${ambiguous[0]}' can be month/day or day/month, and ${why}; give dateFormat (--date-format)`,
  )
}
