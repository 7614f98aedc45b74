import { DAY_SECONDS, type DateForm, dayOf } from '../dates.js'
import type { DayRecords } from './day-records.js'

/** Most of the days, as a share, that can have records at several times in a table of days. */
const MOST_SEVERAL = 0.1
/** Least share of the records at one time, for others to be stray; and of the days with as many records, for these to be whole. */
const MOST_ALIKE = 0.5

/** The times of the day at which people have records. */
export interface DayTimes {
  /** Whether days are sums of records, such as those of hours. */
  isTimed: boolean
  /** Number of times of a whole day; null where days differ too much to tell. */
  whole: number | null
  /** The time at which a table of days has its records, in seconds; null where there is no such time. */
  usual: number | null
}

/**
 * Whether a table has a record for each day or several, from the records of some people: several where more than one day
 * in ten has records at different times, or some have and no time is usual. A day is whole with as many as most days.
 */
export function timesOfDay(records: DayRecords, form: DateForm | null): DayTimes {
  const [first] = records.dates
  if (records.dates.every(({ second }) => second === first.second)) {
    return { isTimed: false, whole: 1, usual: first?.second ?? null }
  }
  const perTime = new Map<number, number>()
  const perDay = new Map<number, number>()
  let total = 0
  for (const { records: own } of records.comparedPeople()) {
    total += own.length
    const seconds = secondsOf(records, own, form)
    let times = 0
    for (let i = 0; i < seconds.length; i++) {
      const time = records.dates[records.dateOf(own[i])].second
      perTime.set(time, (perTime.get(time) ?? 0) + 1)
      if (i === 0 || seconds[i] !== seconds[i - 1]) times++
      if (i + 1 < seconds.length && sameDay(seconds[i], seconds[i + 1])) continue
      perDay.set(times, (perDay.get(times) ?? 0) + 1)
      times = 0
    }
  }
  const usual = mostOf(perTime)
  const days = sumOf(perDay)
  const several = days - (perDay.get(1) ?? 0)
  const isAlike = usual.count >= MOST_ALIKE * total
  const isTimed = several > MOST_SEVERAL * days || (several > 0 && !isAlike)
  const whole = mostOf(perDay)
  return {
    isTimed,
    whole: whole.count >= MOST_ALIKE * days ? whole.value : null,
    usual: isTimed || !isAlike ? null : usual.value,
  }
}

/** The times of a person's records in seconds since 1970-01-01, ascending. */
export function secondsOf(records: DayRecords, own: Uint32Array, form: DateForm | null): Float64Array {
  const seconds = new Float64Array(own.length)
  for (let i = 0; i < own.length; i++) {
    const date = records.dates[records.dateOf(own[i])]
    seconds[i] = DAY_SECONDS * dayOf(date, form) + date.second
  }
  return seconds.sort()
}

/** Whether two times in seconds are of one day. */
export const sameDay = (a: number, b: number) => Math.floor(a / DAY_SECONDS) === Math.floor(b / DAY_SECONDS)

/** The value that occurs most often, of equals the greatest. */
function mostOf(counts: ReadonlyMap<number, number>): { value: number; count: number } {
  let most = { value: 0, count: 0 }
  for (const [value, count] of counts) {
    if (count > most.count || (count === most.count && value > most.value)) most = { value, count }
  }
  return most
}

const sumOf = (counts: ReadonlyMap<number, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0)
