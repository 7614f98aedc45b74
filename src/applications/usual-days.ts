/** Most of the records, as a share, that can be far off: one in twenty, so that of fewer than twenty none is. */
const MOST_FAR = 0.05

/** First and last day, days since 1970-01-01. */
export interface DayRange {
  from: number
  to: number
}

/**
 * The days of records without dates far off, such as 9999-12-31: those of at most one record in twenty, which are farther
 * from all others than `least` days, and than the first of the others is from the last. `counts` is the number of records
 * of each day.
 */
export function usualDays(counts: ReadonlyMap<number, number>, least: number): DayRange {
  const days = Float64Array.from(counts.keys()).sort()
  let total = 0
  for (const count of counts.values()) total += count
  let left = Math.floor(MOST_FAR * total)
  let from = 0
  let to = days.length - 1
  const isGap = (before: number, after: number, span: number) => days[after] - days[before] > Math.max(least, span)
  for (let isDone = false; !isDone; ) {
    isDone = true
    for (let at = from, many = counts.get(days[at])!; many <= left && at < to; many += counts.get(days[++at])!) {
      if (!isGap(at, at + 1, days[to] - days[at + 1])) continue
      left -= many
      from = at + 1
      isDone = false
      break
    }
    for (let at = to, many = counts.get(days[at])!; many <= left && at > from; many += counts.get(days[--at])!) {
      if (!isGap(at - 1, at, days[at - 1] - days[from])) continue
      left -= many
      to = at - 1
      isDone = false
      break
    }
  }
  return { from: days[from], to: days[to] }
}

/** The day after which dates lie in the future, wherever the records were made. */
export function lastDayOfToday(): number {
  return Math.floor(Date.now() / 86_400_000) + 1
}
