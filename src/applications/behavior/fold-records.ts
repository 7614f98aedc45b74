import { DAY_SECONDS, isoDate } from '../dates.js'
import type { DayRecords, Tally } from './day-records.js'
import type { DayTimes } from './day-times.js'

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
    times: { isTimed, whole, usual },
    id,
  }: { row: Float32Array; firstDay: number; dayAt: (record: number) => number; times: DayTimes; id: string },
  { far, stray, same, conflicting, partial }: Record<'far' | 'stray' | 'same' | 'conflicting' | 'partial', Tally>,
): void {
  const counts = new Uint32Array(row.length)
  const kept = new Map<number, number>()
  for (let i = 0; i < own.length; i++) {
    const record = own[i]
    const { second } = records.dates[records.dateOf(record)]
    const day = dayAt(record) - firstDay
    if (day < 0 || day >= row.length) {
      far.add(record + records.firstRow, id, isoDate(day + firstDay))
      continue
    }
    if (usual !== null && second !== usual)
      stray.add(record + records.firstRow, id, records.texts[records.dateOf(record)])
    const steps = records.stepsOf(record)
    const key = isTimed ? DAY_SECONDS * day + second : day
    const other = isTimed ? kept.get(key) : counts[day] > 0 ? row[day] : undefined
    if (other === undefined) {
      if (isTimed) kept.set(key, steps)
      row[day] = (counts[day] === 0 ? 0 : row[day]) + steps
      counts[day]++
    } else if (other === steps) {
      same.add(record + records.firstRow, id, `${isoDate(day + firstDay)}: ${steps} steps once more`)
    } else {
      const more = Math.max(other, steps)
      const text = `${isoDate(day + firstDay)}: ${other} and ${steps} steps, ${more} counts`
      conflicting.add(record + records.firstRow, id, text)
      row[day] += more - other
      if (isTimed) kept.set(key, more)
    }
  }
  if (!isTimed || whole === null) return
  for (let day = 0; day < counts.length; day++) {
    if (counts[day] === 0 || counts[day] >= whole) continue
    partial.add(0, id, `${isoDate(day + firstDay)}: ${counts[day]} of ${whole} times`)
  }
}
