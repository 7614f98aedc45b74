import { type DateForm, dayOf, isAmbiguous, isoDate } from '../dates.js'
import { otherForm } from './date-form.js'
import type { DayRecords, Tally } from './day-records.js'

/** Costs of steps between records of a person, which follow each other day by day. */
const GAP = 1
const BACKWARD = 3
/** Cost of one or more dates in the other form than the table's: dates out of order are evidence of that, a gap or two none. */
const OTHER_FORM = 2.5
/** Least share of records of a person that go forward, for the order to be evidence. */
const ORDERED = 0.9

/**
 * Corrects `days`, the days of a person's records in the order of the file.
 *
 * Unless the form was given, a date with two readings gets the other one where the records then follow each other day by
 * day, and do not without (by dynamic programming over the person's records). A record of a daily table that still stands
 * out of order goes to the one free day between its neighbours; the first or last one, if its date is that of another
 * record with other steps, to the day before or after its neighbour. Where the form was given, dates with two readings stay.
 */
export function repairDates(
  records: DayRecords,
  own: Uint32Array,
  days: Float64Array,
  { form, isGiven, isTimed, id }: { form: DateForm | null; isGiven: boolean; isTimed: boolean; id: string },
  tallies: { otherForm: Tally; misplaced: Tally },
): void {
  const isIrregular = (from: number, to: number) => to < from || (to === from ? !isTimed : to > from + 1)
  let irregular = 0
  let backward = 0
  for (let i = 1; i < days.length; i++) {
    if (isIrregular(days[i - 1], days[i])) irregular++
    if (days[i] < days[i - 1]) backward++
  }
  if (irregular === 0 || backward > (1 - ORDERED) * days.length + 1) return
  const others = isGiven ? [] : exceptions(records, own, form, isTimed)
  const asRead = others.map((at) => days[at])
  for (const at of others) days[at] = dayOf(records.dates[records.dateOf(own[at])], otherForm(form))
  for (const [i, at] of others.entries()) {
    const text = `'${records.texts[records.dateOf(own[at])]}' is ${isoDate(days[at])}, not ${isoDate(asRead[i])}`
    tallies.otherForm.add(own[at] + records.firstRow, id, `${text}: ${placeOf(days, at)}`)
  }
  if (isTimed) return
  for (let at = 0; at < days.length; at++) {
    if (isGiven && isAmbiguous(records.dates[records.dateOf(own[at])])) continue
    const place = freePlace(records, own, days, at)
    if (place === null) continue
    const text = records.texts[records.dateOf(own[at])]
    const why = `'${text}' stands out of order, where ${isoDate(place)} is missing`
    tallies.misplaced.add(own[at] + records.firstRow, id, `${why}: read as that day`)
    days[at] = place
  }
}

/** Where a record stands among a person's, in words. */
function placeOf(days: Float64Array, at: number): string {
  const [before, after] = [days[at - 1], days[at + 1]].map((day) => (day === undefined ? null : isoDate(day)))
  if (before && after) return `it stands between ${before} and ${after}`
  return before ? `it stands after ${before}` : `it stands before ${after}`
}

/** The records of a person whose dates are in the other form: the choice of readings with the least cost. */
function exceptions(records: DayRecords, own: Uint32Array, form: DateForm | null, isTimed: boolean): number[] {
  const dates = Array.from(own, (record) => records.dates[records.dateOf(record)])
  if (!dates.some(isAmbiguous)) return []
  const other = otherForm(form)
  // Dates such as 4/4/2016 belong to either form; those of one reading are no choice.
  const readings = dates.map((date) =>
    isAmbiguous(date) || date.monthFirst === date.dayFirst
      ? [dayOf(date, form), dayOf(date, other)]
      : [dayOf(date, form)],
  )
  const from: number[][] = []
  let costs = readings[0].map((_, reading) => reading * OTHER_FORM)
  for (let i = 1; i < readings.length; i++) {
    from.push([])
    costs = readings[i].map((day, reading) => {
      const ways = readings[i - 1].map(
        (before, at) => costs[at] + stepCost(before, day, isTimed) + (reading > at ? OTHER_FORM : 0),
      )
      const best = ways.length > 1 && ways[1] < ways[0] ? 1 : 0
      from[i - 1][reading] = best
      return ways[best]
    })
  }
  const chosen: number[] = []
  let reading = costs.length > 1 && costs[1] < costs[0] ? 1 : 0
  for (let i = readings.length - 1; i >= 0; i--) {
    if (reading === 1 && isAmbiguous(dates[i])) chosen.push(i)
    if (i > 0) reading = from[i - 1][reading]
  }
  return chosen.reverse()
}

function stepCost(from: number, to: number, isTimed: boolean): number {
  if (to === from + 1 || (isTimed && to === from)) return 0
  return to <= from ? BACKWARD : GAP
}

/** The day that a record out of order belongs to, or null. */
function freePlace(records: DayRecords, own: Uint32Array, days: Float64Array, at: number): number | null {
  const before = at > 0 ? days[at - 1] : null
  const after = at + 1 < days.length ? days[at + 1] : null
  const isInOrder = (before === null || before <= days[at]) && (after === null || days[at] <= after)
  if (isInOrder) return null
  if (before !== null && after !== null) return after - before === 2 ? before + 1 : null
  const double = days.findIndex((day, other) => other !== at && day === days[at])
  if (double < 0 || records.stepsOf(own[double]) === records.stepsOf(own[at])) return null
  const place = before === null ? after! - 1 : before + 1
  return days.includes(place) ? null : place
}
