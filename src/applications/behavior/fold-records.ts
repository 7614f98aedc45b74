import { DAY_SECONDS, isoDate } from '../dates.js'
import type { DayRecords, Tally } from './day-records.js'

/**
 * Writes the steps of a person's records to the person's `row` of days: the sum of the records of a day. Of two records
 * of one time the one with more steps counts, since a device that is read again later adds steps and never takes any.
 */
export function foldRecords(
  records: DayRecords,
  own: Uint32Array,
  {
    row,
    firstDay,
    dayAt,
    whole,
    id,
  }: { row: Float32Array; firstDay: number; dayAt: (record: number) => number; whole: number; id: string },
  { same, conflicting, partial }: { same: Tally; conflicting: Tally; partial: Tally },
): void {
  const counts = new Uint32Array(row.length)
  const kept = new Map<number, number>()
  for (let i = 0; i < own.length; i++) {
    const record = own[i]
    const { second } = records.dates[records.dateOf(record)]
    const day = dayAt(record) - firstDay
    const steps = records.stepsOf(record)
    const key = whole === 1 ? day : DAY_SECONDS * day + second
    const other = whole === 1 ? (counts[day] > 0 ? row[day] : undefined) : kept.get(key)
    if (other === undefined) {
      if (whole > 1) kept.set(key, steps)
      row[day] = (counts[day] === 0 ? 0 : row[day]) + steps
      counts[day]++
    } else if (other === steps) {
      same.add(record + records.firstRow, id, `${isoDate(day + firstDay)}: ${steps} steps once more`)
    } else {
      const more = Math.max(other, steps)
      const text = `${isoDate(day + firstDay)}: ${other} and ${steps} steps, ${more} counts`
      conflicting.add(record + records.firstRow, id, text)
      row[day] += more - other
      kept.set(key, more)
    }
  }
  if (whole === 1) return
  for (let day = 0; day < counts.length; day++) {
    if (counts[day] === 0 || counts[day] === whole) continue
    partial.add(0, id, `${isoDate(day + firstDay)}: ${counts[day]} of ${whole} times`)
  }
}
