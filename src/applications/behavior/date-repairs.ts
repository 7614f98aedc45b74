import { type DateForm, dayOf, isAmbiguous, isoDate } from '../dates.js'
import type { DayRecords, Tally } from './day-records.js'

/** Costs of steps between records of a person, which follow each other day by day. */
const SHORT_GAP = 1
const LONG_GAP = 2
const BACKWARD = 3
/** Cost of a date in the other form than that of the table: less than any irregular step. */
const OTHER_FORM = 0.9
/** Least share of records of a person that go forward, for the order to be evidence. */
const ORDERED = 0.9
const WEEK = 7

/**
 * Corrects `days`, the days of a person's records in the order of the file.
 *
 * A date with two readings gets the other one where the records then follow each other day by day (by dynamic
 * programming over the person's records). A record of a daily table that still stands out of order goes to the one
 * free day between its neighbours; the first or last one, if its date is that of another record as well, to the day
 * before or after its neighbour.
 */
export function repairDates(
  records: DayRecords,
  own: Uint32Array,
  days: Float64Array,
  { form, isTimed, id }: { form: DateForm | null; isTimed: boolean; id: string },
  { otherForm, misplaced }: { otherForm: Tally; misplaced: Tally },
): void {
  const isIrregular = (from: number, to: number) => to < from || (to === from ? !isTimed : to > from + 1)
  let irregular = 0
  let backward = 0
  for (let i = 1; i < days.length; i++) {
    if (isIrregular(days[i - 1], days[i])) irregular++
    if (days[i] < days[i - 1]) backward++
  }
  if (irregular === 0 || backward > (1 - ORDERED) * days.length + 1) return
  for (const at of exceptions(records, own, form, isTimed)) {
    const date = records.dates[records.dateOf(own[at])]
    const before = days[at]
    days[at] = dayOf(date, form === 'month/day' ? 'day/month' : 'month/day')
    const text = records.texts[records.dateOf(own[at])]
    otherForm.add(own[at] + records.firstRow, id, `'${text}' is ${isoDate(days[at])}, not ${isoDate(before)}`)
  }
  if (isTimed) return
  for (let at = 0; at < days.length; at++) {
    const place = freePlace(days, at)
    if (place === null) continue
    const text = records.texts[records.dateOf(own[at])]
    const why = `'${text}' stands out of order, where ${isoDate(place)} is missing`
    misplaced.add(own[at] + records.firstRow, id, `${why}: read as that day`)
    days[at] = place
  }
}

/** The records of a person whose dates are in the other form: the choice of readings with the least cost. */
function exceptions(records: DayRecords, own: Uint32Array, form: DateForm | null, isTimed: boolean): number[] {
  const other = form === 'month/day' ? 'day/month' : 'month/day'
  const readings = Array.from(own, (record) => {
    const date = records.dates[records.dateOf(record)]
    return isAmbiguous(date) ? [dayOf(date, form), dayOf(date, other)] : [dayOf(date, form)]
  })
  if (readings.every(({ length }) => length === 1)) return []
  const from: number[][] = []
  let costs = readings[0].map((_, reading) => reading * OTHER_FORM)
  for (let i = 1; i < readings.length; i++) {
    from.push([])
    costs = readings[i].map((day, reading) => {
      const ways = readings[i - 1].map((before, at) => costs[at] + stepCost(before, day, isTimed))
      const best = ways.length > 1 && ways[1] < ways[0] ? 1 : 0
      from[i - 1][reading] = best
      return ways[best] + reading * OTHER_FORM
    })
  }
  const chosen: number[] = []
  let reading = costs.length > 1 && costs[1] < costs[0] ? 1 : 0
  for (let i = readings.length - 1; i >= 0; i--) {
    if (reading === 1) chosen.push(i)
    if (i > 0) reading = from[i - 1][reading]
  }
  return chosen.reverse()
}

function stepCost(from: number, to: number, isTimed: boolean): number {
  if (to === from + 1 || (isTimed && to === from)) return 0
  if (to <= from) return BACKWARD
  return to - from <= WEEK ? SHORT_GAP : LONG_GAP
}

/** The day that a record out of order belongs to, or null. */
function freePlace(days: Float64Array, at: number): number | null {
  const before = at > 0 ? days[at - 1] : null
  const after = at + 1 < days.length ? days[at + 1] : null
  const isInOrder = (before === null || before <= days[at]) && (after === null || days[at] <= after)
  if (isInOrder) return null
  if (before !== null && after !== null) return after - before === 2 ? before + 1 : null
  const isDouble = days.some((day, other) => other !== at && day === days[at])
  if (!isDouble) return null
  const place = before === null ? after! - 1 : before + 1
  return days.includes(place) ? null : place
}
