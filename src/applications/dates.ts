/** Order of day and month in dates that end with the year. */
export type DateForm = 'month/day' | 'day/month'

/** The readings of a date as written; days since 1970-01-01, NaN where the form does not fit. */
export interface DateReadings {
  monthFirst: number
  dayFirst: number
  /** Seconds since midnight, 0 … 86 400; 0 where no time is given. */
  second: number
}

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})/
/** Digits alone: a year from 1900 to 2099 first. Such digits are never a day, a month and a year of these centuries. */
const DIGITS = /^((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)/
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/
const DAY_NAME_YEAR = /^(\d{1,2})[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4}|\d{2})(?!\d|:)/i
const NAME_DAY_YEAR = /^([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4}|\d{2})(?!\d|:)/i
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const TIME =
  /^(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?(?: ?([ap])\.?m\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i
/** Milliseconds of a day. */
export const DAY = 86_400_000
/** Seconds of a day. */
export const DAY_SECONDS = 86_400

/**
 * Reads 2016-04-12, 20160412, 4/12/2016, 12.4.2016, 12 Apr 2016, 12-Apr-16 and April 12, 2016, with a time of 12 or 24
 * hours or without; a year of two digits is 20YY. Null for anything else. A zone is ignored: the date is the one that is
 * written.
 */
export function readDate(text: string): DateReadings | null {
  const trimmed = text.trim()
  const found = dateIn(trimmed)
  const time = found && TIME.exec(trimmed.slice(found.length))
  if (!time) return null
  const { monthFirst, dayFirst } = found
  const second = secondOf(time)
  if (Number.isNaN(second) || (Number.isNaN(monthFirst) && Number.isNaN(dayFirst))) return null
  return { monthFirst, dayFirst, second }
}

function dateIn(text: string): { monthFirst: number; dayFirst: number; length: number } | null {
  const sure = (year: string, month: number, day: string, { length }: string) => {
    const at = dayNumber(yearOf(year), month, Number(day))
    return { monthFirst: at, dayFirst: at, length }
  }
  let found = YEAR_LAST.exec(text)
  if (found) {
    const [all, first, , second, digits] = found
    const year = yearOf(digits)
    return {
      monthFirst: dayNumber(year, Number(first), Number(second)),
      dayFirst: dayNumber(year, Number(second), Number(first)),
      length: all.length,
    }
  }
  found = YEAR_FIRST.exec(text)
  if (found) return sure(found[1], Number(found[3]), found[4], found[0])
  found = DIGITS.exec(text)
  if (found) return sure(found[1], Number(found[2]), found[3], found[0])
  found = DAY_NAME_YEAR.exec(text)
  if (found) return sure(found[3], MONTHS.indexOf(found[2].toLowerCase()) + 1, found[1], found[0])
  found = NAME_DAY_YEAR.exec(text)
  return found && sure(found[3], MONTHS.indexOf(found[1].toLowerCase()) + 1, found[2], found[0])
}

const yearOf = (digits: string) => Number(digits) + (digits.length === 2 ? 2000 : 0)

/** Days since 1970-01-01 of a date, NaN where there is no such day. Years below 100 are none: `Date` takes 16 for 1916. */
function dayNumber(year: number, month: number, day: number): number {
  const time = Date.UTC(year, month - 1, day)
  const date = new Date(time)
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isDay ? time / DAY : Number.NaN
}

/** Whether a date has two readings. */
export function isAmbiguous({ monthFirst, dayFirst }: DateReadings): boolean {
  return !Number.isNaN(monthFirst) && !Number.isNaN(dayFirst) && monthFirst !== dayFirst
}

/** The day of a date in a form, or in the only one that it has. */
export function dayOf({ monthFirst, dayFirst }: DateReadings, form: DateForm | null): number {
  if (Number.isNaN(monthFirst)) return dayFirst
  return form === 'day/month' && !Number.isNaN(dayFirst) ? dayFirst : monthFirst
}

function secondOf([, hours, minutes, seconds = '0', half]: RegExpExecArray): number {
  if (hours === undefined) return 0
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return Number.NaN
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  }
  const isTime = hour < 24 && Number(minutes) < 60 && Number(seconds) < 60
  return isTime ? 3600 * hour + 60 * Number(minutes) + Number(seconds) : Number.NaN
}

/** `2016-04-12` for days since 1970-01-01. */
export function isoDate(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

/** The day of the week of a day since 1970-01-01: 0 is Monday, 6 Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}
